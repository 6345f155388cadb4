using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Relsim.Tokenization;

/// <summary>
/// Uncased WordPiece as Hugging Face's BertTokenizer has it (transformers 4.50, models/bert/tokenization_bert.py): lower case, accents
/// stripped, signs and Chinese characters apart, the longest piece first. Thread-safe.
/// </summary>
/// <remarks>
/// Our own rather than Microsoft.ML.Tokenizers 2.0.1, whose BertTokenizer gave other ids on 127 of the 714 reference texts: line breaks and
/// tabs, runs of signs, accents (which it strips with string.Normalize, without effect under invariant globalisation), added tokens in the text.
/// </remarks>
public sealed class BertTokenizer
{
    private const int LongestWord = 100;
    private const string Continuation = "##";

    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private readonly Dictionary<string, int> _pieces;
    private readonly Dictionary<string, int> _continuations;
    private readonly AddedTokens _added;
    private readonly int _unknownId;

    private BertTokenizer(Dictionary<string, int> vocabulary, string path)
    {
        int Find(string token) => vocabulary.TryGetValue(token, out int id)
            ? id
            : throw new InvalidDataException($"{path}: there is no token '{token}'; the file is cut or not a BERT vocabulary.");

        _pieces = vocabulary;
        _continuations = vocabulary.Where(token => token.Key.StartsWith(Continuation, StringComparison.Ordinal) && token.Key.Length > Continuation.Length)
            .ToDictionary(token => token.Key[Continuation.Length..], token => token.Value, StringComparer.Ordinal);
        PadId = Find("[PAD]");
        ClsId = Find("[CLS]");
        SepId = Find("[SEP]");
        _unknownId = Find("[UNK]");
        _added = new AddedTokens(Special.Select(token => new AddedToken(Find(token), token, IsSpecial: true)));
    }

    /// <summary>Tokens of the vocabulary.</summary>
    public int Count => _pieces.Count;

    /// <summary>The id that pads a batch.</summary>
    public int PadId { get; }

    /// <summary>The id before every text.</summary>
    public int ClsId { get; }

    /// <summary>The id after every text.</summary>
    public int SepId { get; }

    /// <summary>Loads vocab.txt, and checks tokenizer_config.json where there is one.</summary>
    /// <exception cref="InvalidDataException">A file is missing or damaged, a token is there twice, or the tokenizer is not uncased; the message names the file.</exception>
    public static BertTokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string config = Path.Combine(folder, "tokenizer_config.json");
        if (File.Exists(config))
        {
            TokenizerFiles.ReadJson(config, CheckConfig);
        }

        string path = Path.Combine(folder, "vocab.txt");
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string token in TokenizerFiles.Lines(path))
        {
            if (!vocabulary.TryAdd(token, vocabulary.Count))
            {
                throw new InvalidDataException($"{path}: line {vocabulary.Count + 1}, the token '{token}' is there twice (first in line {vocabulary[token] + 1}). Copy the file again from the model's repository.");
            }
        }

        return new BertTokenizer(vocabulary, path);
    }

    /// <summary>The ids of a text between [CLS] and [SEP]; a longer one is cut to <paramref name="maxLength"/> and keeps both.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxLength"/> has no room for the two.</exception>
    public IReadOnlyList<int> Encode(string text, int maxLength = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 2);
        List<int> ids = [ClsId];
        int start = 0;
        while (_added.Next(text, start) is (int position, AddedToken token))
        {
            AddWords(text[start..position], ids);
            ids.Add(token.Id);
            start = position + token.Content.Length;
        }

        AddWords(text[start..], ids);
        if (ids.Count > maxLength - 1)
        {
            ids.RemoveRange(maxLength - 1, ids.Count - (maxLength - 1));
        }

        ids.Add(SepId);
        return ids;
    }

    private static int CheckConfig(JsonElement root)
    {
        foreach (string setting in new[] { "do_lower_case", "strip_accents", "tokenize_chinese_chars" })
        {
            if (root.TryGetProperty(setting, out JsonElement value) && value.ValueKind == JsonValueKind.False)
            {
                throw new InvalidDataException($"{setting} is false; only uncased BERT tokenizers are read.");
            }
        }

        return 0;
    }

    private void AddWords(string text, List<int> ids)
    {
        // Lower case before form C and again after form D, each character by itself: the reference's order.
        string clean = UnicodeNormalization.ToNfc(Clean(LowerCase.Convert(text, finalSigma: false)));
        string plain = UnicodeNormalization.ToNfd(LowerCase.Convert(clean, finalSigma: false));
        var word = new StringBuilder();
        foreach (Rune rune in plain.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (category == UnicodeCategory.NonSpacingMark)
            {
                continue;
            }

            bool sign = IsSign(rune, category);
            if (sign || Rune.IsWhiteSpace(rune))
            {
                Flush();
            }

            if (!Rune.IsWhiteSpace(rune))
            {
                word.Append(rune.ToString());
            }

            if (sign)
            {
                Flush();
            }
        }

        Flush();

        void Flush()
        {
            if (word.Length > 0)
            {
                AddPieces(word.ToString(), ids);
                word.Clear();
            }
        }
    }

    private void AddPieces(string word, List<int> ids)
    {
        int first = ids.Count;
        int start = 0;
        if (word.Length > LongestWord && word.EnumerateRunes().Count() > LongestWord)
        {
            ids.Add(_unknownId);
            return;
        }

        while (start < word.Length)
        {
            Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> pieces =
                (start == 0 ? _pieces : _continuations).GetAlternateLookup<ReadOnlySpan<char>>();
            int end = word.Length;
            int id = 0;
            while (end > start && !pieces.TryGetValue(word.AsSpan(start, end - start), out id))
            {
                end--;
            }

            if (end == start)
            {
                ids.RemoveRange(first, ids.Count - first);
                ids.Add(_unknownId);
                return;
            }

            ids.Add(id);
            start = end;
        }
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (rune.Value is '\t' or '\n' or '\r' || category == UnicodeCategory.SpaceSeparator)
            {
                clean.Append(' ');
            }
            else if (IsChinese(rune.Value))
            {
                clean.Append(' ').Append(rune.ToString()).Append(' ');
            }
            else if (rune.Value != 0xFFFD && category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }

    private static bool IsSign(Rune rune, UnicodeCategory category) =>
        (rune.IsAscii && rune.Value > ' ' && rune.Value < 0x7F && !Rune.IsLetterOrDigit(rune))
        || category is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
            or UnicodeCategory.OtherPunctuation;

    // The ranges that the reference calls Chinese: the unified ideographs, and neither kana nor hangul.
    private static bool IsChinese(int point) => point
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
