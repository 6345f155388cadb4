using System.Globalization;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Reports;

/// <summary>Numbers as charts and pages write them: the same in every country, with a true minus.</summary>
internal static class NumberText
{
    /// <summary>A number with the decimals given; "no value" for NaN.</summary>
    public static string Of(double value, int decimals) => double.IsNaN(value)
        ? "no value"
        : value.ToString($"F{decimals}", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    /// <summary>A number as short as it is exact.</summary>
    public static string Short(double value) => value.ToString("0.######", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    /// <summary>A count with its thousands parted.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count and what is counted.</summary>
    public static string Count(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    /// <summary>"[0.894, 0.929]"; empty where there is no interval.</summary>
    public static string Interval(Estimate estimate, int decimals) =>
        double.IsNaN(estimate.Low) || double.IsNaN(estimate.High) ? string.Empty : $"[{Of(estimate.Low, decimals)}, {Of(estimate.High, decimals)}]";

    /// <summary>"0.912 [0.894, 0.929]".</summary>
    public static string Of(Estimate estimate, int decimals) => $"{Of(estimate.Mean, decimals)} {Interval(estimate, decimals)}".TrimEnd();

    /// <summary>A share as a percentage, halves rounded away from zero as in <see cref="Proportion"/>.</summary>
    public static string Percent(double share, int decimals = 1) => double.IsNaN(share)
        ? "no value"
        : ((double)Math.Round((decimal)share * 100, decimals, MidpointRounding.AwayFromZero)).ToString($"F{decimals}", CultureInfo.InvariantCulture) + " %";

    /// <summary>"p = 0.012" or "p &lt; 0.001".</summary>
    public static string PValue(double p) => p < 0.001 ? "p < 0.001" : $"p = {Of(p, 3)}";
}
