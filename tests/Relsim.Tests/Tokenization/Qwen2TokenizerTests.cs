using System.Text.Json.Nodes;
using CsCheck;
using Relsim.Tokenization;

namespace Relsim.Tests.Tokenization;

public class Qwen2TokenizerTests
{
    private static readonly string[] Merges = ["a b", "ab c", "b c", "\u0120 a", "a a", "aa aa", "c ab"];

    private static readonly string[] Parts =
    [
        "a", "b", "c", "ab", "caf\u00E9", "e\u0301", "'s", "'\u017F", "\r\n", "\n", "  ", "\t", "7", "\u0663", "!?", "<|im_end|>", "<|im_end|>!", "<|im_", "\U0001D4B3", "\U0001F600", "\u4F60", "\u3000",
    ];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Int[0, Parts.Length - 1].Select(i => Parts[i]),
        Gen.Char[(char)0, (char)0xD7FF].Select(c => c.ToString())).Array[0, 30].Select(parts => string.Concat(parts));

    [Fact]
    public void Decode_OfWhatEncodeGives_IsTheTextInFormC()
    {
        using TemporaryTokenizer folder = TemporaryTokenizer.Qwen2(Merges);
        Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder.FullName);
        Texts.Sample(text => tokenizer.Decode(tokenizer.Encode(text)) == UnicodeNormalization.ToNfc(text));
    }

    [Fact]
    public void Encode_AnyWord_MergesAsTheDefinitionDoes()
    {
        using TemporaryTokenizer folder = TemporaryTokenizer.Qwen2(Merges);
        Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder.FullName);
        Gen.Char['a', 'c'].Array[1, 40].Select(letters => new string(letters)).Sample(word =>
            tokenizer.Encode(word).SequenceEqual(MergedBySearch(word).Select(token => tokenizer.FindToken(token)!.Value)));
    }

    [Fact]
    public void Encode_AVeryLongWord_Ends()
    {
        using TemporaryTokenizer folder = TemporaryTokenizer.Qwen2(Merges);
        Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder.FullName);
        Assert.Equal(1 << 15, tokenizer.Encode(new string('a', 1 << 17)).Count);
    }

    [Fact]
    public void Encode_TwoAddedTokensWithOneBeginning_TakesTheLonger()
    {
        using TemporaryTokenizer folder = TemporaryTokenizer.Qwen2(Merges);
        Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder.FullName);
        Assert.Equal([tokenizer.FindToken("<|im_end|>!")!.Value, tokenizer.FindToken("!")!.Value, tokenizer.FindToken("<|im_end|>")!.Value], tokenizer.Encode("<|im_end|>!!<|im_end|>"));
    }

    [Fact]
    public void WithToken_ANewToken_GetsTheNextIdAndLeavesTheOriginalAlone()
    {
        using TemporaryTokenizer folder = TemporaryTokenizer.Qwen2(Merges);
        Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder.FullName);
        Qwen2Tokenizer query = tokenizer.WithToken(SpecialTokens.Query);
        Assert.Equal(tokenizer.Count, query.FindToken(SpecialTokens.Query));
        Assert.Equal(tokenizer.Count + 1, query.Count);
        Assert.Equal([tokenizer.Count], query.Encode(SpecialTokens.Query));
        Assert.Null(tokenizer.FindToken(SpecialTokens.Query));
        Assert.Same(query, query.WithToken(SpecialTokens.Query));
        Assert.Equal(query.FindToken("abc"), query.WithToken("abc").Encode("abc")[0]);
        Assert.Equal(query.Count, query.WithToken("abc").Count);
    }

    [Fact]
    public void Decode_SpecialAndUnknownIds_AreLeftOutWhereAsked()
    {
        using TemporaryTokenizer folder = TemporaryTokenizer.Qwen2(Merges);
        Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder.FullName);
        int[] ids = [.. tokenizer.Encode("ab<|im_end|>"), tokenizer.Count + 5];
        Assert.Equal("ab<|im_end|>", tokenizer.Decode(ids));
        Assert.Equal("ab", tokenizer.Decode(ids, skipSpecialTokens: true));
    }

    [Fact]
    public void TokenTextDecoder_AnyIds_GivesWhatDecodeGives()
    {
        using TemporaryTokenizer folder = TemporaryTokenizer.Qwen2(Merges);
        Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder.FullName);
        Gen.Int[0, tokenizer.Count].Array[0, 40].Sample(ids =>
        {
            TokenTextDecoder decoder = tokenizer.CreateDecoder();
            return string.Concat(ids.Select(decoder.Append)) + decoder.Flush() == tokenizer.Decode(ids);
        });
    }

    [Fact]
    public void TokenTextDecoder_ACharacterInFourBytes_ComesWithItsLast()
    {
        using TemporaryTokenizer folder = TemporaryTokenizer.Qwen2(Merges);
        Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder.FullName);
        IReadOnlyList<int> ids = tokenizer.Encode("\U0001F600");
        TokenTextDecoder decoder = tokenizer.CreateDecoder();
        Assert.Equal(["", "", "", "\U0001F600"], ids.Select(decoder.Append));
        Assert.Equal("", decoder.Append(ids[0]));
        Assert.Equal("\uFFFD", decoder.Flush());
    }

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void Load_AFileIsMissing_SaysWhich(string name)
    {
        using TemporaryTokenizer folder = TemporaryTokenizer.Qwen2(Merges);
        File.Delete(folder.File(name));
        AssertRefused(folder, folder.File(name), "no such file");
    }

    [Theory]
    [InlineData("vocab.json", "{", "vocab.json")]
    [InlineData("vocab.json", "[]", "not a JSON object")]
    [InlineData("vocab.json", """{ "a": 0, "a": 1 }""", "twice")]
    [InlineData("vocab.json", """{ "a": 0, "b": 0 }""", "same id 0")]
    [InlineData("vocab.json", """{ "a": -1 }""", "-1")]
    [InlineData("vocab.json", """{ "a": 2000000000 }""", "2000000000")]
    [InlineData("vocab.json", """{ "a": "b" }""", "vocab.json")]
    [InlineData("vocab.json", """{ "a": 0 }""", "byte 0")]
    [InlineData("vocab.json", """{ "\u4F60": 0 }""", "alphabet")]
    [InlineData("merges.txt", "a b c", "two tokens")]
    [InlineData("merges.txt", "z z", "merge 0")]
    [InlineData("added_tokens.json", """{ "<|x|>": 3 }""", "same id 3")]
    [InlineData("added_tokens.json", """{ "": 300 }""", "empty")]
    [InlineData("tokenizer_config.json", """{ "tokenizer_class": "LlamaTokenizer" }""", "LlamaTokenizer")]
    [InlineData("tokenizer_config.json", """{ "added_tokens_decoder": { "300": { "content": "<x>", "lstrip": true } } }""", "lstrip")]
    [InlineData("tokenizer_config.json", """{ "added_tokens_decoder": { "300": { "content": "<|im_end|>" } } }""", "elsewhere")]
    [InlineData("tokenizer_config.json", """{ "added_tokens_decoder": { "three": { "content": "<x>" } } }""", "tokenizer_config.json")]
    public void Load_ADamagedFile_NamesItAndTheFault(string name, string text, string fault)
    {
        using TemporaryTokenizer folder = TemporaryTokenizer.Qwen2(Merges);
        File.WriteAllText(folder.File(name), text);
        AssertRefused(folder, folder.FullName, fault);
    }

    [Theory]
    [InlineData("""{ "model": { "type": "WordPiece" } }""", "WordPiece")]
    [InlineData("""{ "added_tokens": [] }""", "tokenizer.json")]
    [InlineData("""{ "added_tokens": [], "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [ "a" ] } }""", "two tokens")]
    [InlineData("""{ "added_tokens": [], "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [ 1 ] } }""", "two tokens")]
    [InlineData("""{ "added_tokens": [], "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [ [ "a", null ] ] } }""", "two tokens")]
    public void Load_ADamagedTokenizerJson_NamesItAndTheFault(string text, string fault)
    {
        using var folder = new TemporaryTokenizer();
        File.WriteAllText(folder.File("tokenizer.json"), text);
        AssertRefused(folder, folder.File("tokenizer.json"), fault);
    }

    [Fact]
    public void Load_OfClipAndBert_NameTheFileThatIsMissingOrDamaged()
    {
        using var folder = new TemporaryTokenizer();
        Assert.Contains("vocab.json", Assert.Throws<InvalidDataException>(() => ClipTokenizer.Load(folder.FullName)).Message, StringComparison.Ordinal);
        Assert.Contains("vocab.txt", Assert.Throws<InvalidDataException>(() => BertTokenizer.Load(folder.FullName)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("vocab.txt"), "[PAD]\n[UNK]\n[UNK]\n");
        Assert.Contains("line 3", Assert.Throws<InvalidDataException>(() => BertTokenizer.Load(folder.FullName)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("vocab.txt"), "[PAD]\n[UNK]\n");
        Assert.Contains("[CLS]", Assert.Throws<InvalidDataException>(() => BertTokenizer.Load(folder.FullName)).Message, StringComparison.Ordinal);
        folder.Write("tokenizer_config.json", new JsonObject { ["do_lower_case"] = false });
        Assert.Contains("do_lower_case", Assert.Throws<InvalidDataException>(() => BertTokenizer.Load(folder.FullName)).Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(TemporaryTokenizer folder, string path, string fault)
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Qwen2Tokenizer.Load(folder.FullName));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
    }

    // The definition, slowly: the pair of the lowest rank, everywhere from the left, until no pair is a merge.
    private static List<string> MergedBySearch(string word)
    {
        List<string> symbols = [.. word.Select(c => c.ToString())];
        while (Merges.FirstOrDefault(merge => symbols.Zip(symbols.Skip(1), (left, right) => $"{left} {right}").Contains(merge)) is string best)
        {
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                if ($"{symbols[i]} {symbols[i + 1]}" == best)
                {
                    symbols[i] += symbols[i + 1];
                    symbols.RemoveAt(i + 1);
                }
            }
        }

        return symbols;
    }
}
