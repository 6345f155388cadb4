using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Retrieval;

/// <summary>
/// Metrics of one ranking. Most take the ranks of the relevant items, 1 for the first place, ascending; what was never
/// retrieved has no rank, and then the number of relevant items is told apart. Higher is better in all. A query without a relevant item
/// has no value: NaN, which a mean must leave out and count.
/// </summary>
public static class RetrievalMetrics
{
    private const double NormalQuantile975 = StandardNormal.Quantile975;

    /// <summary>The ranks of the relevant items of a ranking, best first.</summary>
    public static int[] RelevantRanks(ReadOnlySpan<bool> ranking)
    {
        var ranks = new List<int>();
        for (int i = 0; i < ranking.Length; i++)
        {
            if (ranking[i])
            {
                ranks.Add(i + 1);
            }
        }

        return [.. ranks];
    }

    /// <summary>R@k as image retrieval counts it: 1 where any relevant item is among the first <paramref name="k"/>, else 0.</summary>
    public static double HitRate(ReadOnlySpan<int> relevantRanks, int k, int? relevant = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        return Relevant(relevantRanks, relevant) == 0 ? double.NaN : relevantRanks.Length > 0 && relevantRanks[0] <= k ? 1 : 0;
    }

    /// <summary>Share of all relevant items that are among the first <paramref name="k"/>.</summary>
    public static double Recall(ReadOnlySpan<int> relevantRanks, int k, int? relevant = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        return Retrieved(relevantRanks, k) / (double)Relevant(relevantRanks, relevant);
    }

    /// <summary>Share of the first <paramref name="k"/> places that hold a relevant item; places beyond the end of the ranking hold none.</summary>
    public static double Precision(ReadOnlySpan<int> relevantRanks, int k, int? relevant = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        return Relevant(relevantRanks, relevant) == 0 ? double.NaN : Retrieved(relevantRanks, k) / (double)k;
    }

    /// <summary>Average precision over the whole ranking: the mean, over the relevant items, of the precision at their ranks.</summary>
    public static double AveragePrecision(ReadOnlySpan<int> relevantRanks, int? relevant = null)
    {
        double sum = 0;
        for (int i = 0; i < relevantRanks.Length; i++)
        {
            sum += (i + 1) / (double)relevantRanks[i];
        }

        return sum / Relevant(relevantRanks, relevant);
    }

    /// <summary>One over the rank of the first relevant item; its mean over queries is MRR.</summary>
    public static double ReciprocalRank(ReadOnlySpan<int> relevantRanks, int? relevant = null) =>
        Relevant(relevantRanks, relevant) == 0 ? double.NaN : relevantRanks.Length == 0 ? 0 : 1.0 / relevantRanks[0];

    /// <summary>Precision among the first R places, R being the number of relevant items.</summary>
    public static double RPrecision(ReadOnlySpan<int> relevantRanks, int? relevant = null)
    {
        int count = Relevant(relevantRanks, relevant);
        return Retrieved(relevantRanks, count) / (double)count;
    }

    /// <summary>
    /// nDCG@k with linear gain and log2 discount (Järvelin and Kekäläinen 2002 in its usual form).
    /// </summary>
    /// <param name="gains">The gain of every item of the pool, in ranked order; not negative.</param>
    /// <param name="k">Places that count.</param>
    public static double Ndcg(ReadOnlySpan<double> gains, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        double[] ideal = gains.ToArray();
        Array.Sort(ideal, (a, b) => b.CompareTo(a));
        if (ideal.Length > 0 && ideal[^1] < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(gains), ideal[^1], "A gain is not negative.");
        }

        return DiscountedGain(gains, k) / DiscountedGain(ideal, k);
    }

    /// <summary>
    /// The same of a ranking in which every relevant item has a rank: items of grade 0 gain nothing and need not be told. NaN where none is relevant.
    /// </summary>
    /// <param name="relevantRanks">Ranks of the relevant items, ascending.</param>
    /// <param name="grades">The gain of each of them, above 0.</param>
    /// <param name="k">Places that count.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public static double Ndcg(ReadOnlySpan<int> relevantRanks, ReadOnlySpan<double> grades, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        if (relevantRanks.Length != grades.Length)
        {
            throw new ArgumentException($"{relevantRanks.Length} relevant items need as many grades, got {grades.Length}.", nameof(grades));
        }

        double gain = 0;
        for (int i = 0; i < relevantRanks.Length && relevantRanks[i] <= k; i++)
        {
            gain += grades[i] / Math.Log2(relevantRanks[i] + 1);
        }

        double[] ideal = grades.ToArray();
        Array.Sort(ideal, (a, b) => b.CompareTo(a));
        return gain / DiscountedGain(ideal, k);
    }

    /// <summary>
    /// Area under the ROC curve: the chance that a positive scores above a negative, ties counting half; with the 95 % interval of
    /// DeLong, DeLong and Clarke-Pearson (1988). NaN where there are no positives or no negatives.
    /// </summary>
    /// <exception cref="ArgumentException">The two differ in length or a score is NaN.</exception>
    public static Estimate AreaUnderRoc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positives)
    {
        if (scores.Length != positives.Length)
        {
            throw new ArgumentException($"{scores.Length} scores need as many labels, got {positives.Length}.", nameof(positives));
        }

        (float[] high, float[] low) = Separate(scores, positives);
        if (high.Length == 0 || low.Length == 0)
        {
            return new Estimate(double.NaN, double.NaN, double.NaN, scores.Length);
        }

        double[] wins = ShareBelow(high, low);
        double[] losses = ShareBelow(low, high);
        double area = wins.Average();
        double deviation = Math.Sqrt((Variance(wins) / wins.Length) + (Variance(losses) / losses.Length));
        double margin = NormalQuantile975 * deviation;
        return new Estimate(area, Math.Max(0, area - margin), Math.Min(1, area + margin), scores.Length);
    }

    private static int Relevant(ReadOnlySpan<int> ranks, int? relevant)
    {
        int count = relevant ?? ranks.Length;
        return count >= ranks.Length
            ? count
            : throw new ArgumentOutOfRangeException(nameof(relevant), count, $"{ranks.Length} relevant items were ranked.");
    }

    private static int Retrieved(ReadOnlySpan<int> ranks, int k)
    {
        int at = ranks.BinarySearch(k);
        return at >= 0 ? at + 1 : ~at;
    }

    private static double DiscountedGain(ReadOnlySpan<double> gains, int k)
    {
        double sum = 0;
        for (int i = 0; i < Math.Min(k, gains.Length); i++)
        {
            sum += gains[i] / Math.Log2(i + 2);
        }

        return sum;
    }

    private static (float[] Positive, float[] Negative) Separate(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positives)
    {
        var positive = new List<float>();
        var negative = new List<float>();
        for (int i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
            {
                throw new ArgumentException($"Score {i} is NaN.", nameof(scores));
            }

            (positives[i] ? positive : negative).Add(scores[i]);
        }

        positive.Sort();
        negative.Sort();
        return ([.. positive], [.. negative]);
    }

    // For each of the sorted `these`, the share of the sorted `others` below it, equals counting half.
    private static double[] ShareBelow(float[] these, float[] others)
    {
        var shares = new double[these.Length];
        int below = 0, notAbove = 0;
        for (int i = 0; i < these.Length; i++)
        {
            while (below < others.Length && others[below] < these[i])
            {
                below++;
            }

            while (notAbove < others.Length && others[notAbove] <= these[i])
            {
                notAbove++;
            }

            shares[i] = (below + notAbove) / (2.0 * others.Length);
        }

        return shares;
    }

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Length < 2 ? 0 : values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }
}
