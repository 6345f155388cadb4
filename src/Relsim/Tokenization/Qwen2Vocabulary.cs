using System.Text.Json;

namespace Relsim.Tokenization;

/// <summary>What the files of a Qwen2 tokenizer hold, checked.</summary>
/// <param name="Source">The file of the vocabulary, for messages.</param>
/// <param name="Tokens">Ids of the tokens, added ones apart.</param>
/// <param name="Pairs">Merges in the order of their ranks.</param>
/// <param name="Added">The added tokens.</param>
internal sealed record Qwen2Vocabulary(
    string Source, IReadOnlyDictionary<string, int> Tokens, IReadOnlyList<(string Left, string Right)> Pairs, IReadOnlyList<AddedToken> Added)
{
    private const string VocabularyFile = "vocab.json";
    private const string MergesFile = "merges.txt";
    private const string AddedFile = "added_tokens.json";
    private const string ConfigFile = "tokenizer_config.json";
    private const string WholeFile = "tokenizer.json";

    /// <summary>Reads vocab.json, merges.txt and the added tokens, or tokenizer.json where the former are not there.</summary>
    /// <exception cref="InvalidDataException">A file is missing or damaged, or two disagree; the message names it.</exception>
    public static Qwen2Vocabulary Read(string folder)
    {
        string vocabulary = Path.Combine(folder, VocabularyFile);
        string merges = Path.Combine(folder, MergesFile);
        string whole = Path.Combine(folder, WholeFile);
        var added = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        if (File.Exists(vocabulary) && File.Exists(merges))
        {
            ReadAdded(folder, added);
            return new Qwen2Vocabulary(vocabulary, TokenizerFiles.ReadJson(vocabulary, TokenizerFiles.Vocabulary), TokenizerFiles.Merges(merges), [.. added.Values]);
        }

        if (!File.Exists(whole))
        {
            string missing = File.Exists(vocabulary) ? merges : vocabulary;
            throw new InvalidDataException($"{missing}: there is no such file; a tokenizer's folder holds {VocabularyFile} and {MergesFile}, or {WholeFile}.");
        }

        (IReadOnlyDictionary<string, int> tokens, IReadOnlyList<(string, string)> pairs) = TokenizerFiles.ReadJson(whole, root => ReadWhole(root, added));
        ReadAdded(folder, added);
        return new Qwen2Vocabulary(whole, tokens, pairs, [.. added.Values]);
    }

    private static (IReadOnlyDictionary<string, int> Tokens, IReadOnlyList<(string Left, string Right)> Pairs) ReadWhole(JsonElement root, Dictionary<string, AddedToken> added)
    {
        JsonElement model = root.GetProperty("model");
        string? type = model.GetProperty("type").GetString();
        if (type != "BPE")
        {
            throw new InvalidDataException($"its model is '{type}', not 'BPE'.");
        }

        foreach (JsonElement token in root.GetProperty("added_tokens").EnumerateArray())
        {
            Add(added, token.GetProperty("id").GetInt32(), token);
        }

        IEnumerable<(string, string)> pairs = model.GetProperty("merges").EnumerateArray()
            .Select(merge => Pair(merge) ?? throw new InvalidDataException($"the merge {merge.GetRawText()} is not two tokens."));
        return (TokenizerFiles.Vocabulary(model.GetProperty("vocab")), [.. pairs]);
    }

    // Older files write a merge as one string, newer ones as an array of two.
    private static (string Left, string Right)? Pair(JsonElement merge) => merge.ValueKind switch
    {
        JsonValueKind.String => TokenizerFiles.Pair(merge.GetString()!),
        JsonValueKind.Array when merge.GetArrayLength() == 2 && merge[0].GetString() is string left && merge[1].GetString() is string right => (left, right),
        _ => null,
    };

    // tokenizer_config.json says more of a token than added_tokens.json does, and some folders have one of the two alone.
    private static void ReadAdded(string folder, Dictionary<string, AddedToken> added)
    {
        string config = Path.Combine(folder, ConfigFile);
        if (File.Exists(config))
        {
            TokenizerFiles.ReadJson(config, root => ReadConfig(root, added));
        }

        string list = Path.Combine(folder, AddedFile);
        if (File.Exists(list))
        {
            TokenizerFiles.ReadJson(list, root => ReadList(root, added));
        }
    }

    private static int ReadConfig(JsonElement root, Dictionary<string, AddedToken> added)
    {
        if (root.TryGetProperty("tokenizer_class", out JsonElement type) && type.GetString() is not ("Qwen2Tokenizer" or "Qwen2TokenizerFast"))
        {
            throw new InvalidDataException($"it is of a '{type}', not of a 'Qwen2Tokenizer'.");
        }

        if (root.TryGetProperty("added_tokens_decoder", out JsonElement tokens))
        {
            foreach (JsonProperty token in tokens.EnumerateObject())
            {
                Add(added, int.Parse(token.Name, System.Globalization.CultureInfo.InvariantCulture), token.Value);
            }
        }

        return added.Count;
    }

    private static int ReadList(JsonElement root, Dictionary<string, AddedToken> added)
    {
        foreach ((string content, int id) in TokenizerFiles.Vocabulary(root))
        {
            Add(added, new AddedToken(id, content, IsSpecial: !added.TryGetValue(content, out AddedToken? known) || known.IsSpecial));
        }

        return added.Count;
    }

    private static void Add(Dictionary<string, AddedToken> added, int id, JsonElement token)
    {
        string content = token.GetProperty("content").GetString() ?? throw new InvalidDataException($"the added token {id} has no content.");
        foreach (string way in new[] { "lstrip", "rstrip", "single_word" })
        {
            if (token.TryGetProperty(way, out JsonElement value) && value.GetBoolean())
            {
                throw new InvalidDataException($"the added token '{content}' asks for {way}, which no Qwen2 tokenizer does.");
            }
        }

        Add(added, new AddedToken(id, content, token.TryGetProperty("special", out JsonElement special) && special.GetBoolean()));
    }

    private static void Add(Dictionary<string, AddedToken> added, AddedToken token)
    {
        TokenizerFiles.CheckedId(token.Id, token.Content);
        if (token.Content.Length == 0)
        {
            throw new InvalidDataException($"the added token {token.Id} is empty.");
        }

        if (added.TryGetValue(token.Content, out AddedToken? known) && known.Id != token.Id)
        {
            throw new InvalidDataException($"the added token '{token.Content}' has the id {token.Id} here and {known.Id} elsewhere.");
        }

        added[token.Content] = token;
    }
}
