using Relsim.Evaluation.Reports.Plots;
using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>Retrieval: metrics, curves and tests for each kind of relevance.</summary>
internal static class RetrievalSection
{
    private const int Decimals = 3;

    /// <summary>The part; null where nothing was retrieved with known relevance.</summary>
    public static ReportPart? Of(RetrievalReport? report, string? highlighted)
    {
        if (report is null)
        {
            return null;
        }

        Html setting = Html.Of($"""
            <p class="note">{NumberText.Count(report.Queries, "query", "queries")} against {NumberText.Count(report.PoolSize, "picture", "pictures")}. A query is never its own hit,
            nor is a picture with the same bytes ({NumberText.Count(report.DuplicateImages, "duplicate", "duplicates")} in the pool); {NumberText.Count(report.UnreadableImages, "picture", "pictures")}
            could not be read and {(report.UnreadableImages == 1 ? "is" : "are")} left out. Intervals and tests: {NumberText.Count(report.Resamples)} bootstrap resamples of queries, seed {report.Seed}.</p>
            """);
        if (report.Tables.Count == 0)
        {
            return new ReportPart("retrieval", "Retrieval", Html.Empty, Html.Of($"{setting}<p>No relevance is known in this pool, so there is nothing to score; the hits are below.</p>"));
        }

        (RelevanceTable Table, Comparison Comparison)[] tables = [.. report.Tables.Select(table => (table, Compare(table, MainMetric(report, table))))];
        Html verdict = Html.Each(tables, part => Html.Of($"<p>Retrieval, relevance by <em>{part.Table.Relevance}</em>: {part.Comparison.Verdict(highlighted)}</p>"));
        return new ReportPart("retrieval", "Retrieval", verdict, Html.Of($"{setting}{Html.Each(tables.Index(), part => Table(report, part.Item.Table, part.Item.Comparison, part.Index, highlighted))}"));
    }

    private static Html Table(RetrievalReport report, RelevanceTable table, Comparison main, int number, string? highlighted)
    {
        string id = $"retrieval{number}";
        string setting = $"Mean over {NumberText.Count(table.Queries, "query", "queries")} of a pool of {NumberText.Count(report.PoolSize)}";
        string caption = $"{setting}; 95 % bootstrap intervals over queries ({NumberText.Count(report.Resamples)} resamples, seed {report.Seed}).";
        var bars = new BarChart(new BarChartContent
        {
            Title = $"{main.Measure}, relevance by {table.Relevance}",
            AxisTitle = $"{main.Measure}, 0 to 1, higher is better",
            Caption = caption,
            Items = [.. main.Ranked.Select(standing => new BarChartItem(standing.Method, standing.Value, standing.Method == highlighted))],
        });
        string skipped = table.SkippedQueries == 0 ? "" : $" {NumberText.Count(table.SkippedQueries, "query has", "queries have")} nothing relevant in the pool and {(table.SkippedQueries == 1 ? "does" : "do")} not count.";
        return Html.Of($"""
            <h3 id="{id}">Relevance: {table.Relevance}</h3>
            <p class="note">{NumberText.Count(table.Queries, "query counts", "queries count")}.{skipped} A random order would put a relevant picture first
            in {NumberText.Percent(table.ChanceHitAt1)} of queries.</p>
            {Markup.Figure(bars, id + "b")}
            {Metrics(table, main)}
            {Html.Each(Curves(table, setting, highlighted).Index(), curve => Markup.Figure(curve.Item, $"{id}c{curve.Index}"))}
            {Markup.Tests(main, "all pairs of this table and metric")}
            {Html.Each(OtherTests(table, main.Measure), Markup.FoldedTests)}
            """);
    }

    private static Html Metrics(RelevanceTable table, Comparison main)
    {
        string[] metrics = [.. table.Methods[0].Metrics.Select(metric => metric.Metric)];
        Dictionary<string, double> best = metrics.ToDictionary(metric => metric, metric => table.Methods.Max(method => method.Of(metric).Mean));
        Dictionary<string, MethodResults> methods = table.Methods.ToDictionary(method => method.Method);
        return Markup.Table(
            Html.Of($"All metrics, means over {NumberText.Count(table.Queries, "query", "queries")} with 95 % intervals; 0 to 1, higher is better, the best of each column in bold."),
            ["Method", .. metrics.Select(Pretty)],
            main.Ranked.Select(standing => (Markup.Text(standing.Method), (IReadOnlyList<Html>)
                [.. metrics.Select(metric => Markup.Cell(methods[standing.Method].Of(metric), Decimals, methods[standing.Method].Of(metric).Mean == best[metric]))])));
    }

    private static IEnumerable<RankCurveChart> Curves(RelevanceTable table, string setting, string? highlighted)
    {
        (string Title, string Axis, string Meaning, Func<CurvePoint, double> Value)[] kinds =
        [
            ("Recall by rank", "recall@k, 0 to 1", "recall@k is the share of the relevant pictures that are among the first k hits", point => point.Recall),
            ("Precision by rank", "precision@k, 0 to 1", "precision@k is the share of the first k hits that is relevant", point => point.Precision),
        ];
        MethodResults[] methods = [.. table.Methods.Where(method => method.Curve.Count > 0 && method.Curve.All(point => double.IsFinite(point.Recall) && double.IsFinite(point.Precision)))];
        return methods.Length == 0 ? [] : kinds.Select(kind => new RankCurveChart(new RankCurveContent
        {
            Title = $"{kind.Title}, relevance by {table.Relevance}",
            ValueTitle = kind.Axis,
            Caption = $"{setting}; {kind.Meaning}.",
            Ranks = [.. methods[0].Curve.Select(point => point.Rank)],
            Curves = [.. methods.Select(method => new RankCurve(method.Method, [.. method.Curve.Select(kind.Value)], IsHighlighted: method.Method == highlighted))],
        }));
    }

    private static Comparison Compare(RelevanceTable table, string metric) => new(
        Pretty(metric),
        Decimals,
        table.Methods.Select(method => new Standing(method.Method, method.Of(metric))),
        [.. table.Differences.Where(test => test.Metric == metric).Select(test => new PairedTest(test.First, test.Second, test.Difference, test.PValue, test.AdjustedPValue))]);

    // The metric of graded, ranked retrieval where it was taken and tested.
    private static string MainMetric(RetrievalReport report, RelevanceTable table)
    {
        string[] taken = [.. table.Methods[0].Metrics.Select(metric => metric.Metric)];
        HashSet<string> tested = [.. table.Differences.Select(test => test.Metric)];
        string[] wanted = [$"ndcg@{report.TopK}", "map", "hit@1"];
        return wanted.Concat(taken).FirstOrDefault(metric => taken.Contains(metric) && tested.Contains(metric)) ?? wanted.FirstOrDefault(taken.Contains) ?? taken[0];
    }

    private static IEnumerable<Comparison> OtherTests(RelevanceTable table, string main) =>
        table.Differences.Select(test => test.Metric).Distinct().Where(metric => Pretty(metric) != main).Select(metric => Compare(table, metric));

    private static string Pretty(string metric) => metric switch
    {
        "map" => "mAP",
        "mrr" => "MRR",
        "r-precision" => "R-precision",
        _ => metric.Replace("ndcg", "nDCG", StringComparison.Ordinal),
    };
}
