using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>Some queries with what each method found, side by side.</summary>
internal static class QuerySection
{
    /// <summary>The part; null where no hits are known.</summary>
    public static ReportPart? Of(EvaluationFolder folder, ReportImages images, IReadOnlyList<KnownRelevance> truth, EvaluationReportOptions options, string? highlighted)
    {
        if (folder.Retrieved is not { } retrieved || retrieved.Values.All(queries => queries.Count == 0) || options.Queries == 0)
        {
            return null;
        }

        string[] ids = [.. retrieved.Values.SelectMany(queries => queries.Select(query => query.QueryImageId)).Distinct().Order(StringComparer.Ordinal)];
        new Random(folder.Seed).Shuffle(ids);
        string[] shown = [.. ids.Take(options.Queries)];
        string[] methods = [.. retrieved.Keys.OrderByDescending(method => method == highlighted)];
        Dictionary<string, Dictionary<string, RetrievedQuery>> byMethod = retrieved.ToDictionary(
            method => method.Key, method => method.Value.DistinctBy(query => query.QueryImageId).ToDictionary(query => query.QueryImageId));
        string marks = truth.Count == 0 ? "" : " \u2713 marks a hit that is relevant, \u2717 one that is not.";
        Html body = Html.Of($"""
            <p class="note">{NumberText.Count(shown.Length, "query", "queries")} of {NumberText.Count(ids.Length)}, chosen by seed {folder.Seed} and not by how they look. Below each picture stands the
            method's own score.{marks}</p>
            {Html.Each(shown.Index(), query => Query(query.Index + 1, query.Item, methods, byMethod, images, truth, options))}
            """);
        return new ReportPart("queries", "What they find", Html.Empty, body);
    }

    private static Html Query(
        int number, string id, string[] methods, Dictionary<string, Dictionary<string, RetrievedQuery>> found, ReportImages images, IReadOnlyList<KnownRelevance> truth, EvaluationReportOptions options)
    {
        RetrievedQuery query = methods.Select(method => found[method].GetValueOrDefault(id)).OfType<RetrievedQuery>().First();
        return Html.Of($"""
            <article class="query" aria-labelledby="query-{number}">
            <div class="asked">{images.Picture(query.QueryImagePath, $"Query {number}: {id}")}
            <div><h3 id="query-{number}">Query {number}</h3><p class="relation">{id}</p></div></div>
            <div class="rows">{Html.Each(methods, method => Row(method, found[method].GetValueOrDefault(id), images, truth, options))}</div>
            </article>
            """);
    }

    private static Html Row(string method, RetrievedQuery? query, ReportImages images, IReadOnlyList<KnownRelevance> truth, EvaluationReportOptions options) => Html.Of($"""
        <section class="method"><h4>{method}</h4>
        {(query is null || query.TopKImageIds.Count == 0
            ? Html.Of($"<p class=\"note\">Nothing was found.</p>")
            : Html.Of($"<ol class=\"hits\">{Html.Each(Enumerable.Range(0, Math.Min(options.Hits, query.TopKImageIds.Count)), rank => Hit(method, query, rank, images, truth))}</ol>"))}
        </section>
        """);

    private static Html Hit(string method, RetrievedQuery query, int rank, ReportImages images, IReadOnlyList<KnownRelevance> truth)
    {
        string id = query.TopKImageIds[rank];
        return Html.Of($"""
            <li>{images.Picture(query.TopKImagePaths[rank], $"Hit {rank + 1} by {method}: {id}")}
            <p class="below"><span class="number">{NumberText.Of(query.TopKScores[rank], 3)}</span>{Html.Each(truth, known => Mark(known, query.QueryImageId, id))}</p></li>
            """);
    }

    private static Html Mark(KnownRelevance known, string query, string hit) => known.IsRelevant(query, hit) switch
    {
        true => Html.Of($"""<span class="chip yes"><span aria-hidden="true">✓ </span><span class="hidden">same </span>{known.Name}</span>"""),
        false => Html.Of($"""<span class="chip no"><span aria-hidden="true">✗ </span><span class="hidden">other </span>{known.Name}</span>"""),
        null => Html.Empty,
    };
}
