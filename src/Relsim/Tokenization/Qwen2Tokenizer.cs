using System.Collections.Concurrent;
using System.Text;

namespace Relsim.Tokenization;

/// <summary>
/// Byte-level BPE as Hugging Face's Qwen2Tokenizer has it (transformers 4.50, models/qwen2/tokenization_qwen2.py): NFC, added tokens split
/// out, words by pattern, bytes merged. Text has ids whatever it holds; an unpaired surrogate counts as U+FFFD. Thread-safe.
/// </summary>
/// <remarks>
/// Our own rather than Microsoft.ML.Tokenizers 2.0.1, whose BpeTokenizer gives other ids where a letter lies beyond U+FFFF (its pattern is
/// matched over UTF-16 units) and where NFC changes the text (string.Normalize does nothing under invariant globalisation): 8 of the 714
/// reference texts.
/// </remarks>
public sealed class Qwen2Tokenizer
{
    private const int LongestCachedWord = 64;
    private const int MostCachedWords = 100_000;

    private readonly Bpe _bpe;
    private readonly AddedTokens _added;
    private readonly Dictionary<int, AddedToken> _addedById;

    private Qwen2Tokenizer(Bpe bpe, IReadOnlyList<AddedToken> added)
    {
        _bpe = bpe;
        _added = new AddedTokens(added);
        _addedById = added.ToDictionary(token => token.Id);
        Count = bpe.Tokens.Count + added.Count(token => !bpe.Tokens.ContainsKey(token.Content));
    }

    /// <summary>Tokens of the vocabulary and added ones together; Python's len(tokenizer). A model's vocabulary may be larger.</summary>
    public int Count { get; }

    /// <summary>
    /// Loads vocab.json and merges.txt with the added tokens of tokenizer_config.json or added_tokens.json, or tokenizer.json alone.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is missing, damaged, of another kind of tokenizer, or contradicts another; the message names it.</exception>
    public static Qwen2Tokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Qwen2Vocabulary vocabulary = Qwen2Vocabulary.Read(folder);
        var ids = new Dictionary<int, string>();
        foreach ((string content, int id) in vocabulary.Tokens.Concat(vocabulary.Added.Select(token => KeyValuePair.Create(token.Content, token.Id))))
        {
            if (!ids.TryAdd(id, content) && ids[id] != content)
            {
                throw new InvalidDataException($"{vocabulary.Source}: '{ids[id]}' and '{content}' have the same id {id}; the folder mixes files of different tokenizers.");
            }
        }

