using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relsim.Torch.Models.MiniLM;

/// <summary>Shape of a BERT encoder such as all-MiniLM-L6-v2, from the hub's config.json. Every key is required.</summary>
internal sealed record MiniLmConfig
{
    /// <summary>"bert".</summary>
    public required string ModelType { get; init; }

    /// <summary>Rows of the word embedding.</summary>
    public required int VocabSize { get; init; }

    /// <summary>D, width.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>H, heads, which divide D.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>F, inner width of a layer's two linear maps.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Most tokens that a text may have.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>Rows of the token type embedding; a single text is of type 0.</summary>
    public required int TypeVocabSize { get; init; }

    /// <summary>"gelu", by the error function.</summary>
    public required string HiddenAct { get; init; }

    /// <summary>Added to the variance under the root of every layer normalisation.</summary>
    public required double LayerNormEps { get; init; }

    /// <summary>Reads config.json.</summary>
    /// <exception cref="InvalidDataException">It is missing, not JSON, of another model or lacks a key; the message names it.</exception>
    public static MiniLmConfig Read(string path) => ConfigFile.Read(path, "a BERT encoder", Parse);

    /// <summary>Reads the text of config.json.</summary>
    /// <exception cref="InvalidDataException">It is of another model, or its sizes contradict each other.</exception>
    /// <exception cref="JsonException">It is not JSON, or lacks a key.</exception>
    public static MiniLmConfig Parse(string json)
    {
        MiniLmConfig config = JsonSerializer.Deserialize(json, MiniLmJson.Default.MiniLmConfig) ?? throw new InvalidDataException("it is null.");
        config.Validate();
        return config;
    }

    private void Validate()
    {
        ConfigFile.Require(ModelType == "bert", $"model_type is '{ModelType}', not 'bert'.");
        ConfigFile.Require(HiddenAct == "gelu", $"hidden_act is '{HiddenAct}', not 'gelu'.");
        ConfigFile.RequireTransformer("", HiddenSize, NumHiddenLayers, NumAttentionHeads, LayerNormEps);
        ConfigFile.Require(VocabSize > 0 && IntermediateSize > 0 && TypeVocabSize > 0, "a size is not positive.");
        ConfigFile.Require(MaxPositionEmbeddings >= 2, $"max_position_embeddings {MaxPositionEmbeddings} has no room for [CLS] and [SEP].");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(MiniLmConfig))]
internal sealed partial class MiniLmJson : JsonSerializerContext;
