using Relsim.Imaging;
using SkiaSharp;

namespace Relsim.Scenes.Styles;

/// <summary>Writes images as the bytes of a file. Safe to call from several threads at once.</summary>
public static class ImageEncoding
{
    /// <summary>Lossless PNG, without alpha.</summary>
    public static byte[] Png(RgbImage image) =>
        Encode(image, pixels => pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, zLibLevel: 4)));

    /// <summary>JPEG, for thumbnails.</summary>
    /// <param name="image">Any size up to 65,535 a side.</param>
    /// <param name="quality">1 (smallest) to 100 (best).</param>
    /// <exception cref="ArgumentOutOfRangeException">The quality is outside 1-100.</exception>
    public static byte[] Jpeg(RgbImage image, int quality = 85)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        return Encode(image, pixels => pixels.Encode(SKEncodedImageFormat.Jpeg, quality));
    }

    private static unsafe byte[] Encode(RgbImage image, Func<SKPixmap, SKData?> encode)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] rgba = new byte[image.Pixels.Length / 3 * 4];
        for (int i = 0, j = 0; j < image.Pixels.Length; i += 4, j += 3)
        {
            image.Pixels.AsSpan(j, 3).CopyTo(rgba.AsSpan(i));
            rgba[i + 3] = 255;
        }

        fixed (byte* first = rgba)
        {
            using var pixels = new SKPixmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)first);
            using SKData data = encode(pixels) ?? throw new InvalidOperationException($"A {image.Width}x{image.Height} image could not be encoded.");
            return data.ToArray();
        }
    }
}
