namespace Relsim.Imaging;

/// <summary>
/// The filter taps of one axis, computed as Pillow's precompute_coeffs does (src/libImaging/Resample.c): output i reads
/// <c>Counts[i]</c> source positions from <c>Starts[i]</c>, weighted by <c>Weights[i * Size ...]</c>.
/// </summary>
internal sealed class ResampleCoefficients
{
    /// <summary>Fraction bits of the integer weights: 8 bits of pixel and 2 of headroom are left of 32.</summary>
    internal const int PrecisionBits = 32 - 8 - 2;

    private ResampleCoefficients(int outputs, int size)
    {
        Size = size;
        Starts = new int[outputs];
        Counts = new int[outputs];
        Weights = new double[outputs * size];
    }

    /// <summary>Taps reserved for every output.</summary>
    internal int Size { get; }

    internal int[] Starts { get; }

    internal int[] Counts { get; }

    internal double[] Weights { get; }

    /// <summary>First source position that any output reads.</summary>
    internal int First => Starts[0];

    /// <summary>One past the last source position that any output reads.</summary>
    internal int End => Starts[^1] + Counts[^1];

    /// <summary>Taps that carry <paramref name="inputs"/> positions, of which from..to is covered, to <paramref name="outputs"/>.</summary>
    internal static ResampleCoefficients Create(int inputs, float from, float to, int outputs, ResampleFilter filter) =>
        Create(inputs, from, to, outputs, filter, 0, outputs);

    /// <summary>The same for <paramref name="count"/> of the outputs, from <paramref name="first"/> on.</summary>
    internal static ResampleCoefficients Create(int inputs, float from, float to, int outputs, ResampleFilter filter, int first, int count)
    {
        // Pillow subtracts in float and goes on in double; the order matters for fractional boxes.
        double scale = (double)(to - from) / outputs;
        double filterScale = Math.Max(scale, 1.0);
        double support = Support(filter) * filterScale;
        int size = checked(((int)Math.Ceiling(support) * 2) + 1);
        var taps = new ResampleCoefficients(count, size);
        double inverse = 1.0 / filterScale;
        for (int i = 0; i < count; i++)
        {
            double center = from + ((first + i + 0.5) * scale);
            int start = Math.Max(0, (int)(center - support + 0.5));
            int end = Math.Min(inputs, (int)(center + support + 0.5));
            taps.Starts[i] = start;
            taps.Counts[i] = end - start;
            Fill(taps.Weights.AsSpan(i * size, end - start), start - center + 0.5, inverse, filter);
        }

        return taps;
    }

    /// <summary>The weights as integers of <see cref="PrecisionBits"/> fraction bits, rounded half away from zero.</summary>
    internal int[] ToFixedPoint()
    {
        var fixedPoint = new int[Weights.Length];
        for (int i = 0; i < fixedPoint.Length; i++)
        {
            double scaled = Weights[i] * (1 << PrecisionBits);
            fixedPoint[i] = (int)(Weights[i] < 0 ? scaled - 0.5 : scaled + 0.5);
        }

        return fixedPoint;
    }

    private static void Fill(Span<double> weights, double offset, double inverse, ResampleFilter filter)
    {
        double sum = 0;
        for (int t = 0; t < weights.Length; t++)
        {
            weights[t] = Evaluate(filter, (t + offset) * inverse);
            sum += weights[t];
        }

        if (sum == 0)
        {
            return;
        }

        for (int t = 0; t < weights.Length; t++)
        {
            weights[t] /= sum;
        }
    }

    private static double Support(ResampleFilter filter) => filter switch
    {
        ResampleFilter.Box => 0.5,
        ResampleFilter.Bilinear => 1,
        ResampleFilter.Hamming => 1,
        ResampleFilter.Bicubic => 2,
        ResampleFilter.Lanczos => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Not a resampling filter."),
    };

    private static double Evaluate(ResampleFilter filter, double x) => filter switch
    {
        ResampleFilter.Box => x > -0.5 && x <= 0.5 ? 1 : 0,
        ResampleFilter.Bilinear => Math.Max(0, 1 - Math.Abs(x)),
        ResampleFilter.Hamming => Hamming(Math.Abs(x)),
        ResampleFilter.Bicubic => Bicubic(Math.Abs(x)),
        _ => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
    };

    private static double Hamming(double x)
    {
        if (x is 0 or >= 1)
        {
            return x == 0 ? 1 : 0;
        }

        x *= Math.PI;
        return Math.Sin(x) / x * (0.54 + (0.46 * Math.Cos(x)));
    }

    private static double Bicubic(double x)
    {
        const double a = -0.5;
        return x switch
        {
            < 1 => (((((a + 2) * x) - (a + 3)) * x) * x) + 1,
            < 2 => (((((x - 5) * x) + 8) * x) - 4) * a,
            _ => 0,
        };
    }

    private static double Sinc(double x)
    {
        if (x == 0)
        {
            return 1;
        }

        x *= Math.PI;
        return Math.Sin(x) / x;
    }
}
