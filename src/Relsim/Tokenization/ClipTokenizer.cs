using System.Collections.Concurrent;
using System.Text;

namespace Relsim.Tokenization;

/// <summary>How a text is cleaned before CLIP sees it.</summary>
public enum ClipCleaning
{
    /// <summary>As openai/CLIP does (clip/simple_tokenizer.py at d05afc4): ftfy, then HTML references unescaped twice.</summary>
    OpenAI,

    /// <summary>As Hugging Face's slow CLIPTokenizer does: ftfy alone, which leaves references where the text has a tag.</summary>
    HuggingFace,
}

/// <summary>
/// CLIP's byte-level BPE, lower case, with marks at the beginning and the end. Thread-safe.
/// </summary>
/// <remarks>
/// Our own rather than Microsoft.ML.Tokenizers 2.0.1, whose BpeTokenizer has neither the cleaning nor the added tokens inside a word's
/// pattern, and matches it over UTF-16 units: 66 of the 714 reference texts got other ids, some with plain quotes and ligatures.
/// </remarks>
public sealed class ClipTokenizer
{
    /// <summary>Ids that the published models take at most, marks included.</summary>
    public const int DefaultContextLength = 77;

    private const string EndOfWord = "</w>";
    private const string StartMark = "<|startoftext|>";
    private const string EndMark = "<|endoftext|>";
    private const int LongestCachedWord = 64;
    private const int MostCachedWords = 100_000;

    private readonly BytePairMerges _merges;
    private readonly int[] _byteIds;
    private readonly int[] _lastByteIds;
    private readonly ClipCleaning _cleaning;
    private readonly ConcurrentDictionary<string, int[]> _words = new(StringComparer.Ordinal);
    private int _cached;

    private ClipTokenizer(Dictionary<string, int> vocabulary, string path, BytePairMerges merges, ClipCleaning cleaning)
    {
        int Find(string token) => vocabulary.TryGetValue(token, out int id)
            ? id
            : throw new InvalidDataException($"{path}: there is no token '{token}'; the file is cut or not CLIP's.");

        _merges = merges;
        _cleaning = cleaning;
        _byteIds = [.. Enumerable.Range(0, 256).Select(value => Find(ByteAlphabet.Character((byte)value).ToString()))];
        _lastByteIds = [.. Enumerable.Range(0, 256).Select(value => Find(ByteAlphabet.Character((byte)value) + EndOfWord))];
        StartId = Find(StartMark);
        EndId = Find(EndMark);
        LargestId = vocabulary.Values.Max();
    }

    /// <summary>The id at the beginning of every text.</summary>
    public int StartId { get; }

    /// <summary>The id at the end of every text, where the model pools.</summary>
    public int EndId { get; }

    /// <summary>The largest id of any token; a model needs a row for it.</summary>
    public int LargestId { get; }

    /// <summary>Loads vocab.json and merges.txt.</summary>
    /// <exception cref="InvalidDataException">A file is missing or damaged; the message names it.</exception>
    public static ClipTokenizer Load(string folder, ClipCleaning cleaning = ClipCleaning.OpenAI)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(folder, "vocab.json");
        string merges = Path.Combine(folder, "merges.txt");
        Dictionary<string, int> vocabulary = TokenizerFiles.ReadJson(path, TokenizerFiles.Vocabulary);
        return new ClipTokenizer(vocabulary, path, BytePairMerges.Build(TokenizerFiles.Merges(merges), vocabulary, merges), cleaning);
    }

    /// <summary>The ids of a text between its two marks, unpadded; a longer one is cut and keeps its end mark.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="contextLength"/> has no room for the marks.</exception>
    public IReadOnlyList<int> Encode(string text, int contextLength = DefaultContextLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 2);
        List<int> ids = [StartId];
        ReadOnlySpan<char> rest = Clean(text);
        while (!rest.IsEmpty && ids.Count < contextLength)
        {
            if (CharacterKinds.At(rest, 0, out int units) is CharacterKind.Space or CharacterKind.Break)
            {
                rest = rest[units..];
                continue;
            }

            ReadOnlySpan<char> word = rest[..FirstWord(rest)];
            rest = rest[word.Length..];
            ids.AddRange(word switch
            {
                StartMark => [StartId],
                EndMark => [EndId],
                _ => WordIds(word),
            });
        }

        ids.Add(EndId);
        return ids.Count <= contextLength ? ids : [.. ids[..(contextLength - 1)], EndId];
    }

    private string Clean(string text)
    {
        text = CleanText.Fix(text);
        if (_cleaning == ClipCleaning.OpenAI)
        {
            text = HtmlEntities.Unescape(HtmlEntities.Unescape(text));
        }

        return LowerCase.Convert(text, finalSigma: true);
    }

    // The pattern of simple_tokenizer.py: marks, contractions, letters, one number, anything else but space.
    private static int FirstWord(ReadOnlySpan<char> text)
    {
        if (text.StartsWith(StartMark))
        {
            return StartMark.Length;
        }

        if (text.StartsWith(EndMark))
        {
            return EndMark.Length;
        }

        int contraction = CharacterKinds.Contraction(text);
        if (contraction > 0)
        {
            return contraction;
        }

        CharacterKind kind = CharacterKinds.At(text, 0, out int units);
        return kind == CharacterKind.Number ? units : CharacterKinds.EndOfRun(text, 0, kind);
    }

    private int[] WordIds(ReadOnlySpan<char> word)
    {
        ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> cache = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        if (cache.TryGetValue(word, out int[]? ids))
        {
            return ids;
        }

        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        int[] symbols = new int[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            symbols[i] = (i < bytes.Length - 1 ? _byteIds : _lastByteIds)[bytes[i]];
        }

        ids = symbols[.._merges.Apply(symbols)];
        if (word.Length <= LongestCachedWord && _cached < MostCachedWords && cache.TryAdd(word, ids))
        {
            Interlocked.Increment(ref _cached);
        }

        return ids;
    }
}
