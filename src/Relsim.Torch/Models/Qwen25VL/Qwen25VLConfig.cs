using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// Shape of a Qwen2.5-VL checkpoint of any size, from the hub's config.json. Every key is required. Both layouts are read: the hub's flat
/// one, and the one of transformers 4.52 and later, where the language model's keys stand under `text_config`.
/// </summary>
internal sealed record Qwen25VLConfig
{
    /// <summary>D, width of the language model.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>F, inner width of its MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Decoder layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>H, query heads.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>K, key and value heads, which divide H.</summary>
    public required int NumKeyValueHeads { get; init; }

    /// <summary>Added to the mean square under the root of every RMSNorm of the language model.</summary>
    public required double RmsNormEps { get; init; }

    /// <summary>Base of the rotary embedding's frequencies.</summary>
    public required double RopeTheta { get; init; }

    /// <summary>How the rotary embedding's frequencies are shared out over time, row and column.</summary>
    public required Qwen25VLRopeScaling RopeScaling { get; init; }

    /// <summary>Rows of the token embedding; more than the tokenizer has.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Whether the head is the token embedding.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>Id of `&lt;|image_pad|&gt;`, which stands for one token of the vision tower.</summary>
    public required int ImageTokenId { get; init; }

    /// <summary>Id of `&lt;|video_pad|&gt;`.</summary>
    public required int VideoTokenId { get; init; }

    /// <summary>Id of `&lt;|vision_start|&gt;`.</summary>
    public required int VisionStartTokenId { get; init; }

    /// <summary>Shape of the vision tower.</summary>
    public required Qwen25VLVisionConfig VisionConfig { get; init; }

    /// <summary>d, width of a head.</summary>
    [JsonIgnore]
    public int HeadSize => HiddenSize / NumAttentionHeads;

    /// <summary>Reads config.json.</summary>
    /// <exception cref="InvalidDataException">It is missing, not JSON, of another model or lacks a key; the message names it.</exception>
    public static Qwen25VLConfig Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or IOException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is not the configuration of a Qwen2.5-VL model: {e.Message}", e);
        }
    }

    /// <summary>Reads the text of config.json.</summary>
    /// <exception cref="InvalidDataException">It is of another model, or its sizes contradict each other.</exception>
    /// <exception cref="JsonException">It is not JSON, or lacks a key.</exception>
    public static Qwen25VLConfig Parse(string json)
    {
        JsonObject root = JsonNode.Parse(json) as JsonObject ?? throw new InvalidDataException("it is not a JSON object.");
        string? type = (string?)root["model_type"];
        if (type != "qwen2_5_vl")
        {
            throw new InvalidDataException($"model_type is '{type}', not 'qwen2_5_vl'.");
        }

        if (root["text_config"] is JsonObject text)
        {
            // What both levels hold is the language model's where it differs, except the tied head, which belongs to the whole.
            foreach ((string key, JsonNode? value) in text)
            {
                if (key != "tie_word_embeddings" || !root.ContainsKey(key))
                {
                    root[key] = value?.DeepClone();
                }
            }
        }

        Qwen25VLConfig config = root.Deserialize(Qwen25VLJson.Default.Qwen25VLConfig)!;
        config.Validate();
        return config;
    }

    private void Validate()
    {
        Require(NumAttentionHeads > 0 && HiddenSize % NumAttentionHeads == 0, $"{NumAttentionHeads} heads do not divide hidden_size {HiddenSize}.");
        Require(NumKeyValueHeads > 0 && NumAttentionHeads % NumKeyValueHeads == 0, $"{NumKeyValueHeads} key-value heads do not divide {NumAttentionHeads} heads.");
        Require(2 * RopeScaling.MropeSection.Sum() == HeadSize, $"mrope_section [{string.Join(", ", RopeScaling.MropeSection)}] does not fill half a head of {HeadSize}.");
        Require(VisionConfig.OutHiddenSize == HiddenSize, $"the vision tower's out_hidden_size {VisionConfig.OutHiddenSize} is not hidden_size {HiddenSize}.");
        Require(
            VisionConfig.NumHeads > 0 && VisionConfig.HiddenSize % (4 * VisionConfig.NumHeads) == 0,
            $"{VisionConfig.NumHeads} heads do not cut the vision tower's {VisionConfig.HiddenSize} into multiples of 4, as its rotary embedding needs.");
        Require(
            VisionConfig.PatchSize > 0 && VisionConfig.SpatialMergeSize > 0 && VisionConfig.TemporalPatchSize > 0,
            "patch_size, spatial_merge_size and temporal_patch_size must be positive.");
        Require(
            VisionConfig.WindowSize >= VisionConfig.PatchSize * VisionConfig.SpatialMergeSize,
            $"window_size {VisionConfig.WindowSize} does not hold one token of {VisionConfig.PatchSize} * {VisionConfig.SpatialMergeSize} pixels.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}

/// <summary>How M-RoPE shares the frequencies of half a head out.</summary>
/// <param name="MropeSection">Frequencies for time, row and column.</param>
internal sealed record Qwen25VLRopeScaling(int[] MropeSection);

/// <summary>Shape of the vision tower.</summary>
internal sealed record Qwen25VLVisionConfig
{
    /// <summary>Blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>D, width of a patch.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>F, inner width of the MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>H, heads.</summary>
    public required int NumHeads { get; init; }

    /// <summary>Width after the merger, that of the language model.</summary>
    public required int OutHiddenSize { get; init; }

    /// <summary>Side of a patch in pixels.</summary>
    public required int PatchSize { get; init; }

    /// <summary>Side in patches of the square that becomes one token.</summary>
    public required int SpatialMergeSize { get; init; }

    /// <summary>Frames in a patch; a still image is repeated.</summary>
    public required int TemporalPatchSize { get; init; }

    /// <summary>Side in pixels of an attention window.</summary>
    public required int WindowSize { get; init; }

    /// <summary>The blocks whose attention sees the whole frame.</summary>
    public required int[] FullattBlockIndexes { get; init; }

    /// <summary>Temporal positions a second of video.</summary>
    public required int TokensPerSecond { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Qwen25VLConfig))]
internal sealed partial class Qwen25VLJson : JsonSerializerContext;
