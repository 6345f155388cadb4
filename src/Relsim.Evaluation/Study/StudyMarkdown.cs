using System.Globalization;
using System.Text;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Study;

/// <summary>A <see cref="StudyReport"/> as markdown.</summary>
internal static class StudyMarkdown
{
    public static string Write(StudyReport report)
    {
        var text = new StringBuilder();
        WritePreferences(text, report);
        WriteStrengths(text, report);
        if (report.Agreement is { } agreement)
        {
            WriteAgreement(text, agreement, report.Seed);
        }

        if (report.Judge is { } judge)
        {
            WriteJudge(text, judge, report.Seed);
        }

        return text.ToString();
    }

    private static void WritePreferences(StringBuilder text, StudyReport report)
    {
        text.Append("### Preferences\n\n| a | b | votes | a preferred | tie | b preferred | p | p (Holm) |\n| --- | --- | ---: | --- | --- | --- | ---: | ---: |\n");
        foreach (PreferenceRow row in report.Comparisons)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(row.MethodA)} | {Cell(row.MethodB)} | {row.Ties.Total:N0} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(row.WinsA)} | {Cell(row.Ties)} | {Cell(row.WinsB)} | {P(row.SignTest)} | {P(row.SignTestHolm)} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{report.Votes:N0} votes");
        if (report.Questions is { } questions)
        {
            text.Append(CultureInfo.InvariantCulture, $" of {report.Raters:N0} raters on {questions:N0} questions");
        }

        text.Append(CultureInfo.InvariantCulture, $" ({report.Source}). In brackets 95 % Wilson intervals. p: two-sided exact sign test of 'neither is preferred'; ");
        text.Append("ties are dropped from it. Intervals and p take votes for independent; where many raters answer few questions both are too sure.\n");
    }

    private static void WriteStrengths(StringBuilder text, StudyReport report)
    {
        text.Append("\n### Strengths\n\n");
        if (report.Strengths is not { } strengths)
        {
            text.Append(CultureInfo.InvariantCulture, $"Not estimated. {report.StrengthsRefused}\n");
            return;
        }

        text.Append("| method | log strength | 95 % interval | s.e. |\n| --- | ---: | --- | ---: |\n");
        foreach (MethodStrength method in strengths.Methods)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(method.Method)} | {method.LogStrength:0.000} | [{method.Low:0.000}, {method.High:0.000}] | {method.StandardError:0.000} |\n");
        }

        text.Append("\nModel of Bradley and Terry with ties after Davidson (1970), by maximum likelihood; log strengths sum to 0, intervals from the observed information. ");
        text.Append(CultureInfo.InvariantCulture, $"Tie parameter {strengths.TieParameter:0.000} [{strengths.TieLow:0.000}, {strengths.TieHigh:0.000}].\n");
    }

    private static void WriteAgreement(StringBuilder text, RaterAgreement agreement, int seed)
    {
        text.Append("\n### Agreement of raters\n\n| measure | value |\n| --- | --- |\n");
        text.Append(CultureInfo.InvariantCulture, $"| Fleiss' kappa | {Cell(agreement.FleissKappa)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| Krippendorff's alpha, nominal | {Cell(agreement.AlphaNominal)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| Krippendorff's alpha, ordinal (a < tie < b) | {Cell(agreement.AlphaOrdinal)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"\nOver {agreement.Questions:N0} questions of two votes or more; 95 % bootstrap intervals over questions (seed {seed}). ");
        text.Append("Fleiss' kappa where questions differ in their number of raters: every question weighs the same.\n");
    }

    private static void WriteJudge(StringBuilder text, JudgeAgreement judge, int seed)
    {
        text.Append("\n### Agreement of judge and people\n\n| measure | value |\n| --- | --- |\n");
        text.Append(CultureInfo.InvariantCulture, $"| votes for the candidate that the judge scored higher | {Cell(judge.Accuracy)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| Cohen's kappa of judge and majority | {Cell(judge.Kappa)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"\n{judge.Judge} on {judge.Questions:N0} questions ({judge.Unmatched:N0} left out: no score of both candidates). ");
        text.Append(CultureInfo.InvariantCulture, $"Votes for neither are left out of the first row, and a tie of the judge (scores within {judge.TieBand}) counts half there. ");
        text.Append(CultureInfo.InvariantCulture, $"95 % bootstrap intervals over questions (seed {seed}).\n");
    }

    private static string Cell(string name) => name.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Cell(Proportion share) => string.Create(CultureInfo.InvariantCulture, $"{share.Count:0} ({share})");

    private static string Cell(Estimate estimate) => double.IsNaN(estimate.Mean) ? "undefined" : estimate.ToString();

    private static string P(double p) => double.IsNaN(p) ? "-" : p < 0.001 ? p.ToString("0.0e+0", CultureInfo.InvariantCulture) : p.ToString("0.000", CultureInfo.InvariantCulture);
}
