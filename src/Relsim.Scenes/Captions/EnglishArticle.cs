using System.Text.RegularExpressions;

namespace Relsim.Scenes.Captions;

/// <summary>Chooses between "a" and "an".</summary>
internal static partial class EnglishArticle
{
    /// <summary>The text before a word, with an indefinite article at its end made to agree with that word.</summary>
    public static string Agree(string before, string word)
    {
        Match article = IndefiniteAtEnd().Match(before);
        return article.Success ? before[..article.Index] + (TakesAn(word) ? "an" : "a") + before[(article.Index + article.Length)..] : before;
    }

    /// <summary>Whether the text ends with an article, definite or not.</summary>
    public static bool EndsWithOne(string text) => AnyAtEnd().IsMatch(text);

    /// <summary>Whether the text starts with an article, definite or not.</summary>
    public static bool StartsWithOne(string text) => AnyAtStart().IsMatch(text);

    // By sound: "a unit", "a one-way street", "an x-ray", "an hour".
    private static bool TakesAn(string word) => SoundsLikeVowel().IsMatch(word);

    [GeneratedRegex(@"(?<![\w{-])an?(?=\s+$)")]
    private static partial Regex IndefiniteAtEnd();

    [GeneratedRegex(@"(?<![\w{-])(?:an?|the)\s+$")]
    private static partial Regex AnyAtEnd();

    [GeneratedRegex(@"^(?:an?|the)\s")]
    private static partial Regex AnyAtStart();

    [GeneratedRegex(@"^(?:[aei]|o(?!n(?:e|ce)\b)|u(?!n(?:i[^nm]|animous)|s[aeu]|ti)|x-|hour|honest|heir)", RegexOptions.IgnoreCase)]
    private static partial Regex SoundsLikeVowel();
}
