using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Relsim.Imaging;

/// <summary>Resamples the columns of an 8-bit image; channels need no distinction, a row is just bytes.</summary>
internal static unsafe class VerticalPass
{
    private const int Rounding = 1 << (ResampleCoefficients.PrecisionBits - 1);

    private const int BlockBytes = 32;

    /// <summary>
    /// Resamples <paramref name="source"/>, whose rows of <paramref name="rowBytes"/> used bytes lie
    /// <paramref name="stride"/> apart and whose row 0 is position <paramref name="firstRow"/> of the taps, into
    /// <paramref name="target"/>, which is dense.
    /// </summary>
    internal static void Run(
        ReadOnlySpan<byte> source, int stride, int rowBytes, int firstRow, ResampleCoefficients taps, Span<byte> target, bool vectorized)
    {
        int[] weights = taps.ToFixedPoint();
        bool vectors = vectorized && Avx2.IsSupported && rowBytes >= BlockBytes;
        var sums = vectors ? [] : new int[rowBytes];
        for (int y = 0; y < taps.Starts.Length; y++)
        {
            ReadOnlySpan<int> k = weights.AsSpan(y * taps.Size, taps.Counts[y]);
            ReadOnlySpan<byte> rows = source[((taps.Starts[y] - firstRow) * stride)..];
            Span<byte> output = target.Slice(y * rowBytes, rowBytes);
            if (vectors)
            {
                fixed (byte* from = rows, to = output)
                fixed (int* w = k)
                {
                    RowOfVectors(from, stride, w, k.Length, to, rowBytes);
                }
            }
            else
            {
                RowOfScalars(rows, stride, k, sums, output);
            }
        }
    }

    // One call may be a whole image: it must not run in unoptimized code until the runtime notices.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RowOfVectors(byte* from, nint stride, int* k, int count, byte* to, int rowBytes)
    {
        int pairs = (count + 1) / 2;
        Span<int> packed = pairs <= 256 ? stackalloc int[pairs * 2] : new int[pairs * 2];
        for (int p = 0; p < pairs; p++)
        {
            int second = (2 * p) + 1 < count ? k[(2 * p) + 1] : 0;
            packed[2 * p] = PackedWeights.LowPair(k[2 * p], second);
            packed[(2 * p) + 1] = PackedWeights.HighPair(k[2 * p], second);
        }

        fixed (int* halves = packed)
        {
            for (int x = 0; x < rowBytes; x += BlockBytes)
            {
                // The last block is moved back to end with the row: some bytes are computed twice, none is missed.
                int at = Math.Min(x, rowBytes - BlockBytes);
                Block(from + at, stride, halves, count).Store(to + at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Block(byte* from, nint stride, int* halves, int count)
    {
        Vector256<int> low0 = default, low1 = default, low2 = default, low3 = default;
        Vector256<int> high0 = default, high1 = default, high2 = default, high3 = default;
        for (int t = 0; t < count; t += 2)
        {
            Vector256<byte> first = Vector256.Load(from);
            Vector256<byte> second = t + 1 < count ? Vector256.Load(from + stride) : first;
            Vector256<byte> near = Avx2.UnpackLow(first, second);
            Vector256<byte> far = Avx2.UnpackHigh(first, second);
            Vector256<short> p0 = Avx2.UnpackLow(near, default).AsInt16();
            Vector256<short> p1 = Avx2.UnpackHigh(near, default).AsInt16();
            Vector256<short> p2 = Avx2.UnpackLow(far, default).AsInt16();
            Vector256<short> p3 = Avx2.UnpackHigh(far, default).AsInt16();
            Vector256<short> low = Vector256.Create(halves[t]).AsInt16();
            Vector256<short> high = Vector256.Create(halves[t + 1]).AsInt16();
            low0 += Avx2.MultiplyAddAdjacent(p0, low);
            low1 += Avx2.MultiplyAddAdjacent(p1, low);
            low2 += Avx2.MultiplyAddAdjacent(p2, low);
            low3 += Avx2.MultiplyAddAdjacent(p3, low);
            high0 += Avx2.MultiplyAddAdjacent(p0, high);
            high1 += Avx2.MultiplyAddAdjacent(p1, high);
            high2 += Avx2.MultiplyAddAdjacent(p2, high);
            high3 += Avx2.MultiplyAddAdjacent(p3, high);
            from += 2 * stride;
        }

        return Avx2.PackUnsignedSaturate(
            Avx2.PackSignedSaturate(Round(low0, high0), Round(low1, high1)),
            Avx2.PackSignedSaturate(Round(low2, high2), Round(low3, high3)));
    }

    private static Vector256<int> Round(Vector256<int> low, Vector256<int> high) =>
        (low + (high << PackedWeights.LowBits) + Vector256.Create(Rounding)) >> ResampleCoefficients.PrecisionBits;

    private static void RowOfScalars(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> k, int[] sums, Span<byte> output)
    {
        Array.Fill(sums, Rounding);
        for (int t = 0; t < k.Length; t++)
        {
            ReadOnlySpan<byte> row = rows.Slice(t * stride, sums.Length);
            int weight = k[t];
            for (int x = 0; x < row.Length; x++)
            {
                sums[x] += row[x] * weight;
            }
        }

        for (int x = 0; x < sums.Length; x++)
        {
            output[x] = (byte)Math.Clamp(sums[x] >> ResampleCoefficients.PrecisionBits, 0, 255);
        }
    }
}
