using System.Globalization;
using Relsim.Evaluation.Statistics;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Calibration;

/// <summary>The smallest score from which on a wanted share of pairs is related.</summary>
internal static class ThresholdChoice
{
    // A share of fewer pairs than this says nothing: one related pair at the top would be a precision of 1.
    private const int FewestPairs = 5;

    // Sums of shares are exact but for rounding.
    private const double Tolerance = 1e-9;

    /// <summary>The threshold, or why there is none.</summary>
    public static (CalibrationThreshold? Threshold, string? Refusal) Choose(IReadOnlyList<LabelledScore> pairs, double precision)
    {
        CalibrationThreshold[] cuts = [.. Cuts(pairs, precision)];
        if (cuts.LastOrDefault(cut => cut.Precision >= precision - Tolerance) is { } threshold)
        {
            return (threshold, null);
        }

        CalibrationThreshold best = cuts.MaxBy(cut => cut.Precision) ?? throw new ArgumentException($"A threshold needs {FewestPairs} pairs.", nameof(pairs));
        double reached = Math.Floor(best.Precision * 100) / 100;
        return (null, string.Create(
            CultureInfo.InvariantCulture,
            $"No score reaches a precision of {precision:0.###}: the best is {best.Precision:0.000}, of the {best.Pairs} pairs at {best.Score:0.000} and above. Ask for {reached:0.##} or less, or label more pairs."));
    }

    /// <summary>Every score of the data as a threshold, from the highest, once enough pairs are at or above it.</summary>
    private static IEnumerable<CalibrationThreshold> Cuts(IReadOnlyList<LabelledScore> pairs, double target)
    {
        double all = pairs.Sum(pair => pair.Related), related = 0;
        int count = 0;
        foreach (IGrouping<double, LabelledScore> level in pairs.GroupBy(pair => pair.Score).OrderByDescending(level => level.Key))
        {
            related += level.Sum(pair => pair.Related);
            count += level.Count();
            if (count >= FewestPairs)
            {
                var share = Proportion.Of(Math.Min(related, count), count);
                yield return new CalibrationThreshold(level.Key, target, share.Share, share.Low, Math.Min(1, related / all), count);
            }
        }
    }
}
