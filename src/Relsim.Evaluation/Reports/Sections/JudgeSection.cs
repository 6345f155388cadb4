using System.Globalization;
using Relsim.Evaluation.Judging;
using Relsim.Evaluation.Reports.Plots;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>What a model said as judge.</summary>
internal static class JudgeSection
{
    private const int Decimals = 2;

    /// <summary>The part; null where nothing was judged.</summary>
    public static ReportPart? Of(JudgeReport? report, string? highlighted)
    {
        if (report is null)
        {
            return null;
        }

        var comparison = new Comparison(
            "the judge's score",
            Decimals,
            report.Methods.Select(method => new Standing(method.Name, method.Score)),
            [.. report.Differences.Select(test => new PairedTest(test.First, test.Second, test.Difference, test.PValue, test.HolmPValue))]);
        Html incomplete = report.IsComplete ? Html.Empty : Html.Of($" <strong>Not all answers are in:</strong> these numbers will change.");
        Html verdict = Html.Of($"<p>Judged by {report.Judge}: {comparison.Verdict(highlighted)}{incomplete}</p>");
        return new ReportPart("judge", "A model as judge", verdict, Body(report, comparison, highlighted));
    }

    private static Html Body(JudgeReport report, Comparison comparison, string? highlighted)
    {
        string temperature = report.Temperature is { } asked ? asked.ToString(CultureInfo.InvariantCulture) : "the service's own";
        string served = report.ServedBy.Count == 0 ? "" : $" Answered by {string.Join(", ", report.ServedBy)}.";
        string hits = report.TopK == 1 ? "the first hit" : $"the first {report.TopK} hits";
        int queries = report.Methods.Select(method => method.Score.Queries).DefaultIfEmpty(0).Max();
        var bars = new BarChart(new BarChartContent
        {
            Title = $"How related are query and hit? Scores of {report.Judge}",
            AxisTitle = "mean score of the judge, 0 to 10, higher is better",
            Caption = $"Mean over at most {NumberText.Count(queries, "query", "queries")}, {hits} of each; 95 % bootstrap intervals over queries, seed {report.Seed}.",
            Decimals = Decimals,
            Items = [.. comparison.Ranked.Select(standing => new BarChartItem(standing.Method, standing.Value, standing.Method == highlighted))],
        });
        return Html.Of($"""
            <p class="note">Asked about {hits} of each query, in both orders, {(report.Repeats == 1 ? "once" : $"{report.Repeats} times")} each, at temperature {temperature}.{served} Refusals and
            garbage are counted, never scored. Question {report.QuestionHash[..Math.Min(12, report.QuestionHash.Length)]}.</p>
            {(report.Methods.Count == 0 ? Html.Empty : Markup.Figure(bars, "judgeb"))}
            {Methods(report, comparison)}
            {Markup.Tests(comparison, "all pairs")}
            {Consistency(report)}
            """);
    }

    private static Html Methods(JudgeReport report, Comparison comparison)
    {
        Dictionary<string, JudgedMethod> methods = report.Methods.ToDictionary(method => method.Name);
        return Markup.Table(
            Html.Of($"Scores, 0 to 10, with 95 % intervals over queries, and what became of each pair."),
            ["Method", "score", "lowest", "highest", "queries", "pairs", "scored", "refused", "garbage", "failed", "unreadable"],
            comparison.Ranked.Index().Select(ranked =>
            {
                JudgedMethod method = methods[ranked.Item.Method];
                int[] counts = [method.Score.Queries, method.Pairs, method.Scored, method.Refused, method.Garbage, method.Failed, method.Unreadable];
                return (Markup.Text(method.Name), (IReadOnlyList<Html>)
                [
                    Markup.Cell(method.Score, Decimals, ranked.Index == 0), Markup.Text(NumberText.Of(method.Min, 1)), Markup.Text(NumberText.Of(method.Max, 1)),
                    .. counts.Select(count => Markup.Text(NumberText.Count(count))),
                ]);
            }));
    }

    private static Html Consistency(JudgeReport report)
    {
        OrderConsistency order = report.OrderConsistency;
        Html orders = Html.Of($"""
            <p>Asked with the pictures the other way round ({NumberText.Count(order.Pairs, "pair", "pairs")}), the judge gave the same score in {NumberText.Percent(order.ShareEqual)} of cases;
            scores differ by {NumberText.Of(order.MeanAbsoluteDifference, 2)} on average, correlation {NumberText.Of(order.Correlation, 2)}.</p>
            """);
        Html repeats = report.RepeatConsistency is not { } repeat ? Html.Empty : Html.Of($"""
            <p>Asked the same again ({NumberText.Count(repeat.Pairs, "ordered pair", "ordered pairs")}), all its scores were equal in {NumberText.Percent(repeat.ShareEqual)} of cases;
            standard deviation {NumberText.Of(repeat.MeanStandardDeviation, 2)} on average.</p>
            """);
        JudgeUsage usage = report.Usage;
        string cost = usage.Cost is { } dollars ? $", {dollars.ToString("0.00##", CultureInfo.InvariantCulture)} dollars" : "";
        string uncounted = usage.Uncounted == 0 ? "" : $" ({NumberText.Count(usage.Uncounted, "answer", "answers")} without a token count)";
        return Html.Of($"""
            <h3>Is the judge of one mind?</h3>{orders}{repeats}
            <p class="note">{NumberText.Count(usage.Calls, "call", "calls")}, {NumberText.Count(usage.InputTokens)} tokens in, {NumberText.Count(usage.OutputTokens)} out{cost}{uncounted}.</p>
            """);
    }
}
