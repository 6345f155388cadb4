using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relsim.Datasets;

/// <summary>Pictures that share one relation, with the anonymous caption that all of them fit.</summary>
public sealed record SeedGroup
{
    /// <summary>The caption of the group.</summary>
    [JsonPropertyName("anonymous_caption")]
    public required string AnonymousCaption { get; init; }

    /// <summary>Addresses or paths of the pictures, at least one.</summary>
    [JsonPropertyName("image_urls")]
    public required IReadOnlyList<string> ImageUrls { get; init; }

    /// <summary>Every other field of the group; kept when it is written again.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Reads a JSON array of groups.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DatasetFormatException">The file is not such an array, or a group has no picture; the message names file and line.</exception>
    public static IReadOnlyList<SeedGroup> ReadAll(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            List<SeedGroup>? groups = JsonSerializer.Deserialize(stream, DatasetJson.Default.ListSeedGroup);
            if (groups is null)
            {
                throw new DatasetFormatException(path, "the file holds null where an array of groups is expected.");
            }

            int empty = groups.FindIndex(group => group is null || group.ImageUrls.Count == 0);
            return empty < 0 ? groups : throw new DatasetFormatException(path, $"group {empty + 1} has no image_urls.");
        }
        catch (JsonException e)
        {
            throw new DatasetFormatException(path, (int)(e.LineNumber ?? 0) + 1, $"not an array of seed groups ({JsonLines.Reason(e)}).", e);
        }
    }

    /// <summary>Writes a JSON array under a temporary name and renames it.</summary>
    /// <exception cref="IOException">The file cannot be written; an old file is kept.</exception>
    public static void WriteAll(string path, IEnumerable<SeedGroup> groups) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, groups.ToList(), DatasetJson.Default.ListSeedGroup));
}
