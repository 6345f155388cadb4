namespace Relsim.Search;

/// <summary>A picture that a search found.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Score">The joint score: relational weight x relational score + attribute weight x attribute score.</param>
/// <param name="RelationalScore">Cosine of the relational embeddings, in [-1, 1].</param>
/// <param name="AttributeScore">Cosine of the attribute embeddings, in [-1, 1]; null where the query or the model has none.</param>
/// <param name="Interest">Probability in [0, 1] that the picture holds a relation at all; null where the model does not say.</param>
/// <param name="Reason">The anonymous caption that query and picture share most; null without a caption bank.</param>
public sealed record SearchHit(string Path, float Score, float RelationalScore, float? AttributeScore, float? Interest, CaptionMatch? Reason);

/// <summary>The hits of a search, best first, and why there are fewer than asked for (null when there are not).</summary>
public sealed record LibrarySearchResult(IReadOnlyList<SearchHit> Hits, Shortfall? Shortfall);

/// <summary>Where a picture stands in the joint map: how alike it is in relation and in looks.</summary>
/// <param name="Path">Its path.</param>
/// <param name="RelationalScore">Cosine of the relational embeddings, in [-1, 1].</param>
/// <param name="AttributeScore">Cosine of the attribute embeddings, in [-1, 1]; null where the query or the model has none.</param>
public readonly record struct JointScore(string Path, float RelationalScore, float? AttributeScore);

/// <summary>A picture of a ranking: all that the store says of it but its embeddings.</summary>
/// <param name="Path">Its path.</param>
/// <param name="File">The file when it was embedded.</param>
/// <param name="Interest">Probability in [0, 1] that it holds a relation at all; null where the model does not say.</param>
/// <param name="Width">Columns of the picture as decoded.</param>
/// <param name="Height">Rows of the picture as decoded.</param>
public sealed record RankedPicture(string Path, FileState File, float? Interest, int Width, int Height);

/// <summary>
/// Ranks a library by a weighted sum of relational and attribute similarity, exactly and for any weights, negative ones included.
/// <para>
/// The weights go to the query: w_r cos(q_r, x_r) + w_a cos(q_a, x_a) = [w_r q_r, w_a q_a] . [x_r, x_a], one inner product over the joined row. So one index and one bound
/// serve all weights; two separate scans could not bound a sum in which one part counts against the other.
/// </para>
/// A snapshot of the store when it was loaded; immutable and thread-safe.
/// </summary>
public sealed class JointRanking
{
    private readonly ExactIndex _index;
    private readonly List<RankedPicture> _items = [];
    private readonly StoreIdentity _identity;

    private JointRanking(StoreIdentity identity)
    {
        _identity = identity;
        _index = new ExactIndex(identity.RelationalDimension + identity.AttributeDimension);
    }

    /// <summary>Pictures in the library.</summary>
    public int Count => _items.Count;

    /// <summary>The pictures, in the order of the store: a picture's place in it is its row.</summary>
    public IReadOnlyList<RankedPicture> Pictures => _items;

    /// <summary>Reads all embeddings of a store into memory.</summary>
    public static JointRanking Load(EmbeddingStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        JointRanking ranking = new(store.Identity);
        foreach (StoredImage image in store.All())
        {
            ranking._index.Add([.. image.Embedding.Relational, .. image.Embedding.Attribute]);
            ranking._items.Add(new RankedPicture(image.Path, image.File, image.Embedding.Interest, image.Embedding.Width, image.Embedding.Height));
        }

        return ranking;
    }

    /// <summary>A picture of the library as a query, without reading its file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public QueryImage QueryOf(int row)
    {
        ReadOnlySpan<float> joined = _index.Row(row);
        return new QueryImage(joined[.._identity.RelationalDimension].ToArray(), joined[_identity.RelationalDimension..].ToArray(), _items[row].File.Sha256);
    }

    /// <summary>The best pictures; files with the same bytes as a picture of the query are left out.</summary>
    /// <exception cref="ArgumentException">
    /// The query names nothing or has another dimension; both weights are 0; or looks are weighted although the query holds no picture or the model has no attribute space;
    /// or a least interest is asked for although the model does not say.
    /// </exception>
    public LibrarySearchResult Search(LibraryQuery query, LibrarySearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        options ??= new LibrarySearchOptions();
        float[] relational = query.Relational(_identity.RelationalDimension);
        float[]? attribute = query.Attribute(_identity.AttributeDimension);
        SearchOptions scan = new()
        {
            Filter = Eligible(query, options.Filter),
            MinimumScore = options.Filter.MinimumScore ?? float.NegativeInfinity,
            Threads = options.Threads,
        };
        SearchResult result = _index.Search(Weighted(relational, attribute, options).AsSpan(), checked(options.Skip + options.TopK), scan, cancellationToken);
        float[]? fits = options.Captions?.Fits(relational);
        SearchHit[] hits = result.Neighbors.Skip(options.Skip).Select(neighbor => ToHit(neighbor, relational, attribute, options.Captions, fits)).ToArray();
        return new LibrarySearchResult(hits, result.Shortfall);
    }

