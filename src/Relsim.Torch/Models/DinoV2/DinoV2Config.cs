using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relsim.Torch.Models.DinoV2;

/// <summary>Shape of a DINOv2 such as facebook/dinov2-large, from the hub's config.json. Every key is required.</summary>
internal sealed record DinoV2Config
{
    /// <summary>"dinov2".</summary>
    public required string ModelType { get; init; }

    /// <summary>D, width.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>H, heads, which divide D.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Inner width of the MLP over D, before SwiGLU takes its share.</summary>
    public required double MlpRatio { get; init; }

    /// <summary>"gelu", by the error function; without meaning where SwiGLU is used.</summary>
    public required string HiddenAct { get; init; }

    /// <summary>Added to the variance under the root of every layer normalisation.</summary>
    public required double LayerNormEps { get; init; }

    /// <summary>Side in pixels of the images that the positions were learnt at.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of a patch in pixels.</summary>
    public required int PatchSize { get; init; }

    /// <summary>3.</summary>
    public required int NumChannels { get; init; }

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public required bool QkvBias { get; init; }

    /// <summary>Whether the MLP is a SwiGLU, as in the giant one alone.</summary>
    public required bool UseSwigluFfn { get; init; }

    /// <summary>F: D times the ratio; of SwiGLU two thirds of it, rounded up to a multiple of 8.</summary>
    [JsonIgnore]
    public int IntermediateSize
    {
        get
        {
            int whole = (int)(HiddenSize * MlpRatio);
            return UseSwigluFfn ? ((int)(whole * 2L / 3.0) + 7) / 8 * 8 : whole;
        }
    }

    /// <summary>Reads config.json.</summary>
    /// <exception cref="InvalidDataException">It is missing, not JSON, of another model or lacks a key; the message names it.</exception>
    public static DinoV2Config Read(string path) => ConfigFile.Read(path, "a DINOv2", Parse);

    /// <summary>Reads the text of config.json.</summary>
    /// <exception cref="InvalidDataException">It is of another model, or its sizes contradict each other.</exception>
    /// <exception cref="JsonException">It is not JSON, or lacks a key.</exception>
    public static DinoV2Config Parse(string json)
    {
        DinoV2Config config = JsonSerializer.Deserialize(json, DinoV2Json.Default.DinoV2Config) ?? throw new InvalidDataException("it is null.");
        ConfigFile.Require(config.ModelType == "dinov2", $"model_type is '{config.ModelType}', not 'dinov2'.");
        ConfigFile.Require(config.HiddenAct == "gelu" || config.UseSwigluFfn, $"hidden_act is '{config.HiddenAct}', not 'gelu'.");
        ConfigFile.RequireTransformer("", config.HiddenSize, config.NumHiddenLayers, config.NumAttentionHeads, config.LayerNormEps);
        ConfigFile.Require(config.MlpRatio is > 0 and <= 64 && config.IntermediateSize > 0, $"mlp_ratio is {config.MlpRatio}.");
        ConfigFile.RequireImage("", config.ImageSize, config.PatchSize, config.NumChannels);
        return config;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DinoV2Config))]
internal sealed partial class DinoV2Json : JsonSerializerContext;
