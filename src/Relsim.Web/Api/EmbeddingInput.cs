using System.Text.Json;

namespace Relsim.Web.Api;

/// <summary>One input of <c>/v1/embeddings</c>: a text, or what names a picture.</summary>
internal readonly record struct EmbeddingInput(string Value, bool IsImage)
{
    private const string DataImage = "data:image/";

    /// <summary>Reads the inputs of a request.</summary>
    /// <exception cref="ProblemException">The input is none of the shapes that are taken.</exception>
    public static IReadOnlyList<EmbeddingInput> ReadAll(JsonElement input) => input.ValueKind == JsonValueKind.Array
        ? [.. input.EnumerateArray().Select(Read)]
        : [Read(input)];

    private static EmbeddingInput Read(JsonElement input) => input.ValueKind switch
    {
        JsonValueKind.String => OfText(input.GetString()!),
        JsonValueKind.Object when Member(input, "image") is { } image => new EmbeddingInput(image, true),
        JsonValueKind.Object when Member(input, "image_url") is { } address => new EmbeddingInput(address, true),
        JsonValueKind.Object when input.TryGetProperty("image_url", out JsonElement nested) && nested.ValueKind == JsonValueKind.Object && Member(nested, "url") is { } address =>
            new EmbeddingInput(address, true),
        JsonValueKind.Object when Member(input, "text") is { } text => new EmbeddingInput(text, false),
        JsonValueKind.Number or JsonValueKind.Array => throw ProblemException.BadRequest("Token numbers are not taken: send the text itself."),
        _ => throw ProblemException.BadRequest(
            "An input is a text, a data URI of a picture, or an object with \"text\", \"image\" or \"image_url\"; \"input\" holds one or a list of them."),
    };

    private static EmbeddingInput OfText(string text) => new(text, text.StartsWith(DataImage, StringComparison.OrdinalIgnoreCase));

    private static string? Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
