using Relsim.Imaging;

namespace Relsim.Evaluation.Descriptors;

/// <summary>A joint histogram of CIE Lab colours over all pixels.</summary>
internal static class ColorHistogram
{
    public const int Dimensions = Bins * Bins * Bins;

    private const int Bins = 8;

    // The sRGB gamut spans a = -87..99 and b = -108..95; L is 0..100.
    private const float ChromaRange = 112;

    private static readonly float[] Linear = Linearize();

    public static float[] Describe(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var counts = new int[Dimensions];
        ReadOnlySpan<byte> pixels = image.Pixels;
        int bin = 0;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            // Flat areas repeat a colour for hundreds of pixels.
            if (i == 0 || !pixels.Slice(i, 3).SequenceEqual(pixels.Slice(i - 3, 3)))
            {
                bin = Bin(pixels[i], pixels[i + 1], pixels[i + 2]);
            }

            counts[bin]++;
        }

        double total = pixels.Length / 3;
        return [.. counts.Select(count => (float)Math.Sqrt(count / total))];
    }

    /// <summary>The bin of an sRGB colour.</summary>
    internal static int Bin(byte red, byte green, byte blue)
    {
        (float lightness, float a, float b) = Lab(red, green, blue);
        return (((Place(lightness / 100) * Bins) + Place((a + ChromaRange) / (2 * ChromaRange))) * Bins) + Place((b + ChromaRange) / (2 * ChromaRange));
    }

    /// <summary>sRGB to CIE Lab under D65.</summary>
    internal static (float Lightness, float A, float B) Lab(byte red, byte green, byte blue)
    {
        float r = Linear[red], g = Linear[green], b = Linear[blue];
        float x = Compress(((0.4124564f * r) + (0.3575761f * g) + (0.1804375f * b)) / 0.95047f);
        float y = Compress((0.2126729f * r) + (0.7151522f * g) + (0.0721750f * b));
        float z = Compress(((0.0193339f * r) + (0.1191920f * g) + (0.9503041f * b)) / 1.08883f);
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    private static int Place(float share) => Math.Clamp((int)(share * Bins), 0, Bins - 1);

    private static float Compress(float t) => t > 216f / 24389 ? MathF.Cbrt(t) : ((24389f / 27 * t) + 16) / 116;

    private static float[] Linearize()
    {
        var linear = new float[256];
        for (int i = 0; i < linear.Length; i++)
        {
            double c = i / 255.0;
            linear[i] = (float)(c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4));
        }

        return linear;
    }
}
