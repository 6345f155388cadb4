using Relsim.Search;
using Relsim.Web.Api;
using Relsim.Web.Library;
using Relsim.Web.Pictures;

namespace Relsim.Web.Search;

/// <summary>Answers the queries of pages and programs. Thread-safe.</summary>
/// <remarks>All methods throw <see cref="ProblemException"/> where the query is at fault or nothing is loaded yet, and what <see cref="PictureResolver"/> throws.</remarks>
public sealed class LibrarySearch(LibrarySession session, PictureResolver resolver)
{
    /// <summary>The hits of a query, by its slider or by other weights.</summary>
    public async Task<WebSearchResult> SearchAsync(WebQuery query, SearchWeights? weights = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        LibraryQuery parts = await ResolveAsync(query, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Search(session.Snapshot, query, parts, weights ?? BlendOf(query), cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The three lists of the search page.</summary>
    public async Task<SearchColumns> SearchColumnsAsync(WebQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        LibraryQuery parts = await ResolveAsync(query, cancellationToken).ConfigureAwait(false);
        LibrarySnapshot snapshot = session.Snapshot;
        return await Task.Run(
            () => new SearchColumns(
                Search(snapshot, query, parts, SearchWeights.RelationAlone, cancellationToken),
                HasLooks(query) ? Search(snapshot, query, parts, SearchWeights.LooksAlone, cancellationToken) : null,
                Search(snapshot, query, parts, BlendOf(query), cancellationToken)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Both scores of every picture that the query's filter leaves.</summary>
    public async Task<IReadOnlyList<MapPoint>> MapAsync(WebQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        LibraryQuery parts = await ResolveAsync(query, cancellationToken).ConfigureAwait(false);
        LibrarySnapshot snapshot = session.Snapshot;
        return await Task.Run(
            () => Guard(() => snapshot.Ranking.Scores(parts, query.ToFilter())
                .Select(score => new MapPoint(snapshot.OfPath(score.Path), score.RelationalScore, score.AttributeScore)).ToArray()),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Both scores of two pictures, and up to <paramref name="captions"/> captions for what they share and what tells them apart.</summary>
    public async Task<ImageComparison> CompareAsync(string first, string second, int captions = 3, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ResolvedPicture> pictures = await resolver.ResolveAsync([first, second], cancellationToken).ConfigureAwait(false);
        return session.Model.Compare(pictures[0].Embedding, pictures[1].Embedding, captions);
    }

    /// <summary>The captions that fit a picture best, and the probability that it shows a relation at all (null where the model does not say).</summary>
    public async Task<(float? Interest, IReadOnlyList<CaptionMatch> Captions)> DescribeAsync(string picture, int captions = 3, CancellationToken cancellationToken = default)
    {
        ResolvedPicture resolved = (await resolver.ResolveAsync([picture], cancellationToken).ConfigureAwait(false))[0];
        return (resolved.Embedding.Interest, session.Model.Captions.BestCaptions(resolved.Embedding.Relational, captions));
    }

    private bool HasLooks(WebQuery query) => query.Images.Count > 0 && session.Identity.AttributeDimension > 0;

    private SearchWeights BlendOf(WebQuery query) => HasLooks(query) ? SearchWeights.OfBlend(Math.Clamp(query.Blend, -1, 1)) : SearchWeights.RelationAlone;

    private async Task<LibraryQuery> ResolveAsync(WebQuery query, CancellationToken cancellationToken)
    {
        Check(query);
        IReadOnlyList<ResolvedPicture> images = await resolver.ResolveAsync(query.Images, cancellationToken).ConfigureAwait(false);
        try
        {
            IReadOnlyList<float[]> texts = await session.Queue.EmbedTextsAsync([.. query.Texts, .. query.MinusTexts], cancellationToken).ConfigureAwait(false);
            return new LibraryQuery
            {
                Images = [.. images.Select(image => image.ToQuery())],
                Texts = [.. texts.Take(query.Texts.Count)],
                WithoutTexts = [.. texts.Skip(query.Texts.Count)],
            };
        }
        catch (NotSupportedException e)
        {
            throw ProblemException.BadRequest(e.Message);
        }
    }

    private WebSearchResult Search(LibrarySnapshot snapshot, WebQuery query, LibraryQuery parts, SearchWeights weights, CancellationToken cancellationToken)
    {
        var options = new LibrarySearchOptions
        {
            TopK = query.Limit,
            Skip = query.Offset,
            RelationalWeight = weights.Relational,
            AttributeWeight = weights.Attribute,
            Filter = query.ToFilter(),
            Captions = session.Model.Captions,
            Threads = 1, // one request does not take the machine from the others
        };
        LibrarySearchResult result = Guard(() => snapshot.Ranking.Search(parts, options, cancellationToken));
        WebHit[] hits = [.. result.Hits.Select(hit => new WebHit(snapshot.OfPath(hit.Path), hit.Score, hit.RelationalScore, hit.AttributeScore, hit.Reason))];
        return new WebSearchResult(hits, result.Shortfall, snapshot.Pictures.Count);
    }

    /// <summary>What a ranking finds wrong in its arguments is the query's fault.</summary>
    private static T Guard<T>(Func<T> search)
    {
        try
        {
            return search();
        }
        catch (ArgumentException e)
        {
            throw ProblemException.BadRequest(e.Message);
        }
    }

    private static void Check(WebQuery query)
    {
        if (query.IsEmpty)
        {
            throw ProblemException.BadRequest("Say what to search for: a picture or a text.");
        }

        if (query.Images.Count > WebQuery.MostParts || query.Texts.Count > WebQuery.MostParts || query.MinusTexts.Count > WebQuery.MostParts)
        {
            throw ProblemException.BadRequest($"A query has at most {WebQuery.MostParts} pictures, and so many texts of each kind.");
        }

        if (query.Texts.Concat(query.MinusTexts).Any(text => string.IsNullOrWhiteSpace(text) || text.Length > WebQuery.LongestText))
        {
            throw ProblemException.BadRequest($"A text has 1 to {WebQuery.LongestText} characters.");
        }

        if (query.Limit is < 1 or > WebQuery.MostHits || query.Offset is < 0 or > 10_000_000 || query.MinScore is { } score && !float.IsFinite(score))
        {
            throw ProblemException.BadRequest($"A search gives 1 to {WebQuery.MostHits} hits at a time, from an offset of 0 or more on.");
        }
    }
}
