namespace Relsim.Imaging;

/// <summary>Turns pixels upright by the EXIF orientation 1-8.</summary>
internal static class Orientation
{
    /// <summary>The upright image; the image itself for 1 and for numbers that mean nothing.</summary>
    internal static RgbImage Apply(RgbImage image, int orientation)
    {
        int right = image.Width - 1;
        int bottom = image.Height - 1;
        // Each case gives the source pixel shown at the target's top left, and the steps in x and y from there.
        return orientation switch
        {
            2 => Walk(image, (right, 0), (-1, 0), (0, 1)),
            3 => Walk(image, (right, bottom), (-1, 0), (0, -1)),
            4 => Walk(image, (0, bottom), (1, 0), (0, -1)),
            5 => Walk(image, (0, 0), (0, 1), (1, 0)),
            6 => Walk(image, (0, bottom), (0, -1), (1, 0)),
            7 => Walk(image, (right, bottom), (0, -1), (-1, 0)),
            8 => Walk(image, (right, 0), (0, 1), (-1, 0)),
            _ => image,
        };
    }

    private static RgbImage Walk(RgbImage image, (int X, int Y) origin, (int X, int Y) right, (int X, int Y) down)
    {
        bool swaps = right.X == 0;
        int width = swaps ? image.Height : image.Width;
        int height = swaps ? image.Width : image.Height;
        var pixels = GC.AllocateUninitializedArray<byte>(image.Pixels.Length);
        int stepRight = 3 * ((right.Y * image.Width) + right.X);
        int stepDown = 3 * ((down.Y * image.Width) + down.X);
        int row = 3 * ((origin.Y * image.Width) + origin.X);
        int to = 0;
        for (int y = 0; y < height; y++, row += stepDown)
        {
            int from = row;
            for (int x = 0; x < width; x++, from += stepRight, to += 3)
            {
                pixels[to] = image.Pixels[from];
                pixels[to + 1] = image.Pixels[from + 1];
                pixels[to + 2] = image.Pixels[from + 2];
            }
        }

        return new RgbImage(width, height, pixels);
    }
}
