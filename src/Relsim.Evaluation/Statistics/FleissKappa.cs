namespace Relsim.Evaluation.Statistics;

/// <summary>
/// Agreement of many raters beyond chance (Fleiss 1971): (P - Pe) / (1 - Pe), 1 where all agree, 0 at chance. Where items differ in their number of raters, P is the mean
/// over items of the share of agreeing pairs of raters, and Pe is made of the mean over items of each category's share: every item weighs the same, and for equal
/// numbers this is Fleiss' own.
/// </summary>
public static class FleissKappa
{
    /// <summary>Kappa; NaN without items, or where all ratings are of one category.</summary>
    public static double Of(RatingTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Of(table, Bootstrap.Identity(table.Items));
    }

    /// <summary>Kappa with its 95 % bootstrap interval over items.</summary>
    public static Estimate Estimate(RatingTable table, int seed, int resamples = Bootstrap.DefaultResamples)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Bootstrap.Statistic(table.Items, items => Of(table, items), seed, resamples);
    }

    private static double Of(RatingTable table, int[] items)
    {
        double agreement = 0;
        double[] shares = new double[table.Categories];
        foreach (int item in items)
        {
            ReadOnlySpan<int> counts = table[item];
            double ratings = 0, pairs = 0;
            foreach (int count in counts)
            {
                ratings += count;
                pairs += (double)count * (count - 1);
            }

            agreement += pairs / (ratings * (ratings - 1));
            for (int c = 0; c < counts.Length; c++)
            {
                shares[c] += counts[c] / ratings;
            }
        }

        if (items.Length == 0 || shares.Count(share => share > 0) < 2)
        {
            return double.NaN;
        }

        double chance = shares.Sum(share => share / items.Length * (share / items.Length));
        return ((agreement / items.Length) - chance) / (1 - chance);
    }
}
