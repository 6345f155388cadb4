using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Relsim.Tokenization;

/// <summary>
/// Canonical normalisation (Unicode Standard Annex 15) from our own table: the runtime's needs ICU, which a machine may lack and which
/// leaves text as it is where globalisation is invariant; ids must not depend on either. Unpaired surrogates become U+FFFD.
/// </summary>
internal static class UnicodeNormalization
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int HangulCount = LeadCount * VowelCount * TrailCount;

    private static readonly Table Data = Table.Read();

    /// <summary>Normalisation form C: decomposed, ordered, composed.</summary>
    public static string ToNfc(string text)
    {
        // Nothing below U+0300 combines, and nothing there has a longer form.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
        {
            return text;
        }

        List<int> points = Decompose(text);
        Compose(points);
        return ToString(points);
    }

    /// <summary>Normalisation form D: decomposed and ordered.</summary>
    public static string ToNfd(string text) => Ascii.IsValid(text) ? text : ToString(Decompose(text));

    /// <summary>The characters of usual width for half-width and full-width ones, and an ordinary space for the ideographic one.</summary>
    public static string ToUsualWidth(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uFF01', '\uFFEF') && !text.Contains('\u3000', StringComparison.Ordinal))
        {
            return text;
        }

        var usual = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c != '\u3000' && Data.Widths.TryGetValue(c, out string? plain))
            {
                usual.Append(plain);
            }
            else
            {
                usual.Append(c == '\u3000' ? ' ' : c);
            }
        }

        return usual.ToString();
    }

    private static List<int> Decompose(string text)
    {
        var points = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points);
        }

        Order(points);
        return points;
    }

    private static void Decompose(int point, List<int> points)
    {
        int syllable = point - HangulBase;
        if (syllable is >= 0 and < HangulCount)
        {
            points.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
            points.Add(VowelBase + (syllable / TrailCount % VowelCount));
            if (syllable % TrailCount != 0)
            {
                points.Add(TrailBase + (syllable % TrailCount));
            }
        }
        else if (Data.Decompositions.TryGetValue(point, out int[]? parts))
        {
            foreach (int part in parts)
            {
                Decompose(part, points);
            }
        }
        else
        {
            points.Add(point);
        }
    }

    // Runs of marks in the order of their classes; marks of one class keep theirs.
    private static void Order(List<int> points)
    {
        for (int start = 0; start < points.Count; start++)
        {
            if (Class(points[start]) == 0)
            {
                continue;
            }

            int end = start + 1;
            while (end < points.Count && Class(points[end]) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                int[] ordered = [.. points[start..end].OrderBy(Class)];
                for (int i = 0; i < ordered.Length; i++)
                {
                    points[start + i] = ordered[i];
                }
            }

            start = end;
        }
    }

    private static void Compose(List<int> points)
    {
        int written = 0;
        int starter = -1;
        int lastClass = 0;
        for (int read = 0; read < points.Count; read++)
        {
            int point = points[read];
            int ownClass = Class(point);
            bool blocked = starter < written - 1 && (lastClass == 0 || lastClass >= ownClass);
            if (starter >= 0 && !blocked && Pair(points[starter], point) is int composed)
            {
                points[starter] = composed;
                continue;
            }

            if (ownClass == 0)
            {
                starter = written;
            }

            lastClass = ownClass;
            points[written++] = point;
        }

        points.RemoveRange(written, points.Count - written);
    }

    private static int? Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
        {
            return HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TrailCount);
        }

        if (first - HangulBase is >= 0 and < HangulCount && (first - HangulBase) % TrailCount == 0 && second - TrailBase is > 0 and < TrailCount)
        {
            return first + second - TrailBase;
        }

        return Data.Compositions.TryGetValue((first, second), out int composed) ? composed : null;
    }

    private static int Class(int point) => point < 0x300 ? 0 : Data.Classes.GetValueOrDefault(point);

    private static string ToString(List<int> points)
    {
        var text = new StringBuilder(points.Count);
        Span<char> units = stackalloc char[2];
        foreach (int point in points)
        {
            text.Append(units[..new Rune(point).EncodeToUtf16(units)]);
        }

        return text.ToString();
    }

    private sealed record Table(
        FrozenDictionary<int, int> Classes,
        FrozenDictionary<int, int[]> Decompositions,
        FrozenDictionary<(int First, int Second), int> Compositions,
        FrozenDictionary<char, string> Widths)
    {
        public static Table Read()
        {
            var classes = new Dictionary<int, int>();
            var decompositions = new Dictionary<int, int[]>();
            var compositions = new Dictionary<(int, int), int>();
            var widths = new Dictionary<char, string>();
            using var reader = new StreamReader(typeof(UnicodeNormalization).Assembly.GetManifestResourceStream("Relsim.Unicode.txt")!);
            while (reader.ReadLine() is string line)
            {
                string[] fields = line.Split(';');
                if (line.StartsWith('#'))
                {
                    continue;
                }

                if (fields[0] == "w")
                {
                    widths.Add((char)Hex(fields[1]), string.Concat(fields[2].Split(' ').Select(digits => (char)Hex(digits))));
                    continue;
                }

                int point = Hex(fields[0]);
                classes[point] = int.Parse(fields[1], CultureInfo.InvariantCulture);
                if (fields.Length > 2)
                {
                    int[] parts = [.. fields[2].Split(' ').Select(Hex)];
                    decompositions[point] = parts;
                    if (fields.Length == 3)
                    {
                        compositions[(parts[0], parts[1])] = point;
                    }
                }
            }

            return new Table(classes.ToFrozenDictionary(), decompositions.ToFrozenDictionary(), compositions.ToFrozenDictionary(), widths.ToFrozenDictionary());
        }

        private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
