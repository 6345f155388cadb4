using Relsim.Evaluation.Calibration;
using Relsim.Evaluation.Reports.Plots;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>From cosine to probability.</summary>
internal static class CalibrationSection
{
    /// <summary>The part; null where nothing was calibrated.</summary>
    public static ReportPart? Of(CalibrationReport? report) => report is null
        ? null
        : new ReportPart("calibration", "From score to probability", Verdict(report), Body(report));

    private static Html Verdict(CalibrationReport report) => Html.Of($"""
        <p>The probability that people call a pair related is off by {NumberText.Of(report.CrossValidated.CalibrationError, 3)} on average (expected calibration error on pairs that the fit did not see).
        {Threshold(report)}</p>
        """);

    private static Html Threshold(CalibrationReport report)
    {
        if (report.Threshold is not { } threshold)
        {
            return report.ThresholdRefused is { } reason ? Html.Of($"No threshold: {reason}") : Html.Empty;
        }

        Html check = report.ThresholdCrossValidated is not { } seen ? Html.Empty : Html.Of(
            $" On pairs that it was not chosen on: {seen.Precision.ToString()} related, {NumberText.Percent(seen.Recall)} of the related pairs found.");
        return Html.Of($"From a score of {NumberText.Of(threshold.Score, 3)} on, {NumberText.Percent(threshold.Precision)} of pairs are related (asked for: {NumberText.Percent(threshold.Target)}).{check}");
    }

    private static Html Body(CalibrationReport report)
    {
        string fitted = report.Method == CalibrationMethod.Isotonic ? "isotonic regression" : "a logistic curve";
        string space = report.Space.ToString().ToLowerInvariant();
        var content = new CalibrationChartContent
        {
            Title = "Can the probability be believed?",
            Caption = $"Left: {NumberText.Count(report.Pairs, "pair", "pairs")}, predicted in {report.Folds} folds (seed {report.Seed}) by fits that did not see them; 95 % Wilson intervals; "
                + $"on the dashed line probability and share agree. Right: {fitted} over all pairs.",
            Bins = [.. report.Bins.Where(bin => bin.Observed.Total > 0).Select(bin => new CalibrationBin(bin.Predicted, bin.Observed.Share, bin.Observed.Low, bin.Observed.High, bin.Observed.Total))],
            Curve = [.. report.Curve.Select(point => new CalibrationPoint(point.Score, point.Probability))],
            ScoreTitle = $"{space} similarity (cosine)",
            Threshold = report.Threshold?.Score,
            ThresholdLabel = report.Threshold is { } threshold ? $"precision {NumberText.Percent(threshold.Target)} from {NumberText.Of(threshold.Score, 2)} on" : "",
        };
        bool isDrawn = content.Bins.Count > 0 && content.Curve.Count > 0;
        (string Name, CalibrationMetrics Values)[] metrics = [("cross-validated", report.CrossValidated), ("on the pairs of the fit", report.InSample)];
        return Html.Of($"""
            <p class="note">{NumberText.Count(report.Pairs, "labelled pair", "labelled pairs")}, of which people call {NumberText.Short(Math.Round(report.Related, 2))} related;
            {fitted} over {space} cosines{(report.Model is { } model ? $" of {model}" : "")}.</p>
            {(isDrawn ? Markup.Figure(new CalibrationChart(content), "calibration0") : Html.Empty)}
            {Markup.Table(
                Html.Of($"How good the probabilities are; lower is better."),
                ["Measured", "Brier score", "log loss, nats", "expected calibration error"],
                metrics.Select(row => (Markup.Text(row.Name), (IReadOnlyList<Html>)
                    [Markup.Text(NumberText.Of(row.Values.Brier, 4)), Markup.Text(NumberText.Of(row.Values.LogLoss, 4)), Markup.Text(NumberText.Of(row.Values.CalibrationError, 4))])))}
            """);
    }
}
