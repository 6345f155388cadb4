using Relsim.Evaluation.Reports.Plots;
using Relsim.Evaluation.Statistics;
using Relsim.Evaluation.Study;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>What people prefer.</summary>
internal static class StudySection
{
    private const double Level = 0.05;

    /// <summary>The part; null where nobody was asked.</summary>
    public static ReportPart? Of(StudyReport? report, string? highlighted) => report is null || report.Comparisons.Count == 0
        ? null
        : new ReportPart("study", "What people prefer", Verdict(report, highlighted), Body(report, highlighted));

    /// <summary>The shares of votes as a chart.</summary>
    public static PreferenceChart Chart(StudyReport report, string? highlighted, string title, string caption) => new(new PreferenceChartContent
    {
        Title = title,
        Caption = caption,
        Bars = [.. report.Comparisons.Where(row => row.WinsA.Total > 0).Select(row => Facing(row, highlighted)).Select(row => new PreferenceBar(
            row.MethodA, row.MethodB, (int)Math.Round(row.WinsA.Count), (int)Math.Round(row.Ties.Count), (int)Math.Round(row.WinsB.Count)))],
    });

    // The method that the report is about stands first.
    private static PreferenceRow Facing(PreferenceRow row, string? highlighted) => row.MethodB == highlighted
        ? row with { MethodA = row.MethodB, MethodB = row.MethodA, WinsA = row.WinsB, WinsB = row.WinsA }
        : row;

    private static Html Verdict(StudyReport report, string? highlighted)
    {
        PreferenceRow[] rows = [.. report.Comparisons.Select(row => Facing(row, highlighted)).Where(row => row.MethodA == highlighted)];
        if (rows.Length == 0)
        {
            return Html.Of($"<p>People gave {NumberText.Count(report.Votes, "vote", "votes")} on {NumberText.Count(report.Comparisons.Count, "pair", "pairs")} of methods.</p>");
        }

        int preferred = rows.Count(row => row.WinsA.Share > row.WinsB.Share), holds = rows.Count(row => row.WinsA.Share > row.WinsB.Share && row.SignTestHolm < Level);
        PreferenceRow hardest = rows.MinBy(row => row.WinsA.Share - row.WinsB.Share)!;
        return Html.Of($"""
            <p>People prefer <strong>{highlighted}</strong> to {preferred} of the {NumberText.Count(rows.Length, "method", "methods")} it was compared with; {(holds == preferred && preferred > 0 ? "all" : NumberText.Count(holds))} of these
            preferences {(holds == 1 ? "holds" : "hold")} after Holm's correction. Closest to it is {hardest.MethodB}: {NumberText.Percent(hardest.WinsA.Share)} against {NumberText.Percent(hardest.WinsB.Share)}
            of {NumberText.Count(hardest.WinsA.Total, "vote", "votes")}, the rest ties.</p>
            """);
    }

    private static Html Body(StudyReport report, string? highlighted)
    {
        string raters = report is { Raters: { } people, Questions: { } questions }
            ? $" by {NumberText.Count(people, "person", "people")} on {NumberText.Count(questions, "question", "questions")}" : "";
        PreferenceChart chart = Chart(
            report, highlighted, "Which of two hits shares the query's logic?", $"{NumberText.Count(report.Votes, "vote", "votes")}{raters}; shares of all votes on each pair of methods.");
        return Html.Of($"""
            {Markup.Figure(chart, "studyb")}
            {Preferences(report)}
            {Strengths(report)}
            {Agreement(report)}
            {Judge(report.Judge)}
            """);
    }

    private static Html Preferences(StudyReport report) => Markup.Table(
        Html.Of($"Shares of votes with 95 % Wilson intervals. Two-sided exact sign test of 'neither is preferred', ties dropped, then corrected by Holm over all comparisons. From {report.Source}."),
        ["Methods", "first preferred", "tie", "second preferred", "votes", "p", "p (Holm)"],
        report.Comparisons.Select(row => (Html.Of($"{row.MethodA} against {row.MethodB}"), (IReadOnlyList<Html>)
            [Share(row.WinsA), Share(row.Ties), Share(row.WinsB), Markup.Text(NumberText.Count(row.WinsA.Total)), P(row.SignTest), P(row.SignTestHolm)])));

    private static Html Share(Proportion share) =>
        Html.Of($"{NumberText.Percent(share.Share)}<span class=\"interval\">[{NumberText.Percent(share.Low)}, {NumberText.Percent(share.High)}]</span>");

    private static Html P(double p) => Markup.Text(p < 0.0001 ? "< 0.0001" : NumberText.Of(p, 4));

    private static Html Strengths(StudyReport report)
    {
        if (report.Strengths is not { } strengths)
        {
            return report.StrengthsRefused is { } reason ? Html.Of($"<p class=\"note\">No strengths: {reason}</p>") : Html.Empty;
        }

        Html caption = Html.Of($"""
            Strengths after Bradley, Terry and Davidson: natural logarithms that sum to 0; higher is preferred. Tie parameter
            {NumberText.Of(strengths.TieParameter, 3)} [{NumberText.Of(strengths.TieLow, 3)}, {NumberText.Of(strengths.TieHigh, 3)}].
            """);
        return Markup.Table(caption, ["Method", "log strength", "95 % interval", "standard error"], strengths.Methods.Select(method => (Markup.Text(method.Method), (IReadOnlyList<Html>)
        [
            Markup.Text(NumberText.Of(method.LogStrength, 3)), Html.Of($"[{NumberText.Of(method.Low, 3)}, {NumberText.Of(method.High, 3)}]"), Markup.Text(NumberText.Of(method.StandardError, 3)),
        ])));
    }

    private static Html Agreement(StudyReport report) => report.Agreement is not { } agreement ? Html.Empty : Markup.Table(
        Html.Of($"How far raters agree, over {NumberText.Count(agreement.Questions, "question", "questions")} with at least two votes: 1 is perfect, 0 is chance. 95 % bootstrap intervals over questions, seed {report.Seed}."),
        ["Measure", "value", "95 % interval"],
        new[] { ("Fleiss' kappa", agreement.FleissKappa), ("Krippendorff's alpha, nominal", agreement.AlphaNominal), ("Krippendorff's alpha, ordinal", agreement.AlphaOrdinal) }
            .Select(measure => (Markup.Text(measure.Item1), (IReadOnlyList<Html>)[Markup.Text(NumberText.Of(measure.Item2.Mean, 3)), Markup.Text(NumberText.Interval(measure.Item2, 3))])));

    private static Html Judge(JudgeAgreement? judge) => judge is null ? Html.Empty : Html.Of($"""
        <p>The judge ({judge.Judge}) sides with people in {NumberText.Percent(judge.Accuracy.Mean)} [{NumberText.Percent(judge.Accuracy.Low)}, {NumberText.Percent(judge.Accuracy.High)}] of their votes, ties left
        out; Cohen's kappa with the majority {NumberText.Of(judge.Kappa, 3)}. {NumberText.Count(judge.Questions, "question", "questions")} compared, {NumberText.Count(judge.Unmatched)} without a score of the judge;
        scores within {NumberText.Short(judge.TieBand)} are ties of the judge.</p>
        """);
}
