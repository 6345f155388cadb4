using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relsim.Imaging;

/// <summary>
/// The preprocessor_config.json of CLIP, DINOv2, DINO and their like as a profile: the processors that resize, perhaps crop, and normalise to one square.
/// </summary>
/// <remarks>
/// Source: transformers 4.50, image_processing_clip.py, image_processing_bit.py and image_processing_vit.py. The files of 2021 give `size` as one number and leave out
/// do_rescale and rescale_factor, whose defaults (true, 1/255) then hold; a file of a "Fast" processor is read as that of the one it replaces.
/// </remarks>
public static class ImageProcessorConfig
{
    /// <summary>Name of the file in a model's folder.</summary>
    public const string FileName = "preprocessor_config.json";

    // No published model comes near; a larger side is a damaged file, and would cost its memory.
    private const int LongestSide = 8192;

    private static readonly Dictionary<string, bool> CropsByType = new(StringComparer.Ordinal)
    {
        ["CLIPImageProcessor"] = true,
        ["CLIPFeatureExtractor"] = true,
        ["BitImageProcessor"] = true,
        ["ViTImageProcessor"] = false,
        ["ViTFeatureExtractor"] = false,
    };

    /// <summary>The profile that a file asks for: a built-in one where it is the same, else one called <paramref name="family"/> and its size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="family">What the model is called in short, such as "clip".</param>
    /// <exception cref="InvalidDataException">It cannot be read, is of another processor, lacks a key, or does not make squares; the message says which.</exception>
    public static PreprocessingProfile ReadProfile(string path, string family)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(family);
        try
        {
            using FileStream stream = File.OpenRead(path);
            SquareProcessorJson json = JsonSerializer.Deserialize(stream, SquareProcessorJsonContext.Default.SquareProcessorJson)
                ?? throw new InvalidDataException("it is empty.");
            PreprocessingProfile profile = ProfileOf(json, family);
            profile.Validate();
            return Named(profile, family);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is not the configuration of an image processor that is known here: {e.Message} Copy it again from the model's repository.", e);
        }
    }

    private static PreprocessingProfile ProfileOf(SquareProcessorJson json, string family)
    {
        if (!json.DoResize || !json.DoRescale || !json.DoNormalize)
        {
            throw new InvalidDataException("do_resize, do_rescale and do_normalize must hold.");
        }

        bool crops = Crops(json);
        (int? edge, int? square) = Sizes(json.Size, "size", crops);
        int size = crops && json.DoCenterCrop
            ? Sizes(json.CropSize ?? throw new InvalidDataException("crop_size is missing."), "crop_size", isEdge: false).Square!.Value
            : square ?? throw new InvalidDataException("without do_center_crop it makes pictures of many sizes, which the model does not take.");
        if (edge is null && square != size)
        {
            throw new InvalidDataException($"it squashes to {square} pixels and crops {size}; only one of the two sizes is known.");
        }

        if (size > LongestSide || edge > LongestSide)
        {
            throw new InvalidDataException($"it makes pictures of {Math.Max(size, edge ?? 0)} pixels a side; at most {LongestSide} are read.");
        }

        return new PreprocessingProfile
        {
            Name = family,
            Version = 1,
            Size = size,
            Fit = edge is null ? ImageFit.Squash : ImageFit.ShortestEdgeCrop,
            ResizeEdge = edge ?? 0,
            Filter = FilterOf(json.Resample ?? throw new InvalidDataException("resample is missing.")),
            Decode = DecodeConventions.Pillow,
            AllowShrinkOnLoad = false,
            Normalization = new PixelNormalization(json.RescaleFactor, json.ImageMean, json.ImageStd),
        };
    }

    private static PreprocessingProfile Named(PreprocessingProfile profile, string family)
    {
        string name = $"{family}-{profile.Size}";
        PreprocessingProfile? known = PreprocessingProfiles.All.FirstOrDefault(builtIn => builtIn.Name == name);
        profile = profile with { Name = name };
        return known is null ? profile : known.CanonicalText == profile.CanonicalText ? known : profile with { Name = $"{name}-own" };
    }

    private static bool Crops(SquareProcessorJson json)
    {
        string? type = json.ImageProcessorType ?? json.FeatureExtractorType;
        string? plain = type?.EndsWith("Fast", StringComparison.Ordinal) == true ? type[..^"Fast".Length] : type;
        return plain is null ? throw new InvalidDataException("image_processor_type is missing.")
            : CropsByType.TryGetValue(plain, out bool crops) ? crops
            : throw new InvalidDataException($"the image_processor_type is '{type}'. Known: {string.Join(", ", CropsByType.Keys)}.");
    }

    /// <summary>One number, {shortest_edge} or {height, width}.</summary>
    private static (int? Edge, int? Square) Sizes(JsonElement size, string key, bool isEdge)
    {
        if (size.ValueKind == JsonValueKind.Number)
        {
            return isEdge ? (size.GetInt32(), null) : (null, size.GetInt32());
        }

        if (isEdge && size.TryGetProperty("shortest_edge", out JsonElement edge))
        {
            return (edge.GetInt32(), null);
        }

        return size.TryGetProperty("height", out JsonElement height) && size.TryGetProperty("width", out JsonElement width) && height.GetInt32() == width.GetInt32()
            ? (null, height.GetInt32())
            : throw new InvalidDataException($"{key} is {size.GetRawText()}; a square or a short side is needed.");
    }

    // Pillow's numbers.
    private static ResampleFilter FilterOf(int resample) => resample switch
    {
        1 => ResampleFilter.Lanczos,
        2 => ResampleFilter.Bilinear,
        3 => ResampleFilter.Bicubic,
        4 => ResampleFilter.Box,
        5 => ResampleFilter.Hamming,
        _ => throw new InvalidDataException($"resample {resample} is no filter that is known here (1 to 5, in Pillow's order)."),
    };
}

/// <summary>The keys of preprocessor_config.json that matter here.</summary>
internal sealed record SquareProcessorJson : ProcessorJson
{
    public string? ImageProcessorType { get; init; }

    public string? FeatureExtractorType { get; init; }

    public required JsonElement Size { get; init; }

    public JsonElement? CropSize { get; init; }

    public bool DoCenterCrop { get; set; } = true;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SquareProcessorJson))]
internal sealed partial class SquareProcessorJsonContext : JsonSerializerContext;
