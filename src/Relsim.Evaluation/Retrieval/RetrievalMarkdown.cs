using System.Globalization;
using System.Text;
using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Retrieval;

/// <summary>A retrieval report for people.</summary>
internal static class RetrievalMarkdown
{
    public static string Of(RetrievalReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Retrieval\n\n{report.Queries:N0} queries against {report.PoolSize:N0} images");
        text.Append(CultureInfo.InvariantCulture, $" (seed {report.Seed}); images of equal bytes are never hits of each other");
        text.Append(CultureInfo.InvariantCulture, $" ({report.DuplicateImages:N0} repeat another one); {report.UnreadableImages:N0} images could not be read.\n");
        foreach (RelevanceTable table in report.Tables)
        {
            Append(text, table, report);
        }

        text.Append("\n## Methods\n\n| method | closer is | undescribed | source | fingerprint |\n| --- | --- | --- | --- | --- |\n");
        foreach (MethodDescription method in report.Methods)
        {
            string closer = method.Direction == ScoreDirection.HigherIsCloser ? "higher" : "lower";
            text.Append(CultureInfo.InvariantCulture, $"| {method.Name} | {closer} | {method.UndescribedImages:N0} | {method.Source} | `{method.Fingerprint}` |\n");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, RelevanceTable table, RetrievalReport report)
    {
        string[] metrics = ["hit@1", $"ndcg@{report.TopK}", $"recall@{report.TopK}", "map", "mrr", "r-precision"];
        text.Append(CultureInfo.InvariantCulture, $"\n## Relevance: {table.Relevance}\n\n| method | {string.Join(" | ", metrics)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| --- | {string.Join(" | ", metrics.Select(_ => "---"))} |\n");
        foreach (MethodResults method in table.Methods)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {method.Method} | {string.Join(" | ", metrics.Select(metric => Cell(table, method.Of(metric), metric)))} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"| (random order) | {table.ChanceHitAt1:0.000} |{string.Concat(metrics.Skip(1).Select(_ => " |"))}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{table.Queries:N0} queries count, {table.SkippedQueries:N0} without a relevant image are left out. In brackets 95 % bootstrap intervals over queries ");
        text.Append(CultureInfo.InvariantCulture, $"({report.Resamples:N0} resamples). hit@k: share of queries with a relevant image among the first k; recall@k: share of the relevant images there.\n");
        AppendDifferences(text, table);
    }

    private static void AppendDifferences(StringBuilder text, RelevanceTable table)
    {
        MethodDifference[] differences = [.. table.Differences.Where(difference => difference.Metric == RetrievalMetric.AveragePrecision.Name)];
        if (differences.Length == 0)
        {
            return;
        }

        text.Append("\n| map: first minus second | difference | p | p after Holm |\n| --- | --- | --- | --- |\n");
        foreach (MethodDifference difference in differences)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {difference.First} - {difference.Second} | {difference.Difference} | {difference.PValue:0.0000} | {difference.AdjustedPValue:0.0000} |\n");
        }

        text.Append("\nPaired bootstrap over queries, corrected for the number of pairs; the other metrics' tests are in the JSON report.\n");
    }

    private static string Cell(RelevanceTable table, Estimate value, string metric) =>
        value.Mean >= table.Methods.Max(method => method.Of(metric).Mean)
            ? string.Create(CultureInfo.InvariantCulture, $"**{value.Mean:0.000}** [{value.Low:0.000}, {value.High:0.000}]")
            : value.ToString();
}
