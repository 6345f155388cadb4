using System.Text;

namespace Relsim.Tokenization;

/// <summary>
/// Words as bags of hashed character n-grams (Bojanowski et al. 2017, "Enriching word vectors with subword information"):
/// any text has ids, no vocabulary is closed, and words that share a stem share ids. Placeholders such as {Subject A}
/// become a marker word followed by the words inside. Thread-safe.
/// </summary>
public sealed class HashedWordTokenizer
{
    private const int ShortestGram = 3;
    private const int LongestGram = 5;
    private const int LongestWord = 40;

    private readonly int _buckets;

    /// <summary>Hashes into ids 0 .. <paramref name="buckets"/> - 1.</summary>
    public HashedWordTokenizer(int buckets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, 2);
        _buckets = buckets;
    }

    /// <summary>The words of a text, lower-case, at most <paramref name="limit"/>: letters and digits, and "{}" before a placeholder.</summary>
    public static IReadOnlyList<string> Words(string text, int limit)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (char c in text.Normalize(NormalizationForm.FormKC))
        {
            if (char.IsLetterOrDigit(c))
            {
                if (word.Length < LongestWord)
                {
                    word.Append(char.ToLowerInvariant(c));
                }

                continue;
            }

            Flush();
            if (c == '{')
            {
                words.Add("{}");
            }
        }

        Flush();
        return words.Count > limit ? words[..limit] : words;

        void Flush()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>The ids of one word: the word itself, then its n-grams of 3 to 5 characters with boundary marks.</summary>
    public IReadOnlyList<int> Ids(string word)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        string marked = $"<{word}>";
        var ids = new List<int> { Hash(marked) };
        for (int length = ShortestGram; length <= LongestGram; length++)
        {
            for (int start = 0; start + length <= marked.Length; start++)
            {
                if (length < marked.Length)
                {
                    ids.Add(Hash(marked.AsSpan(start, length)));
                }
            }
        }

        return ids;
    }

    // FNV-1a over UTF-16 units: stable across runs and machines, unlike string.GetHashCode.
    private int Hash(ReadOnlySpan<char> text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
        {
            hash = (hash ^ (byte)c) * 16777619;
            hash = (hash ^ (byte)(c >> 8)) * 16777619;
        }

        return (int)(hash % (uint)_buckets);
    }
}
