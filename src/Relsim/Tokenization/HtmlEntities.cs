using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Relsim.Tokenization;

/// <summary>
/// Character references as the HTML 5 standard reads them, Python's html.unescape: the semicolon may be missing, and numbers that mean
/// windows-1252 become what was meant. Names are those of HTML 4; the two thousand that HTML 5 added stay as they are.
/// </summary>
internal static partial class HtmlEntities
{
    /// <summary>What windows-1252 has at 0x80 to 0x9F; the five codes it leaves out keep their control character.</summary>
    public const string Windows1252 =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F" +
        "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /// <summary>Every reference replaced, with or without its semicolon.</summary>
    public static string Unescape(string text) => text.Contains('&', StringComparison.Ordinal) ? Reference().Replace(text, Replace) : text;

    /// <summary>Every reference replaced that ends in a semicolon.</summary>
    public static string UnescapeClosed(string text) => text.Contains('&', StringComparison.Ordinal) ? ClosedReference().Replace(text, Replace) : text;

    private static string Replace(Match match)
    {
        string name = match.Value[1..];
        if (name[0] == '#')
        {
            return Number(name[1..].TrimEnd(';'));
        }

        if (name.EndsWith(';') && Named(name[..^1]) is string closed)
        {
            return closed;
        }

        // The names of Latin-1 alone may lack the semicolon, and then the longest that begins the word counts.
        for (int length = name.Length; length > 1; length--)
        {
            if (Named(name[..length]) is [<= '\u00FF'] open && name[..length] != "apos")
            {
                return open + name[length..];
            }
        }

        return match.Value;
    }

    private static string? Named(string name)
    {
        string decoded = WebUtility.HtmlDecode($"&{(name is "AMP" or "LT" or "GT" or "QUOT" or "COPY" or "REG" ? name.ToLowerInvariant() : name)};");
        return decoded.StartsWith('&') && decoded.Length > 1 ? null : decoded;
    }

    private static string Number(string digits)
    {
        bool hexadecimal = digits[0] is 'x' or 'X';
        string significant = (hexadecimal ? digits[1..] : digits).TrimStart('0');
        if (significant.Length > 8)
        {
            return "\uFFFD";
        }

        long value = significant.Length == 0 ? 0 : long.Parse(significant, hexadecimal ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture);
        return value switch
        {
            0 or (>= 0xD800 and <= 0xDFFF) or > 0x10FFFF => "\uFFFD",
            >= 0x80 and <= 0x9F => Windows1252[(int)value - 0x80].ToString(),
            <= 8 or 0xB or (>= 0xE and <= 0x1F) or 0x7F or (>= 0xFDD0 and <= 0xFDEF) => "",
            _ when (value & 0xFFFE) == 0xFFFE => "",
            _ => new Rune((int)value).ToString(),
        };
    }

    [GeneratedRegex(@"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"&(#[0-9]{1,24};|#[xX][0-9a-fA-F]{1,23};|[0-9A-Za-z]{1,24};)", RegexOptions.CultureInvariant)]
    private static partial Regex ClosedReference();
}
