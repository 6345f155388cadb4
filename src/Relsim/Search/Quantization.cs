using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Relsim.Search;

/// <summary>
/// Scalar quantisation of rows (8 bits) and queries (up to 16 bits) with a proven upper bound on every score.
/// <para>
/// A row x becomes x^ = s c with c in [-127, 127]^D and s = max|x_i| / 127; a query q becomes q^ = t d with 16-bit d. The integer product
/// I = sum c_i d_i is exact, because |d_i| &lt;= (2^31 - 1) / (127 D). Then, in real numbers,
/// <code>
/// q.x = q^.x^ + q^.(x - x^) + (q - q^).x
///     &lt;= s t I + ||q^|| ||x - x^|| + ||q - q^|| ||x||                                  (Cauchy-Schwarz, twice)
/// </code>
/// What is compared is not q.x but its float32 value f (<see cref="DotProduct"/>), |f - q.x| &lt;= g ||q|| ||x|| + D 2^-149 with
/// g = m u / (1 - m u), u = 2^-24; the last term covers products that underflow. And the bound itself is evaluated in float32, at most
/// four roundings of terms that are at most ||q^|| ||x^|| and A e below, which 8 u ||q^|| ||x^|| covers, and e is enlarged by 2^-20 of itself. With
/// r = ||x - x^||, n = max(||x||, ||x^||), a = ||q^|| and b = ||q - q^|| + (g + 8 u) max(||q||, ||q^||), all measured in double:
/// <code>
/// f &lt;= s t I + a r + b n &lt;= s t I + A e,   A = max(a, b / E),   e = r + E n
/// </code>
/// for any constant E &gt; 0, because A E &gt;= b. So a row carries two floats, s and e. E = 2^-10 is near b / a of common embeddings, where the query's
/// own rounding (about 5e-5) is far below the row's (about 7e-3 at D = 384).
/// A row whose bound is below the k-th best exact score found so far cannot be among the k best.
/// </para>
/// </summary>
internal static class Quantization
{
    /// <summary>The constant E of the derivation.</summary>
    private const double ErrorRatio = 1.0 / 1024;

    private const int RowLevels = 127;

    /// <summary>Below this a step would be a subnormal number, whose relative error is unbounded; all codes are 0 then, and the bound is the norm.</summary>
    private const float SmallestPeak = 1e-30f;

    /// <summary>Largest norm of a row or query: products of two such vectors still are finite float32 numbers.</summary>
    public const double LargestNorm = 1e18;

    /// <summary>Added to every bound: more than D x 2^-149 and the roundings of subnormal intermediate values.</summary>
    public const float UnderflowSlack = 1e-36f;

    /// <summary>Writes the codes of a row and returns its step s and error e. Codes past the row are left alone.</summary>
    public static (float Step, float Error) QuantizeRow(ReadOnlySpan<float> row, Span<sbyte> codes)
    {
        float peak = Peak(row);
        float step = peak < SmallestPeak ? 0 : peak / RowLevels;
        float inverse = step == 0 ? 0 : 1 / step;
        ref float x = ref MemoryMarshal.GetReference(row);
        ref sbyte code = ref MemoryMarshal.GetReference(codes);
        Vector256<double> residual = default, norm = default, quantizedNorm = default;
        Vector256<double> wideStep = Vector256.Create((double)step);
        Vector128<float> limit = Vector128.Create((float)RowLevels);
        int i = 0;
        for (; i <= row.Length - 4; i += 4)
        {
            Vector128<float> values = Vector128.LoadUnsafe(ref x, (nuint)i);
            Vector128<float> levels = Vector128.Max(-limit, Vector128.Min(limit, Vector128.Round(values * inverse)));
            Store(ref code, i, Vector128.ConvertToInt32(levels));
            Vector256<double> wide = Widen(values);
            Vector256<double> approximation = Widen(levels) * wideStep;
            Vector256<double> difference = wide - approximation;
            residual += difference * difference;
            norm += wide * wide;
            quantizedNorm += approximation * approximation;
        }

        double residualSum = Vector256.Sum(residual), normSum = Vector256.Sum(norm), quantizedSum = Vector256.Sum(quantizedNorm);
        for (; i < row.Length; i++)
        {
            float level = Math.Clamp(MathF.Round(row[i] * inverse), -RowLevels, RowLevels);
            codes[i] = (sbyte)level;
            double approximation = level * (double)step;
            residualSum += (row[i] - approximation) * (row[i] - approximation);
            normSum += (double)row[i] * row[i];
            quantizedSum += approximation * approximation;
        }

        double error = Math.Sqrt(residualSum) + (ErrorRatio * Math.Sqrt(Math.Max(normSum, quantizedSum)));
        return (step, RoundUp(error));
    }

    /// <summary>Writes the codes of a query and returns its step t and error weight A.</summary>
    public static (float Step, float ErrorWeight) QuantizeQuery(ReadOnlySpan<float> query, Span<short> codes)
    {
        float peak = Peak(query);
        int levels = (int)Math.Min(short.MaxValue, int.MaxValue / ((long)RowLevels * query.Length));
        float step = peak < SmallestPeak ? 0 : peak / levels;
        double residual = 0, norm = 0, quantized = 0;
        for (int i = 0; i < query.Length; i++)
        {
            double level = step == 0 ? 0 : Math.Clamp(Math.Round(query[i] / (double)step), -levels, levels);
            codes[i] = (short)level;
            double approximation = level * step;
            residual += (query[i] - approximation) * (query[i] - approximation);
            norm += (double)query[i] * query[i];
            quantized += approximation * approximation;
        }

        const double UnitRoundoff = 1.0 / (1 << 24);
        double depth = DotProduct.RoundingDepth(query.Length) * UnitRoundoff;
        double rounding = (depth / (1 - depth)) + (8 * UnitRoundoff);
        double b = Math.Sqrt(residual) + (rounding * Math.Sqrt(Math.Max(norm, quantized)));
        return (step, RoundUp(Math.Max(Math.Sqrt(quantized), b / ErrorRatio)));
    }

    /// <summary>
    /// The next float above <paramref name="value"/> x (1 + 2^-19): past the double's own rounding (about D 2^-53) and past the product's and the sum's rounding.
    /// </summary>
    private static float RoundUp(double value) => MathF.BitIncrement((float)(value * (1 + (1.0 / (1 << 19)))));

    private static float Peak(ReadOnlySpan<float> vector)
    {
        float peak = 0;
        foreach (float value in vector)
        {
            peak = Math.Max(peak, Math.Abs(value));
        }

        return peak;
    }

    private static Vector256<double> Widen(Vector128<float> values) =>
        Vector256.Create(Vector128.WidenLower(values), Vector128.WidenUpper(values));

    private static void Store(ref sbyte code, int at, Vector128<int> levels)
    {
        Vector128<short> shorts = Vector128.Narrow(levels, levels);
        int packed = Vector128.Narrow(shorts, shorts).AsInt32().ToScalar();
        Unsafe.WriteUnaligned(ref Unsafe.As<sbyte, byte>(ref Unsafe.Add(ref code, at)), packed);
    }
}
