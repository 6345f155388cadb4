using System.Text.Json;

namespace Relsim.Evaluation.Methods;

/// <summary>A readable picture of a pool.</summary>
/// <param name="Id">Its identifier, one of its own within the pool.</param>
/// <param name="Path">Its file.</param>
/// <param name="Sha256">SHA-256 of the file's bytes, 64 lower-case hexadecimal digits: pictures of equal bytes are one picture.</param>
/// <param name="Columns">The line of the manifest that names it, or an undefined element where there is none.</param>
public sealed record PoolImage(string Id, string Path, string Sha256, JsonElement Columns = default)
{
    /// <summary>A text, number or truth value of the manifest's line as text; null where there is none, and for null, lists and objects.</summary>
    public string? Column(string name) =>
        Columns.ValueKind == JsonValueKind.Object && Columns.TryGetProperty(name, out JsonElement value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => null,
            }
            : null;
}
