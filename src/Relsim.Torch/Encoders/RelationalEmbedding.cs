using System.Text.Json.Serialization;

namespace Relsim.Torch.Encoders;

/// <summary>Which space an image is embedded into.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EmbeddingSpace>))]
public enum EmbeddingSpace
{
    /// <summary>Images that share a logic lie close.</summary>
    [JsonStringEnumMemberName("relational")]
    Relational,

    /// <summary>Images that look alike lie close.</summary>
    [JsonStringEnumMemberName("attribute")]
    Attribute,
}

/// <summary>What a model says of one image.</summary>
/// <param name="Relational">Unit vector in the relational space, where texts live too.</param>
/// <param name="Attribute">Unit vector in the attribute space (colour, texture, subject); empty where the model has none.</param>
/// <param name="Interest">Probability, 0 to 1, that the image shows a relation at all; null where the model does not say.</param>
public sealed record RelationalEmbedding(float[] Relational, float[] Attribute, float? Interest);
