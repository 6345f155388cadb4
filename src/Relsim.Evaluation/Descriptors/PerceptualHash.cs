using Relsim.Imaging;

namespace Relsim.Evaluation.Descriptors;

/// <summary>
/// The DCT hash (Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", 3.2.1): bits that tell whether a low frequency
/// of the grey image is above the median of its kind. Resampling with support stands in for the mean filter before the reduction.
/// </summary>
internal static class PerceptualHash
{
    /// <summary>Length of the hash.</summary>
    public const int Bits = Frequencies * Frequencies;

    private const int Side = 32;
    private const int Frequencies = 8;

    // A flat image has coefficients of rounding errors alone.
    private const double Flat = 1e-4;

    private static readonly double[,] Cosines = Table();

    /// <summary>The hash as 64 numbers of +-1/8; all zero for a flat image, which has no hash.</summary>
    public static float[] Describe(RgbImage image)
    {
        double[] coefficients = LowFrequencies(GreyImage.Square(image, Side));
        var bits = new float[Bits];
        if (coefficients.Max(Math.Abs) <= Flat)
        {
            return bits;
        }

        double median = Median(coefficients);
        for (int i = 0; i < Bits; i++)
        {
            bits[i] = coefficients[i] > median ? 1f / Frequencies : -1f / Frequencies;
        }

        return bits;
    }

    /// <summary>The coefficients (v, u), each from 1 to 8, of the orthonormal two-dimensional DCT-II of a 32 x 32 image, row-major.</summary>
    internal static double[] LowFrequencies(ReadOnlySpan<float> grey)
    {
        var rows = new double[Side, Frequencies]; // [y, u]
        for (int y = 0; y < Side; y++)
        {
            for (int u = 0; u < Frequencies; u++)
            {
                for (int x = 0; x < Side; x++)
                {
                    rows[y, u] += grey[(y * Side) + x] * Cosines[u, x];
                }
            }
        }

        var coefficients = new double[Bits];
        for (int v = 0; v < Frequencies; v++)
        {
            for (int u = 0; u < Frequencies; u++)
            {
                for (int y = 0; y < Side; y++)
                {
                    coefficients[(v * Frequencies) + u] += rows[y, u] * Cosines[v, y];
                }
            }
        }

        return coefficients;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static double[,] Table()
    {
        var table = new double[Frequencies, Side];
        for (int u = 0; u < Frequencies; u++)
        {
            for (int x = 0; x < Side; x++)
            {
                table[u, x] = Math.Sqrt(2.0 / Side) * Math.Cos(((2 * x) + 1) * (u + 1) * Math.PI / (2 * Side));
            }
        }

        return table;
    }
}
