using Relsim.Imaging;

namespace Relsim.Evaluation.Descriptors;

/// <summary>
/// Histograms of oriented gradients (Dalal and Triggs, CVPR 2005, "R-HOG"): central differences without smoothing, votes shared between
/// neighbouring directions and neighbouring cells in proportion, overlapping blocks. Without the Gaussian weight over a block, which
/// the paper gives one point of miss rate.
/// </summary>
internal static class HistogramOfGradients
{
    public const int Dimensions = BlocksPerSide * BlocksPerSide * BlockLength;

    /// <summary>Directions from 0 to 180 degrees; bin b is centred at (b + 0.5) * 20 degrees.</summary>
    internal const int Directions = 9;

    /// <summary>Cells a side.</summary>
    internal const int Cells = Side / CellSide;

    private const int Side = 128;
    private const int CellSide = 8;
    private const int BlocksPerSide = Cells - 1;
    private const int BlockLength = 4 * Directions;
    private const float Clip = 0.2f;

    public static float[] Describe(RgbImage image)
    {
        float[] cells = CellHistograms(GreyImage.Square(image, Side));
        var descriptor = new float[Dimensions];
        for (int y = 0, at = 0; y < BlocksPerSide; y++)
        {
            for (int x = 0; x < BlocksPerSide; x++, at += BlockLength)
            {
                Span<float> block = descriptor.AsSpan(at, BlockLength);
                int top = ((y * Cells) + x) * Directions;
                cells.AsSpan(top, 2 * Directions).CopyTo(block);
                cells.AsSpan(top + (Cells * Directions), 2 * Directions).CopyTo(block[(2 * Directions)..]);
                NormalizeBlock(block);
            }
        }

        GreyImage.Normalize(descriptor);
        return descriptor;
    }

    /// <summary>Gradient magnitude by cell and direction: [Cells, Cells, Directions] of a 128 x 128 image.</summary>
    internal static float[] CellHistograms(ReadOnlySpan<float> grey)
    {
        // One cell of margin on each side takes the votes that fall outside.
        const int stride = Cells + 2;
        var votes = new float[stride * stride * Directions];
        for (int y = 0; y < Side; y++)
        {
            int up = Math.Max(y - 1, 0) * Side, down = Math.Min(y + 1, Side - 1) * Side;
            for (int x = 0; x < Side; x++)
            {
                float dx = grey[(y * Side) + Math.Min(x + 1, Side - 1)] - grey[(y * Side) + Math.Max(x - 1, 0)];
                float dy = grey[down + x] - grey[up + x];
                if (dx != 0 || dy != 0)
                {
                    Vote(votes, stride, x, y, dx, dy);
                }
            }
        }

        var cells = new float[Cells * Cells * Directions];
        for (int y = 0; y < Cells; y++)
        {
            votes.AsSpan((((y + 1) * stride) + 1) * Directions, Cells * Directions).CopyTo(cells.AsSpan(y * Cells * Directions));
        }

        return cells;
    }

    private static void Vote(float[] votes, int stride, int x, int y, float dx, float dy)
    {
        float magnitude = MathF.Sqrt((dx * dx) + (dy * dy));
        float angle = MathF.Atan2(dy, dx);
        float direction = ((angle < 0 ? angle + MathF.PI : angle) / MathF.PI * Directions) - 0.5f;
        int lower = (int)MathF.Floor(direction);
        float share = direction - lower;
        int first = (lower + Directions) % Directions, second = (lower + 1) % Directions;

        // Cell c is centred at pixel 8 c + 3.5; margins shift the cells by one.
        float column = ((x + 0.5f) / CellSide) + 0.5f, row = ((y + 0.5f) / CellSide) + 0.5f;
        int left = (int)column, top = (int)row;
        float right = column - left, bottom = row - top;
        Add(left, top, (1 - right) * (1 - bottom));
        Add(left + 1, top, right * (1 - bottom));
        Add(left, top + 1, (1 - right) * bottom);
        Add(left + 1, top + 1, right * bottom);

        void Add(int cellX, int cellY, float weight)
        {
            int cell = ((cellY * stride) + cellX) * Directions;
            votes[cell + first] += magnitude * weight * (1 - share);
            votes[cell + second] += magnitude * weight * share;
        }
    }

    // L2-Hys: normalise, clip at 0.2, normalise again. The floor keeps the faint noise of flat areas faint.
    private static void NormalizeBlock(Span<float> block)
    {
        const float floor = 0.1f;
        Scale(block, floor);
        for (int i = 0; i < block.Length; i++)
        {
            block[i] = Math.Min(block[i], Clip);
        }

        Scale(block, 1e-3f);

        static void Scale(Span<float> values, float epsilon)
        {
            float squares = epsilon * epsilon;
            foreach (float value in values)
            {
                squares += value * value;
            }

            float inverse = 1 / MathF.Sqrt(squares);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= inverse;
            }
        }
    }
}
