using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Relsim.Torch.Nn.Int8;

/// <summary>
/// Rows of activations as signed bytes, each row by a scale of its own: x ~ scale * q with q in [-127, 127]. Channels that are
/// set apart count as zero there and are handed out as float32. Letters: M rows, I channels, K channels set apart.
/// </summary>
internal static unsafe class Int8Activations
{
    // Added to a float below 2^22 it rounds to an integer, nearest even, whose low byte is the sum's: no conversion is needed.
    private const float Rounder = 12582912f; // 1.5 * 2^23
    private const float SmallestPeak = 1e-30f; // below, 127 / peak could overflow; such a row counts as zeros
    private const int Step = 64;

    /// <summary>One row.</summary>
    /// <param name="row">x [I].</param>
    /// <param name="kept">[I]: all bits, or none for a channel that is set apart.</param>
    /// <param name="apart">Indices [K] of the channels that are set apart.</param>
    /// <param name="q">Becomes q [I].</param>
    /// <param name="others">Becomes the channels set apart [K].</param>
    /// <returns>The scale; not finite where the row is not.</returns>
    public static float Quantize<TFormat>(void* row, ReadOnlySpan<short> kept, ReadOnlySpan<int> apart, sbyte* q, float* others)
        where TFormat : IFloatFormat
    {
        for (int k = 0; k < apart.Length; k++)
        {
            others[k] = TFormat.Load(row, apart[k]);
        }

        fixed (short* mask = kept)
        {
            float peak = Peak<TFormat>(row, mask, kept.Length);
            bool zero = peak < SmallestPeak;
            Round<TFormat>(row, mask, kept.Length, zero ? 0 : 127 / peak, q);
            return zero ? 0 : peak / 127;
        }
    }

    /// <summary>The largest magnitude. Magnitudes of floats are ordered as their bits are, and what is not a number is above all.</summary>
    private static float Peak<TFormat>(void* row, short* mask, int count)
        where TFormat : IFloatFormat
    {
        Vector512<int> most = Vector512<int>.Zero;
        Vector512<int> magnitude = Vector512.Create(int.MaxValue);
        int i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            most = Vector512.Max(most, TFormat.LoadVector(row, i).AsInt32() & LoadMask(mask + i) & magnitude);
        }

        int peak = 0;
        for (int lane = 0; lane < Vector512<int>.Count; lane++)
        {
            peak = Math.Max(peak, most[lane]);
        }

        for (; i < count; i++)
        {
            peak = Math.Max(peak, BitConverter.SingleToInt32Bits(TFormat.Load(row, i)) & mask[i] & int.MaxValue);
        }

        return BitConverter.Int32BitsToSingle(peak);
    }

    private static void Round<TFormat>(void* row, short* mask, int count, float inverse, sbyte* q)
        where TFormat : IFloatFormat
    {
        int i = 0;
        for (; i <= count - Step; i += Step)
        {
            Vector512<short> first = Vector512.Narrow(Rounded<TFormat>(row, mask, i, inverse), Rounded<TFormat>(row, mask, i + 16, inverse));
            Vector512<short> second = Vector512.Narrow(Rounded<TFormat>(row, mask, i + 32, inverse), Rounded<TFormat>(row, mask, i + 48, inverse));
            Vector512.Narrow(first, second).Store(q + i);
        }

        for (; i < count; i++)
        {
            float x = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(TFormat.Load(row, i)) & mask[i]);
            q[i] = (sbyte)BitConverter.SingleToInt32Bits((x * inverse) + Rounder);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Rounded<TFormat>(void* row, short* mask, nint i, float inverse)
        where TFormat : IFloatFormat
    {
        Vector512<float> x = (TFormat.LoadVector(row, i).AsInt32() & LoadMask(mask + i)).AsSingle();
        return ((x * inverse) + Vector512.Create(Rounder)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> LoadMask(short* mask) => Vector512.WidenLower(Vector256.Load(mask).ToVector512Unsafe());
}