        return new Qwen2Tokenizer(Bpe.Build(vocabulary), vocabulary.Added);
    }

    /// <summary>The ids of a text, without marks of its beginning or end. Added tokens in the text become their ids.</summary>
    public IReadOnlyList<int> Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = UnicodeNormalization.ToNfc(text);
        var ids = new List<int>();
        int start = 0;
        while (_added.Next(text, start) is (int position, AddedToken token))
        {
            _bpe.Encode(text.AsSpan(start, position - start), ids);
            ids.Add(token.Id);
            start = position + token.Content.Length;
        }

        _bpe.Encode(text.AsSpan(start), ids);
        return ids;
    }

    /// <summary>
    /// The text of ids. Bytes that are no UTF-8 become U+FFFD; an id without a token (a model's padding rows) is left out, and so are special
    /// tokens where <paramref name="skipSpecialTokens"/> says so.
    /// </summary>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var bytes = new List<byte>();
        foreach (int id in ids)
        {
            bytes.AddRange(Bytes(id, skipSpecialTokens));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>A decoder of ids that come one by one.</summary>
    public TokenTextDecoder CreateDecoder(bool skipSpecialTokens = false) => new(this, skipSpecialTokens);

    /// <summary>The id of an added token or, in the alphabet of its file, of one in the vocabulary; null where there is none.</summary>
    public int? FindToken(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _added.All.FirstOrDefault(known => known.Content == token)?.Id ?? (_bpe.Tokens.TryGetValue(token, out int id) ? id : null);
    }

    /// <summary>
    /// A tokenizer that splits out <paramref name="token"/> too, as a special token with the id <see cref="Count"/>, or with its own where the
    /// vocabulary has it; this one where it is an added token already. This one does not change.
    /// </summary>
    public Qwen2Tokenizer WithToken(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        if (_added.All.Any(known => known.Content == token))
        {
            return this;
        }

        int id = _bpe.Tokens.TryGetValue(token, out int own) ? own : Count;
        return id == Count && (_addedById.ContainsKey(id) || _bpe.Bytes(id) is not null)
            ? throw new InvalidOperationException($"'{token}' cannot be added: the id {id} is taken, as the vocabulary's ids have gaps.")
            : new Qwen2Tokenizer(_bpe, [.. _added.All, new AddedToken(id, token, IsSpecial: true)]);
    }

    /// <summary>The bytes that an id adds to a text.</summary>
    internal byte[] Bytes(int id, bool skipSpecialTokens) => !_addedById.TryGetValue(id, out AddedToken? token)
        ? _bpe.Bytes(id) ?? []
        : token.IsSpecial && skipSpecialTokens ? [] : Encoding.UTF8.GetBytes(token.Content);

    /// <summary>Everything but the added tokens, which several tokenizers share.</summary>
    private sealed class Bpe
    {
        private readonly BytePairMerges _merges;
        private readonly int[] _byteIds;
        private readonly Dictionary<int, byte[]> _bytes;
        private readonly ConcurrentDictionary<string, int[]> _words = new(StringComparer.Ordinal);
        private int _cached;

        private Bpe(IReadOnlyDictionary<string, int> tokens, BytePairMerges merges, int[] byteIds, Dictionary<int, byte[]> bytes)
        {
            Tokens = tokens;
            _merges = merges;
            _byteIds = byteIds;
            _bytes = bytes;
        }

        public IReadOnlyDictionary<string, int> Tokens { get; }

        public static Bpe Build(Qwen2Vocabulary vocabulary)
        {
            var bytes = new Dictionary<int, byte[]>(vocabulary.Tokens.Count);
            HashSet<string> added = [.. vocabulary.Added.Select(token => token.Content)];
            foreach ((string token, int id) in vocabulary.Tokens.Where(token => !added.Contains(token.Key)))
            {
                bytes[id] = ByteAlphabet.Decode(token)
                    ?? throw new InvalidDataException($"{vocabulary.Source}: the token '{token}' is not in the alphabet of byte-level BPE.");
            }

            int[] byteIds = new int[256];
            for (int value = 0; value < byteIds.Length; value++)
            {
                string symbol = ByteAlphabet.Character((byte)value).ToString();
                byteIds[value] = vocabulary.Tokens.TryGetValue(symbol, out int id)
                    ? id
                    : throw new InvalidDataException($"{vocabulary.Source}: there is no token for the byte {value}; the file is cut or of another tokenizer.");
            }

            return new Bpe(vocabulary.Tokens, BytePairMerges.Build(vocabulary.Pairs, vocabulary.Tokens, vocabulary.Source), byteIds, bytes);
        }

        public byte[]? Bytes(int id) => _bytes.GetValueOrDefault(id);

        public void Encode(ReadOnlySpan<char> text, List<int> ids)
        {
            ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> cache = _words.GetAlternateLookup<ReadOnlySpan<char>>();
            while (!text.IsEmpty)
            {
                ReadOnlySpan<char> word = text[..Qwen2Words.FirstWord(text)];
                text = text[word.Length..];
                if (!cache.TryGetValue(word, out int[]? tokens))
                {
                    tokens = EncodeWord(word);
                    if (word.Length <= LongestCachedWord && _cached < MostCachedWords && cache.TryAdd(word, tokens))
                    {
                        Interlocked.Increment(ref _cached);
                    }
                }

                ids.AddRange(tokens);
            }
        }

        private int[] EncodeWord(ReadOnlySpan<char> word)
        {
            byte[] bytes = new byte[Encoding.UTF8.GetByteCount(word)];
            Encoding.UTF8.GetBytes(word, bytes);
            int[] symbols = new int[bytes.Length];
            for (int i = 0; i < bytes.Length; i++)
            {
                symbols[i] = _byteIds[bytes[i]];
            }

            return symbols[.._merges.Apply(symbols)];
        }
    }
}
