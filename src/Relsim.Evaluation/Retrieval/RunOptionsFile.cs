using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Datasets;

namespace Relsim.Evaluation.Retrieval;

/// <summary>What a folder's run was asked, kept beside its results: another question into the same folder is refused rather than mixed in.</summary>
public static class RunOptionsFile
{
    /// <summary>The file.</summary>
    public const string Name = "run-options.json";

    /// <summary>Compares with the options that the folder was begun with, or writes them into a new one. A run that left no result is replaced without being asked.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <param name="options">Names and values, as the user knows them.</param>
    /// <param name="overwrite">Whether a run with other options is replaced; its result files are then removed.</param>
    /// <param name="replacing">Told the names of the options that change, before a run is replaced: for whoever keeps more in the folder that depends on them.</param>
    /// <exception cref="InvalidDataException">The folder holds results of a run with other options; the message says what differs.</exception>
    public static void Claim(string folder, IReadOnlyDictionary<string, string> options, bool overwrite, Action<IReadOnlyList<string>>? replacing = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        string path = Path.Combine(folder, Name);
        var wanted = new SortedDictionary<string, string>(options.ToDictionary(), StringComparer.Ordinal);
        if (File.Exists(path))
        {
            (string Name, string Text)[] differences = [.. Differences(Read(path), wanted)];
            if (differences.Length == 0)
            {
                return;
            }

            if (!overwrite && RetrievalFiles.Results(folder).Count > 0)
            {
                throw new InvalidDataException(
                    $"{folder} holds a run with other options: {string.Join("; ", differences.Select(difference => difference.Text))}. Name another folder, or say --overwrite; computed rows are used again where they fit.");
            }

            replacing?.Invoke([.. differences.Select(difference => difference.Name)]);
            RetrievalFiles.Clear(folder);
        }

        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, wanted, RunOptionsJson.Default.SortedDictionaryStringString));
    }

    private static SortedDictionary<string, string> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RunOptionsJson.Default.SortedDictionaryStringString) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not the options of a run ({e.Message}). Remove it and start again.", e);
        }
    }

    private static IEnumerable<(string Name, string Text)> Differences(SortedDictionary<string, string> stored, SortedDictionary<string, string> wanted) =>
        from name in stored.Keys.Union(wanted.Keys).Order(StringComparer.Ordinal)
        let before = stored.GetValueOrDefault(name, "")
        let now = wanted.GetValueOrDefault(name, "")
        where before != now
        select (name, $"{name} was '{before}' and is '{now}'");
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class RunOptionsJson : JsonSerializerContext;
