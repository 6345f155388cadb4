using System.Globalization;

namespace Relsim.Imaging;

/// <summary>
/// How bytes become the numbers that a model was trained on: byte times a factor, less the channel's mean, over its standard deviation. Rounds as the published
/// processors do. Immutable and thread-safe.
/// </summary>
/// <remarks>Source: transformers 4.50, image_transforms.py, `rescale` (in float64, rounded to float32) and `normalize` (in float32).</remarks>
public sealed class PixelNormalization
{
    private const int Channels = 3;
    private const int ByteValues = 256;

    private readonly float[] _table; // [channel, byte]: a byte has one of 256 results a channel

    /// <summary>A normalisation of red, green and blue.</summary>
    /// <exception cref="ArgumentException">There are not three means and three standard deviations above 0, or a number is not finite.</exception>
    public PixelNormalization(double rescaleFactor, IReadOnlyList<double> mean, IReadOnlyList<double> std)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(std);
        Check(mean, std);
        (RescaleFactor, Mean, Std) = (rescaleFactor, mean, std);
        _table = new float[Channels * ByteValues];
        for (int channel = 0; channel < Channels; channel++)
        {
            for (int value = 0; value < ByteValues; value++)
            {
                float rescaled = (float)(value * rescaleFactor);
                _table[(channel * ByteValues) + value] = (rescaled - (float)mean[channel]) / (float)std[channel];
            }
        }
    }

    /// <summary>CLIP's means and deviations.</summary>
    public static PixelNormalization Clip { get; } = new(1 / 255.0, [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]);

    /// <summary>ImageNet's means and deviations.</summary>
    public static PixelNormalization ImageNet { get; } = new(1 / 255.0, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>What a byte is multiplied with.</summary>
    public double RescaleFactor { get; }

    /// <summary>Means of red, green and blue, subtracted after the rescale.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>Standard deviations of red, green and blue, divided by last.</summary>
    public IReadOnlyList<double> Std { get; }

    internal string CanonicalText => string.Create(
        CultureInfo.InvariantCulture, $"rescale={RescaleFactor:R}\nmean={Join(Mean)}\nstd={Join(Std)}");

    /// <summary>Writes the image's red, green and blue plane, each height x width.</summary>
    /// <exception cref="ArgumentException"><paramref name="planes"/> has not 3 * height * width places.</exception>
    public void Fill(RgbImage image, Span<float> planes)
    {
        ArgumentNullException.ThrowIfNull(image);
        ReadOnlySpan<byte> pixels = image.Pixels;
        if (planes.Length != pixels.Length)
        {
            throw new ArgumentException($"{image.Width}x{image.Height} pixels need {pixels.Length} places, not {planes.Length}.", nameof(planes));
        }

        int length = pixels.Length / Channels;
        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<float> table = Table(channel);
            Span<float> plane = planes.Slice(channel * length, length);
            for (int i = 0; i < plane.Length; i++)
            {
                plane[i] = table[pixels[(i * Channels) + channel]];
            }
        }
    }

    /// <summary>The result of every byte in a channel.</summary>
    internal ReadOnlySpan<float> Table(int channel) => _table.AsSpan(channel * ByteValues, ByteValues);

    internal static void Check(IReadOnlyList<double> mean, IReadOnlyList<double> std)
    {
        if (mean.Count != Channels || std.Count != Channels || !mean.All(double.IsFinite) || !std.All(deviation => deviation > 0 && double.IsFinite(deviation)))
        {
            throw new ArgumentException($"Three means and three standard deviations above 0 are needed, not [{string.Join(", ", mean)}] and [{string.Join(", ", std)}].");
        }
    }

    private static string Join(IEnumerable<double> values) => string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
