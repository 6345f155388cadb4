using System.Runtime.Intrinsics;

namespace Relsim.Imaging;

/// <summary>The two passes over single-channel float images (Pillow's mode F): sums in double, a float between the passes.</summary>
internal static class FloatResampler
{
    internal static float[] Resize(ReadOnlySpan<float> source, int width, ResampleCoefficients? columns, ResampleCoefficients? rows)
    {
        ReadOnlySpan<float> current = source;
        int firstRow = 0;
        if (columns is not null)
        {
            // Only the rows that the vertical pass will read are worth resampling.
            firstRow = rows?.First ?? 0;
            int endRow = rows?.End ?? source.Length / width;
            current = Horizontal(source[(firstRow * width)..(endRow * width)], width, columns);
            width = columns.Starts.Length;
        }

        return rows is null ? current.ToArray() : Vertical(current, width, firstRow, rows);
    }

    private static float[] Horizontal(ReadOnlySpan<float> source, int width, ResampleCoefficients taps)
    {
        int outputs = taps.Starts.Length;
        int rows = source.Length / width;
        var target = new float[rows * outputs];
        for (int y = 0; y < rows; y += 4)
        {
            // Four rows in step: one sum depends on the sum before it, four sums do not depend on each other.
            int last = rows - 1;
            ReadOnlySpan<float> row0 = source.Slice(y * width, width);
            ReadOnlySpan<float> row1 = source.Slice(Math.Min(y + 1, last) * width, width);
            ReadOnlySpan<float> row2 = source.Slice(Math.Min(y + 2, last) * width, width);
            ReadOnlySpan<float> row3 = source.Slice(Math.Min(y + 3, last) * width, width);
            for (int x = 0; x < outputs; x++)
            {
                ReadOnlySpan<double> weights = taps.Weights.AsSpan(x * taps.Size, taps.Counts[x]);
                Vector256<double> sums = default;
                int at = taps.Starts[x];
                foreach (double weight in weights)
                {
                    sums += Vector256.Create((double)row0[at], row1[at], row2[at], row3[at]) * weight;
                    at++;
                }

                for (int r = 0; r < Math.Min(4, rows - y); r++)
                {
                    target[((y + r) * outputs) + x] = (float)sums[r];
                }
            }
        }

        return target;
    }

    private static float[] Vertical(ReadOnlySpan<float> source, int width, int firstRow, ResampleCoefficients taps)
    {
        var target = new float[taps.Starts.Length * width];
        var sums = new double[width];
        for (int y = 0; y < taps.Starts.Length; y++)
        {
            Array.Clear(sums);
            for (int t = 0; t < taps.Counts[y]; t++)
            {
                AddRow(source.Slice((taps.Starts[y] - firstRow + t) * width, width), taps.Weights[(y * taps.Size) + t], sums);
            }

            for (int x = 0; x < width; x++)
            {
                target[(y * width) + x] = (float)sums[x];
            }
        }

        return target;
    }

    private static void AddRow(ReadOnlySpan<float> row, double weight, Span<double> sums)
    {
        int x = 0;
        for (; x + Vector256<float>.Count <= row.Length; x += Vector256<float>.Count)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.Create(row[x..]));
            (Vector256.Create<double>(sums[x..]) + (lower * weight)).CopyTo(sums[x..]);
            (Vector256.Create<double>(sums[(x + 4)..]) + (upper * weight)).CopyTo(sums[(x + 4)..]);
        }

        for (; x < row.Length; x++)
        {
            sums[x] += row[x] * weight;
        }
    }
}
