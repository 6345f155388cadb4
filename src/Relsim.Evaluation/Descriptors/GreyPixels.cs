using Relsim.Imaging;

namespace Relsim.Evaluation.Descriptors;

/// <summary>The image at 32 x 32, grey, mean removed.</summary>
internal static class GreyPixels
{
    public const int Dimensions = Side * Side;

    private const int Side = 32;

    // A flat image still has rounding errors of about 1e-7 a pixel around its mean.
    private const float Flat = 1e-4f;

    public static float[] Describe(RgbImage image)
    {
        float[] grey = GreyImage.Square(image, Side);
        float mean = (float)grey.Average(value => (double)value);
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] -= mean;
        }

        GreyImage.Normalize(grey, Flat);
        return grey;
    }
}