    /// <summary>The relational and attribute score of every picture that the filter leaves, in the order of the store: the joint map's points.</summary>
    /// <exception cref="ArgumentException">The query names nothing or has another dimension.</exception>
    public IReadOnlyList<JointScore> Scores(LibraryQuery query, LibraryFilter? filter = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        float[] relational = query.Relational(_identity.RelationalDimension);
        float[]? attribute = query.Attribute(_identity.AttributeDimension);
        RowSet? eligible = Eligible(query, filter ?? new LibraryFilter());
        return Enumerable.Range(0, Count).Where(row => eligible?.Contains(row) ?? true)
            .Select(row => new JointScore(_items[row].Path, RelationalScore(row, relational), AttributeScore(row, attribute))).ToArray();
    }

    private float[] Weighted(float[] relational, float[]? attribute, LibrarySearchOptions options)
    {
        if (options.AttributeWeight != 0 && attribute is null)
        {
            throw new ArgumentException(_identity.AttributeDimension == 0
                ? $"The model {_identity.ModelId} has no attribute space: it says nothing about looks. Set the attribute weight to 0."
                : "The attribute weight needs a picture in the query: words say nothing about looks. Set it to 0 or add a picture.");
        }

        if ((options.RelationalWeight == 0 && options.AttributeWeight == 0) || !float.IsFinite(options.RelationalWeight) || !float.IsFinite(options.AttributeWeight))
        {
            throw new ArgumentException($"The weights {options.RelationalWeight} and {options.AttributeWeight} rank nothing; give at least one that is not 0, both finite.");
        }

        float[] weighted = new float[_index.Dimension];
        for (int i = 0; i < weighted.Length; i++)
        {
            int looks = i - relational.Length;
            weighted[i] = looks < 0 ? options.RelationalWeight * relational[i] : attribute is null ? 0 : options.AttributeWeight * attribute[looks];
        }

        return weighted;
    }

    private RowSet? Eligible(LibraryQuery query, LibraryFilter filter)
    {
        HashSet<string> own = query.Images.Select(image => image.Sha256).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (own.Count == 0 && filter with { MinimumScore = null } == new LibraryFilter())
        {
            return null;
        }

        if (filter.MinimumInterest > 0 && _items.Exists(item => item.Interest is null))
        {
            throw new ArgumentException(
                $"The model {_identity.ModelId} does not say how likely a picture shows a relation: a least interest of {filter.MinimumInterest} cannot be asked for. Leave it out.");
        }

        PathGlob? glob = filter.PathPattern is { } pattern ? new PathGlob(pattern) : null;
        return RowSet.Where(Count, row =>
        {
            RankedPicture item = _items[row];
            return !own.Contains(item.File.Sha256)
                && Math.Min(item.Width, item.Height) >= filter.MinimumSide
                && (item.Interest ?? 1) >= filter.MinimumInterest
                && item.File.Modified >= (filter.ModifiedFrom ?? DateTimeOffset.MinValue)
                && item.File.Modified <= (filter.ModifiedTo ?? DateTimeOffset.MaxValue)
                && (glob?.Matches(item.Path) ?? true);
        });
    }

    private SearchHit ToHit(Neighbor neighbor, float[] relational, float[]? attribute, CaptionBank? captions, float[]? fits)
    {
        RankedPicture item = _items[neighbor.Id];
        CaptionMatch? reason = captions is { Count: > 0 }
            ? captions.SharedCaptions(fits!, _index.Row(neighbor.Id)[.._identity.RelationalDimension], 1)[0]
            : null;
        return new SearchHit(
            item.Path, neighbor.Score, RelationalScore(neighbor.Id, relational), AttributeScore(neighbor.Id, attribute), item.Interest, reason);
    }

    private float RelationalScore(int row, float[] query) => DotProduct.Compute(query, _index.Row(row)[.._identity.RelationalDimension]);

    private float? AttributeScore(int row, float[]? query) =>
        query is null ? null : DotProduct.Compute(query, _index.Row(row)[_identity.RelationalDimension..]);
}
