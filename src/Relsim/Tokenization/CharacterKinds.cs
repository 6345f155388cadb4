using System.Globalization;
using System.Text;

namespace Relsim.Tokenization;

/// <summary>What the patterns of byte-level BPE tell apart.</summary>
internal enum CharacterKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>General category L.</summary>
    Letter,

    /// <summary>General category N.</summary>
    Number,

    /// <summary>White space but for the two breaks.</summary>
    Space,

    /// <summary>Carriage return or line feed.</summary>
    Break,
}

/// <summary>
/// The kinds of whole code points. The runtime's regular expressions see the halves of a surrogate pair, which are no letters; a letter
/// beyond U+FFFF is one.
/// </summary>
internal static class CharacterKinds
{
    /// <summary>The kind of the code point at <paramref name="position"/> and how many units it takes.</summary>
    public static CharacterKind At(ReadOnlySpan<char> text, int position, out int units)
    {
        char c = text[position];
        units = 1;
        if (char.IsAscii(c))
        {
            return c is '\r' or '\n' ? CharacterKind.Break
                : char.IsAsciiLetter(c) ? CharacterKind.Letter
                : char.IsAsciiDigit(c) ? CharacterKind.Number
                : char.IsWhiteSpace(c) ? CharacterKind.Space
                : CharacterKind.Other;
        }

        Rune.DecodeFromUtf16(text[position..], out Rune rune, out units);
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => CharacterKind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterKind.Number,
            _ => Rune.IsWhiteSpace(rune) ? CharacterKind.Space : CharacterKind.Other,
        };
    }

    /// <summary>Where the run of <paramref name="kind"/> from <paramref name="start"/> on ends.</summary>
    public static int EndOfRun(ReadOnlySpan<char> text, int start, CharacterKind kind)
    {
        while (start < text.Length && At(text, start, out int units) == kind)
        {
            start += units;
        }

        return start;
    }

    /// <summary>
    /// Units of an English contraction at the start ('s 't 're 've 'm 'll 'd) in either case, or 0. The long s folds to an s, as it does in
    /// the reference's pattern.
    /// </summary>
    public static int Contraction(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '\'')
        {
            return 0;
        }

        char first = char.ToLowerInvariant(text[1]);
        if (first is 's' or '\u017F' or 't' or 'm' or 'd')
        {
            return 2;
        }

        char second = text.Length > 2 ? char.ToLowerInvariant(text[2]) : '\0';
        return (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }
}
