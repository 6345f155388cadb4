namespace Relsim.Evaluation.Statistics;

/// <summary>The standard normal distribution.</summary>
internal static class StandardNormal
{
    /// <summary>Its 97.5 % quantile: the half width of a 95 % interval in standard errors.</summary>
    public const double Quantile975 = 1.959963984540054;
}
