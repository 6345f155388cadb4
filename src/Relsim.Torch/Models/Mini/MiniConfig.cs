using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relsim.Torch.Models.Mini;

/// <summary>Shape of a mini checkpoint, stored as config.json beside its weights. Every key is required.</summary>
public sealed record MiniConfig
{
    /// <summary>Model id, e.g. "relsim-mini-4"; embeddings of different ids are never mixed.</summary>
    [JsonRequired]
    public required string ModelId { get; init; }

    /// <summary>Name of the preprocessing profile that the weights were trained with.</summary>
    [JsonRequired]
    public required string Profile { get; init; }

    /// <summary>Side of the input in pixels (S).</summary>
    [JsonRequired]
    public required int ImageSize { get; init; }

    /// <summary>Channels of the first stage (W); later stages have 2W, 4W and 8W.</summary>
    [JsonRequired]
    public required int Width { get; init; }

    /// <summary>Features that say which places of a picture resemble each other.</summary>
    [JsonRequired]
    public required int PairLength { get; init; }

    /// <summary>Features that say what separate things a picture shows.</summary>
    [JsonRequired]
    public required int ObjectLength { get; init; }

    /// <summary>Numbers of a relational embedding that say what separate things a picture shows (O); they come last and texts have zeros there.</summary>
    [JsonRequired]
    public required int ObjectDimension { get; init; }

    /// <summary>Hidden units of every head.</summary>
    [JsonRequired]
    public required int HeadWidth { get; init; }

    /// <summary>Length of a relational embedding (R), <see cref="ObjectDimension"/> included.</summary>
    [JsonRequired]
    public required int RelationalDimension { get; init; }

    /// <summary>Length of an attribute embedding (A).</summary>
    [JsonRequired]
    public required int AttributeDimension { get; init; }

    /// <summary>Hash buckets of the text tower.</summary>
    [JsonRequired]
    public required int TextBuckets { get; init; }

    /// <summary>Length of a word vector (E).</summary>
    [JsonRequired]
    public required int TextWidth { get; init; }

    /// <summary>Most words that a text may have (L); further ones are ignored.</summary>
    [JsonRequired]
    public required int TextLength { get; init; }

    /// <summary>The configuration that <c>relsim train mini</c> trains.</summary>
    public static MiniConfig Default { get; } = new()
    {
        ModelId = "relsim-mini-4",
        Profile = "mini-128",
        ImageSize = 128,
        Width = 32,
        PairLength = 128,
        ObjectLength = 128,
        ObjectDimension = 128,
        HeadWidth = 512,
        RelationalDimension = 384,
        AttributeDimension = 128,
        TextBuckets = 16384,
        TextWidth = 96,
        TextLength = 24,
    };

    /// <summary>Numbers of a relational embedding that texts and pictures share (R - O).</summary>
    [JsonIgnore]
    public int TextDimension => RelationalDimension - ObjectDimension;

    /// <summary>Reads config.json.</summary>
    /// <exception cref="InvalidDataException">The file is not JSON or lacks a key; the message names both.</exception>
    public static MiniConfig Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, MiniJson.Default.MiniConfig)
                ?? throw new InvalidDataException($"{path} is empty; it must hold a mini model's configuration.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not a mini model's configuration: {e.Message}", e);
        }
    }

    /// <summary>The text of config.json.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, MiniJson.Default.MiniConfig);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MiniConfig))]
internal sealed partial class MiniJson : JsonSerializerContext;
