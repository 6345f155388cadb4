using Relsim.Imaging;

namespace Relsim.Evaluation.Descriptors;

/// <summary>Images as squares of grey values.</summary>
internal static class GreyImage
{
    /// <summary>The image squeezed into side x side and weighed to luma (BT.601), 0 to 1, row-major.</summary>
    public static float[] Square(RgbImage image, int side)
    {
        ArgumentNullException.ThrowIfNull(image);
        RgbImage small = image.Width == side && image.Height == side
            ? image
            : PillowResampler.Resize(image, side, side, ResampleFilter.Bilinear);
        var grey = new float[side * side];
        ReadOnlySpan<byte> pixels = small.Pixels;
        for (int i = 0, p = 0; i < grey.Length; i++, p += 3)
        {
            grey[i] = ((0.299f * pixels[p]) + (0.587f * pixels[p + 1]) + (0.114f * pixels[p + 2])) / 255;
        }

        return grey;
    }

    /// <summary>Divides by the L2 norm; what is all but zero becomes zero, not noise.</summary>
    public static void Normalize(Span<float> vector, float smallest = 1e-6f)
    {
        double squares = 0;
        foreach (float value in vector)
        {
            squares += (double)value * value;
        }

        double norm = Math.Sqrt(squares);
        if (norm <= smallest)
        {
            vector.Clear();
            return;
        }

        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(vector[i] / norm);
        }
    }
}
