using System.Text.Json;
using Relsim.Tests.Imaging;
using Relsim.Tokenization;

namespace Relsim.Tests.Tokenization;

public class Qwen2TokenizerParityTests
{
    private static readonly Lazy<Qwen2Tokenizer> Tokenizer = new(() => Qwen2Tokenizer.Load(ReferenceImages.Find("tokenizers", "qwen2")));

    [Fact]
    public void Encode_EveryReferenceText_GivesTheReferenceIds()
    {
        ReferenceTokenizers.AssertEqualIds(ReferenceTokenizers.Cases().Select(c => (c.Text, c.Ids("qwen2")!, Tokenizer.Value.Encode(c.Text))));
    }

    [Fact]
    public void Encode_WithTheQueryTokenAdded_GivesTheReferenceIds()
    {
        Qwen2Tokenizer tokenizer = Tokenizer.Value.WithToken(SpecialTokens.Query);
        ReferenceTokenizers.AssertEqualIds(ReferenceTokenizers.Cases().Select(c => (c.Text, c.Ids("qwen2_with_query") ?? c.Ids("qwen2")!, tokenizer.Encode(c.Text))));
    }

    [Fact]
    public void Decode_EveryReferenceText_GivesTheReferenceText()
    {
        Assert.All(ReferenceTokenizers.Cases(), c => Assert.Equal(c.String("qwen2_decoded") ?? c.Text, Tokenizer.Value.Decode(c.Ids("qwen2")!)));
    }

    [Fact]
    public void TokenTextDecoder_EveryReferenceText_StreamsWhatDecodeGives()
    {
        foreach (ReferenceTokenizers.TokenizerCase c in ReferenceTokenizers.Cases())
        {
            TokenTextDecoder decoder = Tokenizer.Value.CreateDecoder();
            string[] pieces = [.. c.Ids("qwen2")!.Select(decoder.Append)];
            Assert.Equal("", decoder.Flush());
            Assert.Equal(Tokenizer.Value.Decode(c.Ids("qwen2")!), string.Concat(pieces));
            Assert.All(pieces, piece => Assert.True(piece.Length == 0 || !char.IsHighSurrogate(piece[^1]), "A piece ends in half a character."));
        }
    }

    [Fact]
    public void Load_TokenizerJsonAlone_GivesTheSameIds()
    {
        string folder = ReferenceImages.Find("tokenizers", "qwen2");
        using var target = new TemporaryTokenizer();
        WriteWhole(folder, target.File("tokenizer.json"));
        Qwen2Tokenizer whole = Qwen2Tokenizer.Load(target.FullName);
        Assert.Equal(Tokenizer.Value.Count, whole.Count);
        ReferenceTokenizers.AssertEqualIds(ReferenceTokenizers.Cases().Select(c => (c.Text, c.Ids("qwen2")!, whole.Encode(c.Text))));
    }

    [Fact]
    public void Load_EveryFolderOfTheReference_CountsItsTokensAndKeepsTexts()
    {
        foreach (string folder in ReferenceTokenizers.Qwen2Folders())
        {
            Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder);
            HashSet<string> names = [.. Names(folder, "vocab.json"), .. Names(folder, "added_tokens.json")];
            Assert.Equal(names.Count, tokenizer.Count);
            Assert.All(Names(folder, "added_tokens.json"), name => Assert.Equal([tokenizer.FindToken(name)!.Value], tokenizer.Encode(name)));
            Assert.All(ReferenceTokenizers.Cases(), c => Assert.Equal(c.String("qwen2_decoded") ?? c.Text, tokenizer.Decode(tokenizer.Encode(c.Text))));
            Qwen2ChatTemplate.Verify(folder);
        }
    }

    private static string[] Names(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? [.. JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(path))!.Keys] : [];
    }

    private static void WriteWhole(string folder, string path)
    {
        string[][] merges = [.. File.ReadLines(Path.Combine(folder, "merges.txt")).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)).Select(line => line.Split(' '))];
        var whole = new
        {
            added_tokens = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(Path.Combine(folder, "added_tokens.json")))!.Select(token => new { id = token.Value, content = token.Key, special = true }),
            model = new { type = "BPE", vocab = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(Path.Combine(folder, "vocab.json"))), merges },
        };
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(whole));
    }
}
