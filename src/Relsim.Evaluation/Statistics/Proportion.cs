using System.Globalization;

namespace Relsim.Evaluation.Statistics;

/// <summary>A share of trials with its 95 % score interval (Wilson 1927), which stays within [0, 1] and has a width even at none and all.</summary>
/// <param name="Count">Trials that count; a fraction where a trial counts in part.</param>
/// <param name="Total">Trials.</param>
/// <param name="Share">Count / Total, 0 to 1; NaN of no trials.</param>
/// <param name="Low">Lower end of the interval; NaN of no trials.</param>
/// <param name="High">Upper end of the interval; NaN of no trials.</param>
public readonly record struct Proportion(double Count, int Total, double Share, double Low, double High)
{
    private const double Z = StandardNormal.Quantile975;

    /// <summary>The share of <paramref name="total"/> independent trials of which <paramref name="count"/> count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 0 or above the total.</exception>
    public static Proportion Of(double count, int total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total);
        if (!(count >= 0 && count <= total))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A count lies between 0 and the total, {total}.");
        }

        if (total == 0)
        {
            return new Proportion(0, 0, double.NaN, double.NaN, double.NaN);
        }

        double share = count / total, z2 = Z * Z / total;
        double centre = (share + (z2 / 2)) / (1 + z2);
        double margin = Z * Math.Sqrt((share * (1 - share) / total) + (z2 / (4 * total))) / (1 + z2);
        // At none and all the end is 0 or 1 but for rounding.
        return new Proportion(count, total, share, count == 0 ? 0 : centre - margin, count == total ? 1 : centre + margin);
    }

    /// <summary>"48.5 % [45.2, 51.8]": rounded half away from zero, as people round.</summary>
    public override string ToString() => Total == 0
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{Percent(Share):0.0} % [{Percent(Low):0.0}, {Percent(High):0.0}]");

    // Decimal: 0.0625 is 6.3 %, and no binary neighbour of it may make 6.2 of that.
    private static decimal Percent(double share) => Math.Round((decimal)share * 100, 1, MidpointRounding.AwayFromZero);
}
