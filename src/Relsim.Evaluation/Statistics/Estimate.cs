using System.Globalization;

namespace Relsim.Evaluation.Statistics;

/// <summary>A mean over queries with its 95 % confidence interval.</summary>
/// <param name="Mean">The mean; NaN where no query counts.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Queries">How many queries (or samples) the mean is over.</param>
public readonly record struct Estimate(double Mean, double Low, double High, int Queries)
{
    /// <summary>"0.912 [0.894, 0.929]".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Mean:0.000} [{Low:0.000}, {High:0.000}]");
}

/// <summary>How much better one method is than another on the same queries.</summary>
/// <param name="Difference">Mean of first minus second, with its 95 % interval; an interval without 0 is a difference that counts.</param>
/// <param name="PValue">Two-sided bootstrap p-value of 'no difference'; never below 2 / (resamples + 1).</param>
public readonly record struct PairedDifference(Estimate Difference, double PValue);
