using System.Globalization;
using System.Text;

namespace Relsim.Tokenization;

/// <summary>Lower case as Python's str.lower has it: Unicode's simple mapping, and the two special casings that bear no language.</summary>
internal static class LowerCase
{
    private const char DottedCapitalI = '\u0130';
    private const char CapitalSigma = '\u03A3';

    /// <summary>The text in lower case; <paramref name="finalSigma"/> writes a sigma that ends a word as such.</summary>
    public static string Convert(string text, bool finalSigma)
    {
        var lower = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        int position = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value == DottedCapitalI)
            {
                lower.Append("i\u0307");
            }
            else if (rune.Value == CapitalSigma && finalSigma && EndsWord(text, position))
            {
                lower.Append('\u03C2');
            }
            else
            {
                lower.Append(units[..Rune.ToLowerInvariant(rune).EncodeToUtf16(units)]);
            }

            position += rune.Utf16SequenceLength;
        }

        return lower.ToString();
    }

    // The condition Final_Sigma of the Unicode Standard, table 3-17.
    private static bool EndsWord(string text, int position)
    {
        int before = position;
        bool cased = false;
        while (before > 0)
        {
            Rune.DecodeLastFromUtf16(text.AsSpan(0, before), out Rune rune, out int units);
            before -= units;
            if (!IsIgnored(rune))
            {
                cased = IsCased(rune);
                break;
            }
        }

        int after = position + 1;
        while (cased && after < text.Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(after), out Rune rune, out int units);
            after += units;
            if (!IsIgnored(rune))
            {
                return !IsCased(rune);
            }
        }

        return cased;
    }

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsIgnored(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || rune.Value is '\'' or '.' or ':' or '\u00B7' or '\u0387' or '\u2018' or '\u2019' or '\u2024' or '\u2027';
}
