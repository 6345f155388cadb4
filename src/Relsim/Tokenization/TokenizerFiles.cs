using System.Text.Json;

namespace Relsim.Tokenization;

/// <summary>Reads the files of a tokenizer's folder; every error names the file and what to do.</summary>
internal static class TokenizerFiles
{
    /// <summary>No published vocabulary comes near; a larger id is a damaged file, and would cost its memory.</summary>
    public const int LargestId = 16_000_000;

    /// <summary>A JSON file whose root is an object, given to <paramref name="read"/>.</summary>
    /// <exception cref="InvalidDataException">It is missing, not JSON, or not what <paramref name="read"/> expects.</exception>
    public static T ReadJson<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw new InvalidDataException("it is not a JSON object.");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or IOException or UnauthorizedAccessException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path} is not a tokenizer's file: {e.Message} Copy it again from the model's repository.", e);
        }
    }

    /// <summary>Tokens and ids of a JSON object, as in vocab.json.</summary>
    /// <exception cref="InvalidDataException">A token or an id is there twice, or an id is no id.</exception>
    public static Dictionary<string, int> Vocabulary(JsonElement tokens)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new Dictionary<int, string>();
        foreach (JsonProperty token in tokens.EnumerateObject())
        {
            int id = CheckedId(token.Value.GetInt32(), token.Name);
            if (!vocabulary.TryAdd(token.Name, id))
            {
                throw new InvalidDataException($"the token '{token.Name}' is there twice.");
            }

            if (!names.TryAdd(id, token.Name))
            {
                throw new InvalidDataException($"'{names[id]}' and '{token.Name}' have the same id {id}.");
            }
        }

        return vocabulary;
    }

    /// <summary>An id within bounds.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public static int CheckedId(int id, string token) => id is >= 0 and < LargestId
        ? id
        : throw new InvalidDataException($"the token '{token}' has the id {id}, which is not between 0 and {LargestId - 1}.");

    /// <summary>The pairs of merges.txt in their order; a first line that says the version is left out.</summary>
    /// <exception cref="InvalidDataException">It is missing, or a line is not two tokens.</exception>
    public static List<(string Left, string Right)> Merges(string path)
    {
        var pairs = new List<(string, string)>();
        foreach (string line in Lines(path))
        {
            if (line.Length > 0 && !(pairs.Count == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                pairs.Add(Pair(line) ?? throw new InvalidDataException($"{path} is not a list of merges: '{line}' is not two tokens with a space between. Copy it again from the model's repository."));
            }
        }

        return pairs;
    }

    /// <summary>Two tokens with a space between; null where it is something else.</summary>
    public static (string Left, string Right)? Pair(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && space < line.Length - 1 && line.IndexOf(' ', space + 1) < 0 ? (line[..space], line[(space + 1)..]) : null;
    }

    /// <summary>The lines of a text file, without spaces at their end.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static IEnumerable<string> Lines(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(line => line.TrimEnd(' '))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message} Copy it again from the model's repository.", e);
        }
    }
}
