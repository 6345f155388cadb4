namespace Relsim.Imaging;

/// <summary>The color that a picture's outermost pixels share.</summary>
internal static class FrameColor
{
    /// <summary>The median of each channel over the outermost rows and columns; the lower one where their number is even.</summary>
    internal static (byte Red, byte Green, byte Blue) Median(RgbImage image)
    {
        var histogram = new int[3 * 256];
        int count = 0;
        for (int y = 0; y < image.Height; y++)
        {
            bool isEdgeRow = y == 0 || y == image.Height - 1;
            int step = isEdgeRow ? 1 : Math.Max(1, image.Width - 1);
            for (int x = 0; x < image.Width; x += step)
            {
                int at = ((y * image.Width) + x) * 3;
                histogram[image.Pixels[at]]++;
                histogram[256 + image.Pixels[at + 1]]++;
                histogram[512 + image.Pixels[at + 2]]++;
                count++;
            }
        }

        return (Middle(histogram.AsSpan(0, 256), count), Middle(histogram.AsSpan(256, 256), count), Middle(histogram.AsSpan(512, 256), count));
    }

    private static byte Middle(ReadOnlySpan<int> histogram, int count)
    {
        int seen = 0;
        for (int value = 0; value < 255; value++)
        {
            seen += histogram[value];
            if (2 * seen >= count)
            {
                return (byte)value;
            }
        }

        return 255;
    }
}
