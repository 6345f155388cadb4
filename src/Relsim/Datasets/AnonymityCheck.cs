using System.Text.RegularExpressions;

namespace Relsim.Datasets;

/// <summary>What keeps a caption from being anonymous.</summary>
public enum AnonymityProblem
{
    /// <summary>There is no text.</summary>
    Empty,

    /// <summary>No placeholder such as {Subject} stands in it.</summary>
    NoPlaceholder,

    /// <summary>A brace is open, closed twice, or holds nothing.</summary>
    BrokenPlaceholder,

    /// <summary>A concrete noun stands outside a placeholder.</summary>
    LeakedNoun,
}

/// <summary>One reason why a caption is not anonymous.</summary>
/// <param name="Problem">The kind of fault.</param>
/// <param name="Text">The word or piece of text that is at fault, as written.</param>
public sealed record AnonymityFinding(AnonymityProblem Problem, string Text);

/// <summary>
/// Tells whether a caption is anonymous: it has placeholders in braces, and names no concrete thing outside them. A placeholder may be as
/// specific as the published captions have it ({Cat}); the list of nouns is the one in <c>concrete-nouns.txt</c>, which a user can extend.
/// Thread-safe.
/// </summary>
public sealed partial class AnonymityCheck
{
    private const string Resource = "Relsim.Datasets.concrete-nouns.txt";
    private static readonly Lazy<AnonymityCheck> LazyDefault = new(() =>
    {
        using Stream stream = typeof(AnonymityCheck).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return new AnonymityCheck(Words(reader.ReadToEnd().Split('\n')));
    });

    private readonly HashSet<string> _nouns;
    private readonly int _longest;

    private AnonymityCheck(IEnumerable<string> nouns)
    {
        _nouns = [.. nouns];
        _longest = _nouns.Select(noun => noun.Count(c => c == ' ') + 1).DefaultIfEmpty(1).Max();
    }

    /// <summary>The check with the nouns that ship with the program.</summary>
    public static AnonymityCheck Default => LazyDefault.Value;

    /// <summary>Nouns that the check knows.</summary>
    public int NounCount => _nouns.Count;

    /// <summary>
    /// This check with the words of a file: nouns to add, singular, separated by spaces or lines; a hyphen joins the words of one noun; a word
    /// that begins with '-' is taken off the list; what follows '#' is a remark.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public AnonymityCheck WithFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string[] words = [.. Words(File.ReadLines(path))];
        IEnumerable<string> removed = words.Where(word => word[0] == '-').Select(word => word[1..]);
        return new AnonymityCheck(_nouns.Concat(words.Where(word => word[0] != '-')).Except(removed));
    }

    /// <summary>What is wrong with a caption, in the order in which it stands there; empty where it is anonymous.</summary>
    public IReadOnlyList<AnonymityFinding> Inspect(string caption)
    {
        ArgumentNullException.ThrowIfNull(caption);
        if (string.IsNullOrWhiteSpace(caption))
        {
            return [new AnonymityFinding(AnonymityProblem.Empty, "")];
        }

        var findings = new List<AnonymityFinding>();
        string open = Placeholder().Replace(caption, match => new string('\n', match.Length)); // of equal length, and no word crosses it
        if (open == caption)
        {
            findings.Add(new AnonymityFinding(AnonymityProblem.NoPlaceholder, caption));
        }

        foreach (Match brace in Brace().Matches(open))
        {
            findings.Add(new AnonymityFinding(AnonymityProblem.BrokenPlaceholder, Around(caption, brace.Index)));
        }

        foreach (string phrase in open.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            findings.AddRange(Leaks(phrase));
        }

        return findings;
    }

    private IEnumerable<AnonymityFinding> Leaks(string phrase)
    {
        string[] words = [.. Word().Matches(phrase).Select(match => match.Value)];
        for (int i = 0; i < words.Length; i++)
        {
            for (int length = Math.Min(_longest, words.Length - i); length > 0; length--)
            {
                string text = string.Join(' ', words, i, length);
                if (Singulars(text.ToLowerInvariant()).Any(_nouns.Contains))
                {
                    yield return new AnonymityFinding(AnonymityProblem.LeakedNoun, text);
                    i += length - 1;
                    break;
                }
            }
        }
    }

    /// <summary>A word as it is, and what it may be the regular plural or the possessive of.</summary>
    private static IEnumerable<string> Singulars(string word)
    {
        string stem = word.EndsWith("'s", StringComparison.Ordinal) || word.EndsWith("’s", StringComparison.Ordinal) ? word[..^2] : word;
        yield return stem;
        if (stem.EndsWith('s') && stem.Length > 3)
        {
            yield return stem[..^1];
            if (stem.EndsWith("es", StringComparison.Ordinal))
            {
                yield return stem[..^2];
            }

            if (stem.EndsWith("ies", StringComparison.Ordinal))
            {
                yield return stem[..^3] + "y";
            }
        }
    }

    private static IEnumerable<string> Words(IEnumerable<string> lines) => lines
        .SelectMany(line => line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Where(word => word != "-")
        .Select(word => word[..1] + word[1..].Replace('-', ' '))
        .Select(word => word.ToLowerInvariant());

    private static string Around(string caption, int index)
    {
        int start = Math.Max(0, index - 8);
        return caption[start..Math.Min(caption.Length, index + 9)];
    }

    [GeneratedRegex(@"\{\s*[^{}\s][^{}]*\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("[{}]")]
    private static partial Regex Brace();

    [GeneratedRegex(@"\p{L}[\p{L}\p{M}'’]*")]
    private static partial Regex Word();
}
