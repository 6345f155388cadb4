using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Relsim.Scenes.Captions;

/// <summary>Varies a caption's words so that a text tower meets more of them than were written. Immutable, thread-safe.</summary>
internal sealed partial class CaptionParaphraser
{
    private const int MostSwaps = 3;
    private const int FewestWordsKept = 5;

    // A role keeps its meaning under any of its names; roles must not share one.
    private static readonly string[][] PlaceholderNames =
    [
        ["Subject", "Thing", "Figure", "Form", "Motif"],
        ["Object", "Item", "Element", "Piece"],
        ["Container", "Vessel", "Enclosure", "Holder"],
        ["Background", "Setting", "Surroundings", "Backdrop"],
    ];

    private readonly FrozenDictionary<string, string[]> _groupOf;
    private readonly int _longestPhrase;

    /// <summary>Takes groups of phrases that can stand for each other; no phrase stands in two.</summary>
    public CaptionParaphraser(IReadOnlyList<string[]> groups)
    {
        _groupOf = groups
            .SelectMany(group => group.Select(phrase => KeyValuePair.Create(phrase, group)))
            .ToDictionary(StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _longestPhrase = _groupOf.Keys.Max(phrase => phrase.Split(' ').Length);
    }

    /// <summary>The caption in other words; never empty.</summary>
    public string Paraphrase(string caption, SceneRandom random)
    {
        string text = SwapPhrases(caption, random);
        text = random.Chance(.3f) ? RenamePlaceholder(text, random) : text;
        text = random.Chance(.05f) ? DropLastClause(text) : text;
        text = random.Chance(.15f) ? OrKeep(Articles().Replace(text, ""), text) : text;
        text = random.Chance(.1f) ? WithoutBraces(text) : text;
        return random.Chance(.2f) ? text.ToLowerInvariant() : text;
    }

    private string SwapPhrases(string text, SceneRandom random)
    {
        List<Range> phrases = FindPhrases(text);
        int swaps = Math.Min(random.Whole(0, MostSwaps), phrases.Count);
        // From the back, so that the places of earlier phrases stay true.
        foreach (Range phrase in random.Permutation(phrases.Count).Take(swaps).OrderDescending().Select(i => phrases[i]))
        {
            string old = text[phrase];
            string before = text[..phrase.Start];
            bool articleBefore = EnglishArticle.EndsWithOne(before);
            string[] others = [.. _groupOf[old].Where(other => !other.Equals(old, StringComparison.OrdinalIgnoreCase) && !(articleBefore && EnglishArticle.StartsWithOne(other)))];
            if (others.Length > 0)
            {
                string other = random.Pick(others);
                text = EnglishArticle.Agree(before, other) + other + text[phrase.End..];
            }
        }

        return text;
    }

    // Longest match first, left to right: "mirror image" must not become "mirror picture".
    private List<Range> FindPhrases(string text)
    {
        Match[] words = Words().Matches(text).ToArray();
        List<Range> found = [];
        for (int i = 0; i < words.Length; i++)
        {
            for (int count = Math.Min(_longestPhrase, words.Length - i); count > 0; count--)
            {
                Range range = words[i].Index..(words[i + count - 1].Index + words[i + count - 1].Length);
                if (_groupOf.ContainsKey(text[range]))
                {
                    found.Add(range);
                    i += count - 1;
                    break;
                }
            }
        }

        return found;
    }

    private static string RenamePlaceholder(string text, SceneRandom random)
    {
        string[][] roles = [.. PlaceholderNames.Where(names => text.Contains("{" + names[0], StringComparison.Ordinal))];
        if (roles.Length == 0)
        {
            return text;
        }

        string[] role = random.Pick(roles);
        return text.Replace("{" + role[0], "{" + role[random.Whole(1, role.Length - 1)], StringComparison.Ordinal);
    }

    private static string DropLastClause(string text)
    {
        int comma = text.LastIndexOf(',');
        return comma > 0 && Words().Count(text[..comma]) >= FewestWordsKept ? text[..comma] : text;
    }

    private static string WithoutBraces(string text) => Placeholders().Replace(text, match => match.Groups[1].Value.ToLowerInvariant());

    private static string OrKeep(string changed, string original) => string.IsNullOrWhiteSpace(changed) ? original : changed;

    [GeneratedRegex(@"\{[^}]*\}|[\p{L}\p{N}][\p{L}\p{N}'-]*")]
    private static partial Regex Words();

    // The letter of {Subject A} is no article.
    [GeneratedRegex(@"(?<![\w{-])(?:an?|the) (?![^{]*\})")]
    private static partial Regex Articles();

    [GeneratedRegex(@"\{([^}]*)\}")]
    private static partial Regex Placeholders();
}
