using Relsim.Imaging;
using Relsim.Scenes.Styles;

namespace Relsim.Cli.Tests;

/// <summary>Small pictures, each of its own.</summary>
internal static class Pictures
{
    public static byte[] Png(int seed, int side = 32) => ImageEncoding.Png(Draw(seed, side));

    public static byte[] Jpeg(int seed, int side = 64) => ImageEncoding.Jpeg(Draw(seed, side));

    /// <summary>A header and some of the pixels.</summary>
    public static byte[] HalfJpeg(int seed)
    {
        byte[] whole = Jpeg(seed, 256);
        return whole[..(whole.Length / 2)];
    }

    /// <summary>A folder of <paramref name="count"/> pictures of different bytes.</summary>
    public static string WriteFolder(TemporaryFolder folder, string name, int count)
    {
        for (int i = 0; i < count; i++)
        {
            folder.Write(Path.Combine(name, $"{i:D5}.png"), Png(i));
        }

        return folder[name];
    }

    // The seed itself is painted into the first pixels, so that no two pictures have the same bytes.
    private static RgbImage Draw(int seed, int side)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[side * side * 3];
        random.NextBytes(pixels.AsSpan(0, 3));
        for (int i = 3; i < pixels.Length; i++)
        {
            pixels[i] = pixels[i % 3];
        }

        for (int spot = 0; spot < 4; spot++)
        {
            int left = random.Next(side / 2), top = random.Next(side / 2), size = random.Next(2, side / 2), gray = random.Next(256);
            for (int y = top; y < top + size; y++)
            {
                pixels.AsSpan(((y * side) + left) * 3, size * 3).Fill((byte)gray);
            }
        }

        BitConverter.TryWriteBytes(pixels, seed);
        return new RgbImage(side, side, pixels);
    }
}
