using System.Text.Json;
using Relsim.Torch.Models.MiniLM;

namespace Relsim.Torch.Encoders;

/// <summary>
/// What the files of a sentence-transformers folder say beside the weights: which modules follow one another, how tokens are pooled, how long a
/// text may be. Anything but BERT, mean and unit length is refused.
/// </summary>
/// <param name="Transformer">Folder of the transformer's own files.</param>
/// <param name="Config">Its shape.</param>
/// <param name="MaxLength">Most tokens of a text, [CLS] and [SEP] included.</param>
internal sealed record SentenceFolder(string Transformer, MiniLmConfig Config, int MaxLength)
{
    private const string ModulesFile = "modules.json";

    /// <summary>Reads modules.json, the pooling's config.json, the transformer's config.json and sentence_bert_config.json.</summary>
    /// <exception cref="InvalidDataException">A file is missing, damaged or asks for something else; the message names it.</exception>
    public static SentenceFolder Read(string folder)
    {
        string modulesPath = Path.Combine(folder, ModulesFile);
        if (!File.Exists(modulesPath))
        {
            throw new InvalidDataException($"{modulesPath}: there is no such file; a sentence encoder's folder has the layout of sentence-transformers/all-MiniLM-L6-v2.");
        }

        (string transformer, string pooling) = Parse(modulesPath, Modules);
        Parse(Path.Combine(folder, pooling, "config.json"), CheckPooling);
        string home = Path.Combine(folder, transformer);
        MiniLmConfig config = MiniLmConfig.Read(Path.Combine(home, "config.json"));
        string lengthPath = Path.Combine(home, "sentence_bert_config.json");
        int limit = (File.Exists(lengthPath) ? Parse(lengthPath, MaxLengthOf) : null) ?? config.MaxPositionEmbeddings;
        return limit >= 2 && limit <= config.MaxPositionEmbeddings
            ? new SentenceFolder(home, config, limit)
            : throw new InvalidDataException($"{lengthPath}: max_seq_length {limit} is not between 2 and the model's {config.MaxPositionEmbeddings} positions.");
    }

    private static (string Transformer, string Pooling) Modules(JsonElement root)
    {
        (string Type, string Path)[] modules = [.. root.EnumerateArray().Select(module => (module.GetProperty("type").GetString()!, module.GetProperty("path").GetString()!))];
        string types = string.Join(", ", modules.Select(module => module.Type.Split('.')[^1]));
        // Without the last one the vectors would be the same up to their length, and ours have length 1 in any case.
        return types is "Transformer, Pooling, Normalize" or "Transformer, Pooling"
            ? (modules[0].Path, modules[1].Path)
            : throw new InvalidDataException($"its modules are {types}; only Transformer, Pooling, Normalize are read.");
    }

    private static int CheckPooling(JsonElement root)
    {
        string[] modes = [.. root.EnumerateObject().Where(entry => entry.Name.StartsWith("pooling_mode_", StringComparison.Ordinal) && entry.Value.GetBoolean()).Select(entry => entry.Name)];
        return modes is ["pooling_mode_mean_tokens"]
            ? 0
            : throw new InvalidDataException($"it pools by {(modes.Length == 0 ? "nothing" : string.Join(" and ", modes))}; only pooling_mode_mean_tokens is read.");
    }

    private static int? MaxLengthOf(JsonElement root) =>
        root.TryGetProperty("max_seq_length", out JsonElement length) && length.ValueKind != JsonValueKind.Null ? length.GetInt32() : null;

    private static T Parse<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or IOException or UnauthorizedAccessException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path} is not what a sentence encoder's folder holds: {e.Message}", e);
        }
    }
}
