using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relsim.Torch.Models.Clip;

/// <summary>Shape of a CLIP such as openai/clip-vit-large-patch14, from the hub's config.json.</summary>
/// <remarks>
/// Keys of the file itself are required. transformers leaves out of the two nested parts what equals its class's own default, and the files of 2022 never had
/// vision_config.num_channels: there the defaults of `CLIPTextConfig` and `CLIPVisionConfig` in transformers 4.50 hold, as they do for whoever reads the file in Python.
/// </remarks>
internal sealed record ClipConfig
{
    /// <summary>"clip".</summary>
    public required string ModelType { get; init; }

    /// <summary>E, numbers in a projected feature.</summary>
    public required int ProjectionDim { get; init; }

    /// <summary>The text tower.</summary>
    public required ClipTextConfig TextConfig { get; init; }

    /// <summary>The image tower.</summary>
    public required ClipVisionConfig VisionConfig { get; init; }

    /// <summary>Reads config.json.</summary>
    /// <exception cref="InvalidDataException">It is missing, not JSON, of another model or lacks a key; the message names it.</exception>
    public static ClipConfig Read(string path) => ConfigFile.Read(path, "a CLIP", Parse);

    /// <summary>Reads the text of config.json.</summary>
    /// <exception cref="InvalidDataException">It is of another model, or its sizes contradict each other.</exception>
    /// <exception cref="JsonException">It is not JSON, or lacks a key.</exception>
    public static ClipConfig Parse(string json)
    {
        ClipConfig config = JsonSerializer.Deserialize(json, ClipJson.Default.ClipConfig) ?? throw new InvalidDataException("it is null.");
        ConfigFile.Require(config.ModelType == "clip", $"model_type is '{config.ModelType}', not 'clip'.");
        ConfigFile.Require(config.ProjectionDim > 0, $"projection_dim is {config.ProjectionDim}.");
        config.TextConfig.Validate("text_config.");
        config.VisionConfig.Validate("vision_config.");
        return config;
    }
}

/// <summary>What both towers have.</summary>
internal abstract record ClipTowerConfig
{
    /// <summary>D, width.</summary>
    public int HiddenSize { get; set; }

    /// <summary>F, inner width of a layer's two linear maps.</summary>
    public int IntermediateSize { get; set; }

    /// <summary>Layers.</summary>
    public int NumHiddenLayers { get; set; } = 12;

    /// <summary>H, heads, which divide D.</summary>
    public int NumAttentionHeads { get; set; }

    /// <summary>"quick_gelu", x sigmoid(1.702 x), or "gelu", by the error function.</summary>
    public string HiddenAct { get; set; } = "quick_gelu";

    /// <summary>Added to the variance under the root of every layer normalisation.</summary>
    public double LayerNormEps { get; set; } = 1e-5;

    /// <summary>Checks the sizes; <paramref name="part"/> begins the names in messages.</summary>
    /// <exception cref="InvalidDataException">They contradict each other.</exception>
    public virtual void Validate(string part)
    {
        ConfigFile.RequireTransformer(part, HiddenSize, NumHiddenLayers, NumAttentionHeads, LayerNormEps);
        ConfigFile.Require(IntermediateSize > 0, $"{part}intermediate_size is {IntermediateSize}.");
        ConfigFile.Require(HiddenAct is "quick_gelu" or "gelu", $"{part}hidden_act is '{HiddenAct}', not 'quick_gelu' or 'gelu'.");
    }
}

/// <summary>The text tower.</summary>
internal sealed record ClipTextConfig : ClipTowerConfig
{
    /// <summary>The number that configurations from before 2023 have, which no token has: texts are read at their largest id instead.</summary>
    public const int LegacyEos = 2;

    public ClipTextConfig() => (HiddenSize, IntermediateSize, NumAttentionHeads) = (512, 2048, 8);

    /// <summary>Rows of the token embedding.</summary>
    public int VocabSize { get; set; } = 49408;

    /// <summary>Most tokens that a text may have, its marks included.</summary>
    public int MaxPositionEmbeddings { get; set; } = 77;

    /// <summary>Id of the token at whose first place a text is read, or <see cref="LegacyEos"/>.</summary>
    public int EosTokenId { get; set; } = 49407;

    /// <inheritdoc/>
    public override void Validate(string part)
    {
        base.Validate(part);
        ConfigFile.Require(VocabSize > 0, $"{part}vocab_size is {VocabSize}.");
        ConfigFile.Require(MaxPositionEmbeddings >= 2, $"{part}max_position_embeddings {MaxPositionEmbeddings} has no room for the marks of a text.");
    }
}

/// <summary>The image tower.</summary>
internal sealed record ClipVisionConfig : ClipTowerConfig
{
    public ClipVisionConfig() => (HiddenSize, IntermediateSize, NumAttentionHeads) = (768, 3072, 12);

    /// <summary>Side of an image in pixels.</summary>
    public int ImageSize { get; set; } = 224;

    /// <summary>Side of a patch in pixels.</summary>
    public int PatchSize { get; set; } = 32;

    /// <summary>3.</summary>
    public int NumChannels { get; set; } = 3;

    /// <inheritdoc/>
    public override void Validate(string part)
    {
        base.Validate(part);
        ConfigFile.RequireImage(part, ImageSize, PatchSize, NumChannels);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ClipConfig))]
internal sealed partial class ClipJson : JsonSerializerContext;
