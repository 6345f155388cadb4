using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relsim.Imaging;

/// <summary>What a checkpoint's preprocessor_config.json says of its pictures; the defaults are those of every published Qwen2-VL and Qwen2.5-VL.</summary>
public sealed record Qwen2VLImageOptions
{
    /// <summary>Least number of pixels after the resize; default 56 x 56.</summary>
    public long MinPixels { get; init; } = 4 * 28 * 28;

    /// <summary>Most pixels after the resize; default 16,384 times 28 x 28.</summary>
    public long MaxPixels { get; init; } = 16384 * 28 * 28;

    /// <summary>Side of a patch in pixels; default 14.</summary>
    public int PatchSize { get; init; } = 14;

    /// <summary>Side in patches of the square that becomes one token; default 2.</summary>
    public int MergeSize { get; init; } = 2;

    /// <summary>Frames in a patch, which a still picture fills with copies; default 2.</summary>
    public int TemporalPatchSize { get; init; } = 2;

    /// <summary>What a byte is multiplied with; default 1/255.</summary>
    public double RescaleFactor { get; init; } = 1 / 255.0;

    /// <summary>Means of red, green and blue, subtracted after the rescale; default CLIP's.</summary>
    public IReadOnlyList<double> ImageMean { get; init; } = [0.48145466, 0.4578275, 0.40821073];

    /// <summary>Standard deviations of red, green and blue, divided by last; default CLIP's.</summary>
    public IReadOnlyList<double> ImageStd { get; init; } = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>What both sides of a resized picture are multiples of.</summary>
    public int Multiple => PatchSize * MergeSize;

    /// <summary>Reads preprocessor_config.json; the pixel budget may stand in `min_pixels` and `max_pixels` or, as newer versions write it, in `size`.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read, is of another processor, lacks a key or contradicts itself; the message names it.</exception>
    public static Qwen2VLImageOptions Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream stream = File.OpenRead(path);
            PreprocessorJson json = JsonSerializer.Deserialize(stream, PreprocessorJsonContext.Default.PreprocessorJson)
                ?? throw new InvalidDataException("it is empty.");
            Qwen2VLImageOptions options = json.ToOptions();
            options.Validate();
            return options;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is not the configuration of a Qwen2-VL image processor: {e.Message}", e);
        }
    }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MinPixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPixels, MinPixels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MergeSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(TemporalPatchSize);
        PixelNormalization.Check(ImageMean, ImageStd);
    }
}

/// <summary>The keys of preprocessor_config.json that image processors share.</summary>
internal abstract record ProcessorJson
{
    public double RescaleFactor { get; set; } = 1 / 255.0;

    public required double[] ImageMean { get; init; }

    public required double[] ImageStd { get; init; }

    public bool DoResize { get; set; } = true;

    public bool DoRescale { get; set; } = true;

    public bool DoNormalize { get; set; } = true;

    public int? Resample { get; init; }
}

/// <summary>The keys of Qwen2-VL's that matter here.</summary>
internal sealed record PreprocessorJson : ProcessorJson
{
    private const int PillowBicubic = 3;

    public long? MinPixels { get; init; }

    public long? MaxPixels { get; init; }

    public PixelBudget? Size { get; init; }

    public required int PatchSize { get; init; }

    public required int MergeSize { get; init; }

    public required int TemporalPatchSize { get; init; }

    public Qwen2VLImageOptions ToOptions()
    {
        if (!DoResize || !DoRescale || !DoNormalize || (Resample ?? PillowBicubic) != PillowBicubic)
        {
            throw new InvalidDataException("only bicubic resizing (resample 3) with do_resize, do_rescale and do_normalize is known here.");
        }

        return new Qwen2VLImageOptions
        {
            MinPixels = MinPixels ?? Size?.ShortestEdge ?? throw new InvalidDataException("min_pixels is missing, and size.shortest_edge too."),
            MaxPixels = MaxPixels ?? Size?.LongestEdge ?? throw new InvalidDataException("max_pixels is missing, and size.longest_edge too."),
            PatchSize = PatchSize,
            MergeSize = MergeSize,
            TemporalPatchSize = TemporalPatchSize,
            RescaleFactor = RescaleFactor,
            ImageMean = ImageMean,
            ImageStd = ImageStd,
        };
    }
}

/// <summary>Numbers of pixels, whatever the keys say of edges.</summary>
internal sealed record PixelBudget
{
    public long? ShortestEdge { get; init; }

    public long? LongestEdge { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PreprocessorJson))]
internal sealed partial class PreprocessorJsonContext : JsonSerializerContext;
