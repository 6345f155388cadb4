using Relsim.Imaging;
using SkiaSharp;

namespace Relsim.Evaluation.Reports;

/// <summary>Between our images and Skia's.</summary>
internal static class SkiaImages
{
    /// <summary>A copy that Skia can draw.</summary>
    public static SKImage ToSkia(RgbImage image)
    {
        byte[] rgba = new byte[(long)image.Width * image.Height * 4];
        for (int i = 0, j = 0; j < image.Pixels.Length; i += 4, j += 3)
        {
            image.Pixels.AsSpan(j, 3).CopyTo(rgba.AsSpan(i));
            rgba[i + 3] = 255;
        }

        return SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
    }

    /// <summary>The bytes of a file.</summary>
    public static byte[] Encode(SKImage image, SKEncodedImageFormat format, int quality)
    {
        using SKData data = image.Encode(format, quality)
            ?? throw new InvalidOperationException($"A {image.Width}x{image.Height} image could not be written as {format}.");
        return data.ToArray();
    }
}
