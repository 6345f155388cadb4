using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relsim.Torch.Models.Dino;

/// <summary>Shape of a vision transformer such as facebook/dino-vitb16, from the hub's config.json. Every key is required, but for those that say otherwise.</summary>
internal sealed record DinoConfig
{
    /// <summary>"vit".</summary>
    public required string ModelType { get; init; }

    /// <summary>D, width.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>H, heads, which divide D.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>F, inner width of a layer's two linear maps.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>"gelu", by the error function.</summary>
    public required string HiddenAct { get; init; }

    /// <summary>Added to the variance under the root of every layer normalisation.</summary>
    public required double LayerNormEps { get; init; }

    /// <summary>Side in pixels of the images that the positions were learnt at.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of a patch in pixels.</summary>
    public required int PatchSize { get; init; }

    /// <summary>3.</summary>
    public required int NumChannels { get; init; }

    /// <summary>Whether queries, keys and values have a bias; files from before the key existed (2021) leave it out, and mean true.</summary>
    public bool QkvBias { get; set; } = true;

    /// <summary>Reads config.json.</summary>
    /// <exception cref="InvalidDataException">It is missing, not JSON, of another model or lacks a key; the message names it.</exception>
    public static DinoConfig Read(string path) => ConfigFile.Read(path, "a vision transformer (ViT)", Parse);

    /// <summary>Reads the text of config.json.</summary>
    /// <exception cref="InvalidDataException">It is of another model, or its sizes contradict each other.</exception>
    /// <exception cref="JsonException">It is not JSON, or lacks a key.</exception>
    public static DinoConfig Parse(string json)
    {
        DinoConfig config = JsonSerializer.Deserialize(json, DinoJson.Default.DinoConfig) ?? throw new InvalidDataException("it is null.");
        ConfigFile.Require(config.ModelType == "vit", $"model_type is '{config.ModelType}', not 'vit'.");
        ConfigFile.Require(config.HiddenAct == "gelu", $"hidden_act is '{config.HiddenAct}', not 'gelu'.");
        ConfigFile.Require(config.IntermediateSize > 0, $"intermediate_size is {config.IntermediateSize}.");
        ConfigFile.RequireTransformer("", config.HiddenSize, config.NumHiddenLayers, config.NumAttentionHeads, config.LayerNormEps);
        ConfigFile.RequireImage("", config.ImageSize, config.PatchSize, config.NumChannels);
        return config;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DinoConfig))]
internal sealed partial class DinoJson : JsonSerializerContext;
