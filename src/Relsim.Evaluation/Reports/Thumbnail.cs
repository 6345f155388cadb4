using Relsim.Imaging;
using SkiaSharp;

namespace Relsim.Evaluation.Reports;

/// <summary>Small pictures for reports. Safe to call from several threads at once.</summary>
public static class Thumbnail
{
    /// <summary>The image at most <paramref name="side"/> pixels wide and high, in its own proportions, as JPEG.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The side is not positive or the quality is outside 1-100.</exception>
    public static byte[] Jpeg(RgbImage image, int side = 192, int quality = 84)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        using SKImage small = SkiaImages.ToSkia(Fit(image, side));
        return SkiaImages.Encode(small, SKEncodedImageFormat.Jpeg, quality);
    }

    /// <summary>The image at most <paramref name="side"/> pixels wide and high, in its own proportions; never enlarged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The side is not positive.</exception>
    public static RgbImage Fit(RgbImage image, int side)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        int longest = Math.Max(image.Width, image.Height);
        if (longest <= side)
        {
            return image;
        }

        int width = Math.Max(1, (int)Math.Round(image.Width * (double)side / longest));
        int height = Math.Max(1, (int)Math.Round(image.Height * (double)side / longest));
        return PillowResampler.Resize(image, width, height, ResampleFilter.Lanczos);
    }
}
