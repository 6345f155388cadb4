using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relsim.Datasets;

/// <summary>One line of the published caption files: a picture, its anonymous caption and where it came from.</summary>
public sealed record CaptionRecord
{
    /// <summary>Identifier of the picture, the MD5 of its bytes in hexadecimal; the picture is at <c>{image_hash}.png</c>.</summary>
    [JsonPropertyName("image_hash")]
    public required string ImageHash { get; init; }

    /// <summary>The anonymous caption: the relation with placeholders instead of subjects.</summary>
    [JsonPropertyName("caption")]
    public required string Caption { get; init; }

    /// <summary>Where the picture was found, or null.</summary>
    [JsonPropertyName("url_link")]
    public string? UrlLink { get; init; }

    /// <summary>Every other column of the line; kept when the record is written again.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>The name that the published files give to a picture: the MD5 of its bytes in hexadecimal.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The published format names pictures by MD5; nothing is protected by it.")]
    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    /// <summary>Streams a JSONL file; empty lines are passed over.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DatasetFormatException">A line is not such a record; the message names file and line.</exception>
    public static IEnumerable<CaptionRecord> ReadAll(string path) =>
        JsonLines.Read(path, DatasetJson.Default.CaptionRecord).Select(line => line.Value);

    /// <summary>Writes a JSONL file under a temporary name and renames it.</summary>
    /// <exception cref="IOException">The file cannot be written; an old file is kept.</exception>
    public static void WriteAll(string path, IEnumerable<CaptionRecord> records) =>
        JsonLines.Write(path, records, DatasetJson.Default.CaptionRecord);
}
