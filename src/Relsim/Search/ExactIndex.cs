namespace Relsim.Search;

/// <summary>
/// Exact top-k over millions of vectors: an 8-bit scan rules rows out with a proven bound (see <see cref="Quantization"/>), the rest is rescored in float32, so ids, scores
/// and the order of ties (lower id first) equal those of a full float scan. Memory: 5 bytes a number and 8 bytes a row.
/// Searches may run concurrently; adding must not overlap with anything.
/// </summary>
public sealed class ExactIndex : IVectorIndex
{
    /// <summary>Queries answered by one pass over the rows: their codes stay in the second-level cache.</summary>
    private const int QueriesPerPass = 64;

    private readonly List<RowBlock> _blocks = [];
    private readonly int _codeStride;

    /// <summary>An empty index of vectors of <paramref name="dimension"/> numbers (1 to 65,536).</summary>
    public ExactIndex(int dimension, VectorSimilarity similarity = VectorSimilarity.InnerProduct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, 1 << 16);
        Dimension = dimension;
        Similarity = similarity;
        _codeStride = (dimension + ScanKernel.Lanes - 1) / ScanKernel.Lanes * ScanKernel.Lanes;
    }

    /// <inheritdoc />
    public int Count { get; private set; }

    /// <inheritdoc />
    public int Dimension { get; }

    /// <summary>What closeness means.</summary>
    public VectorSimilarity Similarity { get; }

    /// <summary>Set by tests to compare the instruction sets.</summary>
    internal ScanInstructions Instructions { get; init; } = ScanKernel.Best;

    /// <summary>Adds one vector, or several (N x D numbers, row-major), and returns the id of the first.</summary>
    /// <exception cref="ArgumentException">The length is not a multiple of D, or a vector holds NaN or infinity or has a norm above 1e18; nothing of that vector or after it is added.</exception>
    public int Add(ReadOnlySpan<float> vectors)
    {
        if (vectors.Length % Dimension != 0)
        {
            throw new ArgumentException($"{vectors.Length} numbers are not a whole number of vectors of {Dimension}.", nameof(vectors));
        }

        int first = Count;
        float[] prepared = new float[Dimension];
        for (int at = 0; at < vectors.Length; at += Dimension)
        {
            Prepare(vectors.Slice(at, Dimension), prepared, $"Row {Count}");
            if (Count % RowBlock.Capacity == 0)
            {
                _blocks.Add(new RowBlock(Dimension, _codeStride));
            }

            _blocks[^1].Add(prepared);
            Count = checked(Count + 1);
        }

        return first;
    }

    /// <summary>The D numbers of a row as searched (normalised in a cosine index).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> Row(int id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Count, nameof(id));
        return _blocks[id / RowBlock.Capacity].Row(id % RowBlock.Capacity);
    }

    /// <summary>The closest rows of one query (D numbers).</summary>
    /// <exception cref="ArgumentException">The query has another length, is not finite or has a norm above 1e18, or the filter is over another number of rows.</exception>
    public SearchResult Search(ReadOnlySpan<float> query, int k, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (query.Length != Dimension)
        {
            throw new ArgumentException($"The index holds vectors of {Dimension} numbers, the query has {query.Length}.", nameof(query));
        }

        return Search(query.ToArray().AsMemory(), k, options, cancellationToken)[0];
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The queries are not Q x D numbers, are not finite or have a norm above 1e18, or the filter is over another number of rows.</exception>
    public IReadOnlyList<SearchResult> Search(ReadOnlyMemory<float> queries, int k, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SearchOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads, nameof(options));
        if (queries.Length % Dimension != 0 || float.IsNaN(options.MinimumScore) || (options.Filter is { } filter && filter.Length != Count))
        {
            throw new ArgumentException(
                $"An index of {Count} rows of {Dimension} numbers got {queries.Length} query numbers, a filter over {options.Filter?.Length ?? Count} rows " +
                $"and a minimum score of {options.MinimumScore}.", nameof(queries));
        }

        int total = queries.Length / Dimension;
        List<SearchResult> results = new(total);
        for (int first = 0; first < total; first += QueriesPerPass)
        {
            int count = Math.Min(QueriesPerPass, total - first);
            float[] prepared = new float[count * Dimension];
            for (int q = 0; q < count; q++)
            {
                Prepare(queries.Span.Slice((first + q) * Dimension, Dimension), prepared.AsSpan(q * Dimension, Dimension), $"Query {first + q}");
            }

            results.AddRange(SearchPass(prepared, count, k, options, cancellationToken));
        }

        return results;
    }

    private IEnumerable<SearchResult> SearchPass(float[] queries, int count, int k, SearchOptions options, CancellationToken cancellationToken)
    {
        int eligible = options.Filter?.Count ?? Count;
        int kept = Math.Min(k, eligible);
        if (kept == 0)
        {
            return Enumerable.Repeat(ToResult([], k, eligible, 0), count);
        }

        IndexScan scan = new(this, _blocks, queries, count, _codeStride, kept, options, cancellationToken);
        return scan.Run().Select(found => ToResult(found.Neighbors, k, eligible, found.Rescored));
    }

    private SearchResult ToResult(Neighbor[] neighbors, int k, int eligible, long rescored)
    {
        if (neighbors.Length == k)
        {
            return new SearchResult(neighbors, null, rescored);
        }

        ShortfallReason reason = neighbors.Length < eligible ? ShortfallReason.BelowMinimumScore
            : eligible < Count ? ShortfallReason.Filtered
            : ShortfallReason.IndexTooSmall;
        return new SearchResult(neighbors, new Shortfall(reason, k, neighbors.Length), rescored);
    }

    /// <summary>Checks a vector and copies it, normalised where the index is one of cosines.</summary>
    private void Prepare(ReadOnlySpan<float> vector, Span<float> destination, string what)
    {
        double norm = DotProduct.Norm(vector);
        if (!(norm <= Quantization.LargestNorm) && !(Similarity == VectorSimilarity.Cosine && double.IsFinite(norm)))
        {
            throw new ArgumentException($"{what} has a norm of {norm}; numbers must be finite and the norm at most {Quantization.LargestNorm}.", nameof(vector));
        }

        if (Similarity == VectorSimilarity.Cosine)
        {
            DotProduct.Normalize(vector, destination);
        }
        else
        {
            vector.CopyTo(destination);
        }
    }
}
