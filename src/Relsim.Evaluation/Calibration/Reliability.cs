using Relsim.Evaluation.Statistics;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Calibration;

/// <summary>How predicted probabilities stand to what people said.</summary>
internal static class Reliability
{
    private const int MostBins = 10;
    private const int FewestPairsOfABin = 10;

    // A probability of 0 or 1, where a curve rounds to it, must not make an infinite loss.
    private const double SmallestProbability = 1e-15;

    /// <summary>Brier score, log loss and calibration error of one prediction a pair.</summary>
    public static CalibrationMetrics Measure(IReadOnlyList<LabelledScore> pairs, double[] predicted)
    {
        double brier = 0, loss = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            double p = predicted[i], related = pairs[i].Related;
            brier += (related * (1 - p) * (1 - p)) + ((1 - related) * p * p);
            double inside = Math.Clamp(p, SmallestProbability, 1 - SmallestProbability);
            loss -= (related * Math.Log(inside)) + ((1 - related) * Math.Log(1 - inside));
        }

        double error = Bins(pairs, predicted).Sum(bin => bin.Observed.Total * Math.Abs(bin.Predicted - bin.Observed.Share));
        return new CalibrationMetrics(brier / pairs.Count, loss / pairs.Count, error / pairs.Count);
    }

    /// <summary>Bins of about equal count by score, lowest first; equal scores are never parted.</summary>
    public static IReadOnlyList<ReliabilityBin> Bins(IReadOnlyList<LabelledScore> pairs, double[] predicted)
    {
        int count = Math.Clamp(pairs.Count / FewestPairsOfABin, 1, MostBins);
        int[] order = [.. Enumerable.Range(0, pairs.Count).OrderBy(i => pairs[i].Score)];
        var bins = new List<ReliabilityBin>();
        int start = 0;
        for (int bin = 1; bin <= count; bin++)
        {
            int end = (int)((long)pairs.Count * bin / count);
            while (end > start && end < order.Length && pairs[order[end]].Score == pairs[order[end - 1]].Score)
            {
                end++;
            }

            if (end > start)
            {
                bins.Add(Bin(pairs, predicted, order[start..end]));
                start = end;
            }
        }

        return bins;
    }

    private static ReliabilityBin Bin(IReadOnlyList<LabelledScore> pairs, double[] predicted, int[] members) => new(
        pairs[members[0]].Score,
        pairs[members[^1]].Score,
        members.Average(i => predicted[i]),
        Proportion.Of(Math.Min(members.Length, members.Sum(i => pairs[i].Related)), members.Length));
}
