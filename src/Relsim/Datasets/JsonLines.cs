using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Relsim.Datasets;

/// <summary>Source-generated JSON of the dataset records.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CaptionRecord))]
[JsonSerializable(typeof(List<SeedGroup>))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class DatasetJson : JsonSerializerContext;

/// <summary>JSON, one value a line; faults name file and line.</summary>
internal static class JsonLines
{
    /// <summary>Streams the values with their line numbers (from 1).</summary>
    public static IEnumerable<(int Line, T Value)> Read<T>(string path, JsonTypeInfo<T> type)
        where T : notnull
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return (number, Parse(path, number, line, type));
            }
        }
    }

    public static void Write<T>(string path, IEnumerable<T> values, JsonTypeInfo<T> type) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        foreach (T value in values)
        {
            writer.WriteLine(JsonSerializer.Serialize(value, type));
        }
    });

    /// <summary>The serializer's reason without the position, which it counts from 0 within the line.</summary>
    public static string Reason(JsonException e) => e.Message.Split(" Path:", 2)[0].Split(" LineNumber:", 2)[0].TrimEnd('.');

    private static T Parse<T>(string path, int number, string line, JsonTypeInfo<T> type)
        where T : notnull
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) is { } value
                ? value
                : throw new DatasetFormatException(path, number, "the line holds null.");
        }
        catch (JsonException e)
        {
            throw new DatasetFormatException(path, number, $"not a valid record ({Reason(e)}).", e);
        }
    }
}
