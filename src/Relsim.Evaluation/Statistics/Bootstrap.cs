namespace Relsim.Evaluation.Statistics;

/// <summary>
/// Percentile bootstrap over queries (Efron and Tibshirani 1993, chapters 13 and 16). The same values and seed give the same interval
/// on every run.
/// </summary>
public static class Bootstrap
{
    /// <summary>Resamples that give a 95 % interval steady to about a tenth of its width.</summary>
    public const int DefaultResamples = 2000;

    private const double TailShare = 0.025;

    /// <summary>The mean of <paramref name="values"/>, one a query, with its 95 % interval. All NaN where there are none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one resample.</exception>
    public static Estimate Mean(ReadOnlySpan<double> values, int seed, int resamples = DefaultResamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (values.Length == 0)
        {
            return new Estimate(double.NaN, double.NaN, double.NaN, 0);
        }

        double[] means = ResampledMeans(values, seed, resamples);
        return new Estimate(Average(values), Quantile(means, TailShare), Quantile(means, 1 - TailShare), values.Length);
    }

    /// <summary>
    /// The mean difference of two methods that answered the same queries, in the same order. Pairing removes what makes some queries
    /// harder than others, so that the interval is narrower than those of the two means suggest.
    /// </summary>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public static PairedDifference Difference(
        ReadOnlySpan<double> first, ReadOnlySpan<double> second, int seed, int resamples = DefaultResamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"Paired methods answer the same queries; got {first.Length} and {second.Length} values.", nameof(second));
        }

        var differences = new double[first.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = first[i] - second[i];
        }

        if (differences.Length == 0)
        {
            return new PairedDifference(Mean(differences, seed, resamples), double.NaN);
        }

        double[] means = ResampledMeans(differences, seed, resamples);
        int below = means.Count(mean => mean <= 0);
        int above = means.Count(mean => mean >= 0);
        double p = Math.Min(1, 2.0 * (Math.Min(below, above) + 1) / (resamples + 1));
        var estimate = new Estimate(Average(differences), Quantile(means, TailShare), Quantile(means, 1 - TailShare), differences.Length);
        return new PairedDifference(estimate, p);
    }

    private static double[] ResampledMeans(ReadOnlySpan<double> values, int seed, int resamples)
    {
        var random = new Random(seed);
        var means = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            double sum = 0;
            for (int i = 0; i < values.Length; i++)
            {
                sum += values[random.Next(values.Length)];
            }

            means[r] = sum / values.Length;
        }

        Array.Sort(means);
        return means;
    }

    private static double Average(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    // Linear interpolation between order statistics (Hyndman and Fan's type 7, as numpy does).
    private static double Quantile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int low = (int)at;
        int high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + ((at - low) * (sorted[high] - sorted[low]));
    }
}
