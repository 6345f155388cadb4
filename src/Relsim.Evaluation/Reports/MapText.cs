using System.Text;
using SkiaSharp;

namespace Relsim.Evaluation.Reports;

/// <summary>
/// Text in the font that the program carries. The machine's fonts are never asked: a bare server has none, and a map should look
/// the same everywhere. A letter that the font lacks shows as a question mark.
/// </summary>
internal static class MapText
{
    private static readonly Lazy<SKTypeface> Plain = new(() => Load("Inter-Regular.otf"));
    private static readonly Lazy<SKTypeface> Strong = new(() => Load("Inter-SemiBold.otf"));

    public static SKTypeface RegularTypeface => Plain.Value;

    public static SKFont Regular(float size) => Font(Plain.Value, size);

    public static SKFont SemiBold(float size) => Font(Strong.Value, size);

    /// <summary>Draws one line; what is wider than <paramref name="width"/> ends in an ellipsis.</summary>
    public static void Draw(SKCanvas canvas, string text, SKPoint at, SKTextAlign align, SKFont font, SKColor color, float width = float.MaxValue)
    {
        using (font)
        using (var paint = new SKPaint { Color = color, IsAntialias = true })
        {
            canvas.DrawText(Fit(Drawable(text, font.Typeface), font, width), at, align, font, paint);
        }
    }

    /// <summary>Width of a line in pixels.</summary>
    public static float Measure(string text, SKFont font)
    {
        using (font)
        {
            return font.MeasureText(Drawable(text, font.Typeface));
        }
    }

    /// <summary>Breaks text into lines no wider than <paramref name="width"/>; the last of too many lines, and a word too wide, end in an ellipsis.</summary>
    public static IReadOnlyList<string> Wrap(string text, SKFont font, float width, int lines = int.MaxValue)
    {
        using (font)
        {
            var wrapped = new List<string>();
            string[] words = Drawable(text, font.Typeface).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (int next = 0; next < words.Length && wrapped.Count < lines;)
            {
                string line = words[next++];
                while (next < words.Length && (wrapped.Count == lines - 1 || font.MeasureText($"{line} {words[next]}") <= width))
                {
                    line = $"{line} {words[next++]}";
                }

                wrapped.Add(Fit(line, font, width));
            }

            return wrapped;
        }
    }

    private static string Drawable(string text, SKTypeface typeface)
    {
        var drawable = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            drawable.Append(typeface.ContainsGlyph(rune.Value) ? rune.ToString() : Rune.IsWhiteSpace(rune) ? " " : "?");
        }

        return drawable.ToString();
    }

    private static string Fit(string text, SKFont font, float width)
    {
        string fitting = text;
        for (int length = text.Length - 1; length > 0 && font.MeasureText(fitting) > width; length--)
        {
            fitting = text[..length].TrimEnd() + "\u2026";
        }

        return fitting;
    }

    private static SKFont Font(SKTypeface typeface, float size) => new(typeface, size)
    {
        Edging = SKFontEdging.Antialias,
        Subpixel = true,
        LinearMetrics = true,
        Hinting = SKFontHinting.None,
    };

    private static SKTypeface Load(string name)
    {
        using Stream stream = typeof(MapText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is missing from the assembly.");
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException($"{name} is no font that Skia reads.");
    }
}
