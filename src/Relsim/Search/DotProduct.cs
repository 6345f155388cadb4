using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Relsim.Search;

/// <summary>
/// The exact score of this project: a float32 inner product with one fixed order of additions. Element i goes to lane i mod 32, each product
/// is rounded before it is added (no fused multiply-add), and the lanes are added as a tree. The result is therefore the same bits on every processor,
/// thread count and batch size.
/// </summary>
internal static class DotProduct
{
    private const int Lanes = 32;

    /// <summary>Inner product of two vectors of the same length.</summary>
    public static float Compute(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length, nameof(right));
        ref float a = ref MemoryMarshal.GetReference(left);
        ref float b = ref MemoryMarshal.GetReference(right);
        Vector256<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= left.Length - Lanes; i += Lanes)
        {
            sum0 += Vector256.LoadUnsafe(ref a, (nuint)i) * Vector256.LoadUnsafe(ref b, (nuint)i);
            sum1 += Vector256.LoadUnsafe(ref a, (nuint)i + 8) * Vector256.LoadUnsafe(ref b, (nuint)i + 8);
            sum2 += Vector256.LoadUnsafe(ref a, (nuint)i + 16) * Vector256.LoadUnsafe(ref b, (nuint)i + 16);
            sum3 += Vector256.LoadUnsafe(ref a, (nuint)i + 24) * Vector256.LoadUnsafe(ref b, (nuint)i + 24);
        }

        Vector256<float> sums = (sum0 + sum1) + (sum2 + sum3);
        Vector128<float> half = sums.GetLower() + sums.GetUpper();
        float total = (half[0] + half[1]) + (half[2] + half[3]);
        for (; i < left.Length; i++)
        {
            total += left[i] * right[i];
        }

        return total;
    }

    /// <summary>
    /// Most roundings that any one product passes through in <see cref="Compute"/>: its own, those of its lane, the tree's five, and the tail's.
    /// It is the m of the classic bound |computed - true| &lt;= m u / (1 - m u) x sum |a_i b_i|, u = 2^-24.
    /// </summary>
    public static int RoundingDepth(int length) => 1 + (length / Lanes) + 5 + (length % Lanes);

    /// <summary>L2 norm, accumulated in double.</summary>
    public static double Norm(ReadOnlySpan<float> vector)
    {
        double sum = 0;
        foreach (float value in vector)
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Writes the vector divided by its L2 norm; a zero vector stays zero.</summary>
    public static void Normalize(ReadOnlySpan<float> vector, Span<float> destination)
    {
        double norm = Norm(vector);
        double inverse = norm > 0 ? 1 / norm : 0;
        for (int i = 0; i < vector.Length; i++)
        {
            destination[i] = (float)(vector[i] * inverse);
        }
    }
}
