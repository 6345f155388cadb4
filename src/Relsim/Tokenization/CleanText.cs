using System.Text;
using System.Text.RegularExpressions;

namespace Relsim.Tokenization;

/// <summary>
/// What ftfy 6.1's fix_text does to the text of captions: references unescaped, UTF-8 that was read as windows-1252 read again, ligatures,
/// widths and quotes plain, line ends alike, control characters and terminal colours gone, NFC. Of ftfy's guesses at broken encodings only
/// that one is made, and only where a whole line is so.
/// </summary>
internal static partial class CleanText
{
    /// <summary>A caption settles in two or three; references nested by the thousand are an attack on time.</summary>
    private const int MostPasses = 100;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The text, cleaned line by line until nothing changes.</summary>
    public static string Fix(string text)
    {
        // A tag means that references belong to the markup, from its line on.
        bool markup = false;
        string[] lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            markup |= lines[i].Contains('<', StringComparison.Ordinal);
            lines[i] = FixLine(lines[i], markup);
        }

        return string.Join('\n', lines);
    }

    private static string FixLine(string line, bool markup)
    {
        string before = "";
        for (int pass = 0; pass < MostPasses && line != before; pass++)
        {
            before = line;
            line = markup ? line : HtmlEntities.UnescapeClosed(line);
            line = ReadAgain(line);
            line = ReplaceCharacters(line);
            line = UnicodeNormalization.ToUsualWidth(line);
            line = TerminalEscape().Replace(line, "");
            line = Control().Replace(line, "");
            line = UnicodeNormalization.ToNfc(line);
        }

        return line;
    }

    private static string ReadAgain(string line)
    {
        if (Ascii.IsValid(line))
        {
            return line;
        }

        byte[] bytes = new byte[line.Length];
        for (int i = 0; i < line.Length; i++)
        {
            int code = line[i] <= '\u00FF' ? line[i] : HtmlEntities.Windows1252.IndexOf(line[i], StringComparison.Ordinal) + 0x80;
            if (code == 0x7F)
            {
                return line;
            }

            bytes[i] = (byte)code;
        }

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return line;
        }
    }

    private static string ReplaceCharacters(string line)
    {
        if (Ascii.IsValid(line) && !line.Contains('\r', StringComparison.Ordinal))
        {
            return line;
        }

        var text = new StringBuilder(line.Length);
        foreach (char c in line)
        {
            text.Append(c is >= '\u0080' and <= '\u009F' ? HtmlEntities.Windows1252[c - 0x80].ToString() : Plain(c));
        }

        return text.ToString();
    }

    private static string Plain(char c) => c switch
    {
        '\u02BC' or (>= '\u2018' and <= '\u201B') => "'",
        >= '\u201C' and <= '\u201F' => "\"",
        '\r' or '\u2028' or '\u2029' => "\n",
        '\u0132' => "IJ",
        '\u0133' => "ij",
        '\u0149' => "\u02BCn",
        '\u01F1' => "DZ",
        '\u01F2' => "Dz",
        '\u01F3' => "dz",
        '\u01C4' => "D\u017D",
        '\u01C5' => "D\u017E",
        '\u01C6' => "d\u017E",
        '\u01C7' => "LJ",
        '\u01C8' => "Lj",
        '\u01C9' => "lj",
        '\u01CA' => "NJ",
        '\u01CB' => "Nj",
        '\u01CC' => "nj",
        '\uFB00' => "ff",
        '\uFB01' => "fi",
        '\uFB02' => "fl",
        '\uFB03' => "ffi",
        '\uFB04' => "ffl",
        '\uFB05' => "\u017Ft",
        '\uFB06' => "st",
        _ => c.ToString(),
    };

    [GeneratedRegex(@"\u001B\[[\d;]*[a-zA-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex TerminalEscape();

    [GeneratedRegex(@"[\u0000-\u0008\u000B\u000E-\u001F\u007F\u206A-\u206F\uFEFF\uFFF9-\uFFFC]", RegexOptions.CultureInvariant)]
    private static partial Regex Control();
}
