namespace Relsim.Evaluation.Statistics;

/// <summary>How far apart two categories are.</summary>
public enum AlphaMetric
{
    /// <summary>Any two unlike categories are equally far apart.</summary>
    Nominal,

    /// <summary>Categories are ranks in the order of their columns: the distance is how many ratings lie between.</summary>
    Ordinal,
}

/// <summary>
/// Krippendorff's alpha (Krippendorff 2004, chapter 11): 1 - observed / expected disagreement, over all pairs of ratings of one item, each item weighing as many pairs
/// as it has ratings. Items may have any number of ratings, and raters may leave items out.
/// </summary>
public static class KrippendorffAlpha
{
    /// <summary>Alpha; NaN without items, or where all ratings are of one category.</summary>
    public static double Of(RatingTable table, AlphaMetric metric)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Of(table, metric, Bootstrap.Identity(table.Items));
    }

    /// <summary>Alpha with its 95 % bootstrap interval over items.</summary>
    public static Estimate Estimate(RatingTable table, AlphaMetric metric, int seed, int resamples = Bootstrap.DefaultResamples)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Bootstrap.Statistic(table.Items, items => Of(table, metric, items), seed, resamples);
    }

    private static double Of(RatingTable table, AlphaMetric metric, int[] items)
    {
        int categories = table.Categories;
        double[,] coincidences = new double[categories, categories]; // o[c, k]
        double[] totals = new double[categories]; // n[c]
        foreach (int item in items)
        {
            Add(table[item], coincidences, totals);
        }

        double observed = 0, expected = 0;
        for (int c = 0; c < categories; c++)
        {
            for (int k = c + 1; k < categories; k++)
            {
                double distance = Distance(totals, c, k, metric);
                observed += coincidences[c, k] * distance;
                expected += totals[c] * totals[k] * distance;
            }
        }

        return expected > 0 ? 1 - ((totals.Sum() - 1) * observed / expected) : double.NaN;
    }

    private static void Add(ReadOnlySpan<int> counts, double[,] coincidences, double[] totals)
    {
        int ratings = 0;
        foreach (int count in counts)
        {
            ratings += count;
        }

        for (int c = 0; c < counts.Length; c++)
        {
            totals[c] += counts[c];
            for (int k = c + 1; k < counts.Length; k++)
            {
                coincidences[c, k] += (double)counts[c] * counts[k] / (ratings - 1);
            }
        }
    }

    /// <summary>The squared difference of two categories, c before k.</summary>
    private static double Distance(double[] totals, int c, int k, AlphaMetric metric)
    {
        if (metric == AlphaMetric.Nominal)
        {
            return 1;
        }

        double between = -(totals[c] + totals[k]) / 2;
        for (int g = c; g <= k; g++)
        {
            between += totals[g];
        }

        return between * between;
    }
}
