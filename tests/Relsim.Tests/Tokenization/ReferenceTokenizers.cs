using System.Text.Json;
using Relsim.Tests.Imaging;

namespace Relsim.Tests.Tokenization;

/// <summary>The goldens of the tokenizers, whatever the parity folder holds of them.</summary>
internal static class ReferenceTokenizers
{
    /// <summary>Texts and their ids; skips the test where there are none.</summary>
    public static IReadOnlyList<TokenizerCase> Cases()
    {
        string path = ReferenceImages.Find("tokenizers", "cases.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(c => new TokenizerCase(c.Clone()))];
    }

    /// <summary>Every folder with the files of a Qwen2 tokenizer.</summary>
    public static IReadOnlyList<string> Qwen2Folders()
    {
        string root = ReferenceImages.Find();
        string[] folders = [.. Directory.GetFiles(root, "merges.txt", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!)
            .Where(IsQwen2).Order(StringComparer.Ordinal)];
        Assert.SkipWhen(folders.Length == 0, $"No Qwen2 tokenizer below {root}.");
        return folders;
    }

    private static bool IsQwen2(string folder)
    {
        string config = Path.Combine(folder, "tokenizer_config.json");
        return File.Exists(config) && File.ReadAllText(config).Contains("\"Qwen2Tokenizer", StringComparison.Ordinal);
    }

    /// <summary>Compares ids of all texts; the message shows the first that differ.</summary>
    public static void AssertEqualIds(IEnumerable<(string Text, IReadOnlyList<int> Expected, IReadOnlyList<int> Actual)> results)
    {
        int count = 0;
        List<string> wrong = [];
        foreach ((string text, IReadOnlyList<int> expected, IReadOnlyList<int> actual) in results)
        {
            count++;
            if (!expected.SequenceEqual(actual))
            {
                wrong.Add($"{JsonSerializer.Serialize(text)}\n  expected {string.Join(' ', expected)}\n  actual   {string.Join(' ', actual)}");
            }
        }

        Assert.True(count > 0, "There are no texts.");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {count} texts:\n{string.Join('\n', wrong.Take(8))}");
    }

    /// <summary>One text of cases.json.</summary>
    public sealed record TokenizerCase(JsonElement Values)
    {
        public string Text => Values.GetProperty("text").GetString()!;

        public IReadOnlyList<int>? Ids(string name) =>
            Values.TryGetProperty(name, out JsonElement ids) ? [.. ids.EnumerateArray().Select(id => id.GetInt32())] : null;

        public string? String(string name) => Values.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;
    }
}
