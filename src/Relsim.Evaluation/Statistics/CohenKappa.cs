namespace Relsim.Evaluation.Statistics;

/// <summary>Agreement of two raters beyond chance (Cohen 1960): (po - pe) / (1 - pe).</summary>
public static class CohenKappa
{
    /// <summary>Kappa of paired categories; NaN without pairs, or where both gave one and the same category throughout.</summary>
    public static double Of(IReadOnlyList<(int First, int Second)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Of(pairs, Bootstrap.Identity(pairs.Count));
    }

    /// <summary>Kappa with its 95 % bootstrap interval over pairs.</summary>
    public static Estimate Estimate(IReadOnlyList<(int First, int Second)> pairs, int seed, int resamples = Bootstrap.DefaultResamples)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Bootstrap.Statistic(pairs.Count, items => Of(pairs, items), seed, resamples);
    }

    private static double Of(IReadOnlyList<(int First, int Second)> pairs, int[] items)
    {
        var first = new Dictionary<int, int>();
        var second = new Dictionary<int, int>();
        int equal = 0;
        foreach (int item in items)
        {
            (int a, int b) = pairs[item];
            first[a] = first.GetValueOrDefault(a) + 1;
            second[b] = second.GetValueOrDefault(b) + 1;
            equal += a == b ? 1 : 0;
        }

        double n = items.Length;
        double chance = first.Sum(count => count.Value / n * (second.GetValueOrDefault(count.Key) / n));
        return items.Length > 0 && chance < 1 ? ((equal / n) - chance) / (1 - chance) : double.NaN;
    }
}
