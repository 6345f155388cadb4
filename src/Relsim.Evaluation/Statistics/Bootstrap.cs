namespace Relsim.Evaluation.Statistics;

/// <summary>
/// Percentile bootstrap over queries (Efron and Tibshirani 1993, chapters 13 and 16). The same values and seed give the same interval
/// on every run.
/// </summary>
public static class Bootstrap
{
    /// <summary>Resamples that give a 95 % interval steady to about a tenth of its width.</summary>
    public const int DefaultResamples = 2000;

    /// <summary>Resamples for tests of many pairs: a p-value of 0.0002 is still told apart from 0, whatever Holm multiplies it by.</summary>
    internal const int TestResamples = 10_000;

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

    /// <summary>
    /// Any statistic of <paramref name="items"/> items with its 95 % interval. Resamples for which it is undefined (NaN) are left out of the interval; where it is
    /// undefined for the items themselves, so is the interval.
    /// </summary>
    /// <param name="items">How many there are.</param>
    /// <param name="statistic">Takes the indexes of a resample, some more than once and some not at all.</param>
    /// <param name="seed">Another seed, other resamples.</param>
    /// <param name="resamples">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one resample.</exception>
    public static Estimate Statistic(int items, Func<int[], double> statistic, int seed, int resamples = DefaultResamples)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        double value = items > 0 ? statistic(Identity(items)) : double.NaN;
        if (double.IsNaN(value))
        {
            return new Estimate(double.NaN, double.NaN, double.NaN, items);
        }

        var random = new Random(seed);
        int[] drawn = new int[items];
        var values = new List<double>(resamples);
        for (int r = 0; r < resamples; r++)
        {
            for (int i = 0; i < items; i++)
            {
                drawn[i] = random.Next(items);
            }

            values.Add(statistic(drawn));
        }

        double[] sorted = [.. values.Where(v => !double.IsNaN(v)).Order()];
        return sorted.Length == 0
            ? new Estimate(value, double.NaN, double.NaN, items)
            : new Estimate(value, Quantile(sorted, TailShare), Quantile(sorted, 1 - TailShare), items);
    }

    /// <summary>The sample itself: every item once.</summary>
    internal static int[] Identity(int items) => [.. Enumerable.Range(0, items)];

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
