using MathNet.Numerics.Distributions;

namespace Relsim.Evaluation.Statistics;

/// <summary>The exact sign test: are wins and losses as likely as each other? Ties say nothing of that and are dropped (Dixon and Mood 1946).</summary>
public static class SignTest
{
    /// <summary>Two-sided p-value, from the binomial distribution of one half; NaN where there is neither a win nor a loss.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 0.</exception>
    public static double PValue(int wins, int losses)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wins);
        ArgumentOutOfRangeException.ThrowIfNegative(losses);
        return wins + losses == 0 ? double.NaN : Math.Min(1, 2 * Binomial.CDF(0.5, wins + losses, Math.Min(wins, losses)));
    }
}
