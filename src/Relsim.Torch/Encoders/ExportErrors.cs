using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Datasets;

namespace Relsim.Torch.Encoders;

/// <summary>A picture that is not in an exported file, and why: one line of its <c>.errors.jsonl</c>.</summary>
/// <param name="Id">Identifier of the picture.</param>
/// <param name="Path">The file.</param>
/// <param name="Reason">Why it could not be used.</param>
public sealed record ExportError(string Id, string Path, string Reason);

/// <summary>The list of pictures that are not in an exported file.</summary>
internal static class ExportErrors
{
    /// <summary>Writes the list beside an output file and gives its path; without errors an old list is removed and the answer is null.</summary>
    public static string? Write(string output, IReadOnlyCollection<ExportError> errors)
    {
        string path = output + ".errors.jsonl";
        if (errors.Count == 0)
        {
            File.Delete(path);
            return null;
        }

        AtomicFile.Write(path, stream =>
        {
            using StreamWriter lines = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            foreach (ExportError error in errors)
            {
                lines.WriteLine(JsonSerializer.Serialize(error, ExportJson.Default.ExportError));
            }
        });
        return path;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ExportError))]
internal sealed partial class ExportJson : JsonSerializerContext;
