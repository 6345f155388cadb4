using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Relsim.Imaging;

/// <summary>Resamples the rows of an 8-bit image; the result is rounded and clipped to bytes, as Pillow does between passes.</summary>
internal static unsafe class HorizontalPass
{
    private const int Rounding = 1 << (ResampleCoefficients.PrecisionBits - 1);

    // Four rows share every load of weights; more would run out of registers.
    private const int RowsAtOnce = 4;

    // A vector load may reach this far over the last pixel of a row.
    private const int OverRead = 16;

    /// <summary>
    /// Resamples <paramref name="rows"/> rows of <paramref name="source"/>, <paramref name="stride"/> bytes apart, into
    /// <paramref name="target"/>, which is dense.
    /// </summary>
    internal static void Run(
        ReadOnlySpan<byte> source, int stride, int width, int rows, int channels, ResampleCoefficients taps, Span<byte> target, bool vectorized)
    {
        int[] weights = taps.ToFixedPoint();
        if (!vectorized || !Avx2.IsSupported)
        {
            RunScalar(source, stride, rows, channels, taps, weights, target);
            return;
        }

        int[] packed = PackedWeights.ForRows(taps, weights, channels, out int groups);
        int targetStride = taps.Starts.Length * channels;
        byte[]? scratch = null;
        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows - row);
            ReadOnlySpan<byte> block = source[(row * stride)..];
            int used = ((count - 1) * stride) + (width * channels);
            if (block.Length < used + OverRead)
            {
                scratch ??= new byte[(RowsAtOnce * stride) + OverRead];
                block[..used].CopyTo(scratch);
                block = scratch;
            }

