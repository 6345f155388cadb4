using System.Text.Json;
using System.Text.Json.Nodes;
using Relsim.Tokenization;

namespace Relsim.Tests.Tokenization;

/// <summary>A folder for the files of a tokenizer, deleted at the end of a test.</summary>
internal sealed class TemporaryTokenizer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relsim-tokenizer-");

    public string FullName => _folder.FullName;

    /// <summary>A folder with a small Qwen2 tokenizer: the 256 bytes, the given merges, two added tokens.</summary>
    public static TemporaryTokenizer Qwen2(params string[] merges)
    {
        var folder = new TemporaryTokenizer();
        var tokens = Enumerable.Range(0, 256).Select(value => ByteAlphabet.Character((byte)value).ToString())
            .Concat(merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal))).Distinct().ToList();
        folder.Write("vocab.json", new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))));
        folder.Write("added_tokens.json", new JsonObject { ["<|im_end|>"] = tokens.Count, ["<|im_end|>!"] = tokens.Count + 1 });
        System.IO.File.WriteAllLines(folder.File("merges.txt"), ["#version: 0.2", .. merges]);
        return folder;
    }

    public string File(string name) => Path.Combine(FullName, name);

    public void Write(string name, JsonNode node) => System.IO.File.WriteAllText(File(name), node.ToJsonString(JsonSerializerOptions.Default));

    public void Dispose() => _folder.Delete(recursive: true);
}