            Span<byte> output = target.Slice(row * targetStride, count * targetStride);
            fixed (byte* from = block, to = output)
            fixed (int* k = packed)
            {
                if (channels == 1)
                {
                    GreyRows(new Rows(from, stride, count), new Rows(to, targetStride, count), taps, k, groups);
                }
                else
                {
                    ColorRows(new Rows(from, stride, count), new Rows(to, targetStride, count), taps, k, groups, channels);
                }
            }
        }
    }

    // One call may be a whole image: it must not run in unoptimized code until the runtime notices.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ColorRows(Rows from, Rows to, ResampleCoefficients taps, int* packed, int groups, int channels)
    {
        Vector256<byte> pairs = channels == 3 ? PairsOfThree : PairsOfFour;
        int step = 4 * channels;
        for (int x = 0; x < taps.Starts.Length; x++)
        {
            int* k = packed + ((nint)x * groups * PackedWeights.GroupLength);
            int count = PackedWeights.GroupCount(taps.Counts[x], channels);
            nint offset = (nint)taps.Starts[x] * channels;
            Vector256<int> low0 = default, low1 = default, low2 = default, low3 = default;
            Vector256<int> high0 = default, high1 = default, high2 = default, high3 = default;
            for (int g = 0; g < count; g++)
            {
                Vector256<short> low = Vector256.Load(k).AsInt16();
                Vector256<short> high = Vector256.Load(k + 8).AsInt16();
                Vector256<short> p0 = Pixels(from.Row0 + offset, pairs);
                Vector256<short> p1 = Pixels(from.Row1 + offset, pairs);
                Vector256<short> p2 = Pixels(from.Row2 + offset, pairs);
                Vector256<short> p3 = Pixels(from.Row3 + offset, pairs);
                low0 += Avx2.MultiplyAddAdjacent(p0, low);
                low1 += Avx2.MultiplyAddAdjacent(p1, low);
                low2 += Avx2.MultiplyAddAdjacent(p2, low);
                low3 += Avx2.MultiplyAddAdjacent(p3, low);
                high0 += Avx2.MultiplyAddAdjacent(p0, high);
                high1 += Avx2.MultiplyAddAdjacent(p1, high);
                high2 += Avx2.MultiplyAddAdjacent(p2, high);
                high3 += Avx2.MultiplyAddAdjacent(p3, high);
                k += PackedWeights.GroupLength;
                offset += step;
            }

            nint target = (nint)x * channels;
            StorePixel(to.Row0 + target, low0, high0, channels);
            StorePixel(to.Row1 + target, low1, high1, channels);
            StorePixel(to.Row2 + target, low2, high2, channels);
            StorePixel(to.Row3 + target, low3, high3, channels);
        }
    }

    // One call may be a whole image: it must not run in unoptimized code until the runtime notices.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GreyRows(Rows from, Rows to, ResampleCoefficients taps, int* packed, int groups)
    {
        for (int x = 0; x < taps.Starts.Length; x++)
        {
            int* k = packed + ((nint)x * groups * PackedWeights.GroupLength);
            int count = PackedWeights.GroupCount(taps.Counts[x], 1);
            nint start = taps.Starts[x];
            to.Row0[x] = GreyPixel(from.Row0 + start, k, count);
            to.Row1[x] = GreyPixel(from.Row1 + start, k, count);
            to.Row2[x] = GreyPixel(from.Row2 + start, k, count);
            to.Row3[x] = GreyPixel(from.Row3 + start, k, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte GreyPixel(byte* pixels, int* k, int groups)
    {
        Vector256<int> low = default, high = default;
        for (int g = 0; g < groups; g++)
        {
            Vector256<short> p = Avx2.ConvertToVector256Int16(pixels + (16 * g));
            low += Avx2.MultiplyAddAdjacent(p, Vector256.Load(k).AsInt16());
            high += Avx2.MultiplyAddAdjacent(p, Vector256.Load(k + 8).AsInt16());
            k += PackedWeights.GroupLength;
        }

        return Clip(Vector256.Sum(low + (high << PackedWeights.LowBits)) + Rounding);
    }

    // Four pixels as 16-bit numbers: lane 0 holds channel by channel pixels 0 and 1 side by side, lane 1 pixels 2 and 3.
    private static Vector256<short> Pixels(byte* from, Vector256<byte> pairs) =>
        Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(from), pairs).AsInt16();

    private static void StorePixel(byte* target, Vector256<int> low, Vector256<int> high, int channels)
    {
        Vector256<int> sums = low + (high << PackedWeights.LowBits);
        Vector128<int> total = sums.GetLower() + sums.GetUpper() + Vector128.Create(Rounding);
        Vector128<short> words = Sse2.PackSignedSaturate(total >> ResampleCoefficients.PrecisionBits, default);
        uint pixel = Sse2.PackUnsignedSaturate(words, default).AsUInt32().ToScalar();
        if (channels == 4)
        {
            *(uint*)target = pixel;
            return;
        }

        *(ushort*)target = (ushort)pixel;
        target[2] = (byte)(pixel >> 16);
    }

    private static void RunScalar(
        ReadOnlySpan<byte> source, int stride, int rows, int channels, ResampleCoefficients taps, int[] weights, Span<byte> target)
    {
        int outputs = taps.Starts.Length;
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < outputs; x++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    int sum = Rounding;
                    int at = (y * stride) + (taps.Starts[x] * channels) + channel;
                    for (int t = 0; t < taps.Counts[x]; t++, at += channels)
                    {
                        sum += source[at] * weights[(x * taps.Size) + t];
                    }

                    target[(((y * outputs) + x) * channels) + channel] = Clip(sum);
                }
            }
        }
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResampleCoefficients.PrecisionBits, 0, 255);

    // 0x80 makes the shuffle write zero: the upper byte of each 16-bit number, and the missing fourth channel.
    private static Vector256<byte> PairsOfThree => Vector256.Create(
        0, 0x80, 3, 0x80, 1, 0x80, 4, 0x80, 2, 0x80, 5, 0x80, 0x80, 0x80, 0x80, 0x80,
        6, 0x80, 9, 0x80, 7, 0x80, 10, 0x80, 8, 0x80, 11, 0x80, 0x80, 0x80, 0x80, (byte)0x80);

    private static Vector256<byte> PairsOfFour => Vector256.Create(
        0, 0x80, 4, 0x80, 1, 0x80, 5, 0x80, 2, 0x80, 6, 0x80, 3, 0x80, 7, 0x80,
        8, 0x80, 12, 0x80, 9, 0x80, 13, 0x80, 10, 0x80, 14, 0x80, 11, 0x80, 15, (byte)0x80);

    /// <summary>Four row pointers; where fewer rows are left, the last one stands in and is computed again.</summary>
    private readonly ref struct Rows(byte* first, nint stride, int count)
    {
        public readonly byte* Row0 = first;
        public readonly byte* Row1 = first + (stride * Math.Min(1, count - 1));
        public readonly byte* Row2 = first + (stride * Math.Min(2, count - 1));
        public readonly byte* Row3 = first + (stride * Math.Min(3, count - 1));
    }
}
