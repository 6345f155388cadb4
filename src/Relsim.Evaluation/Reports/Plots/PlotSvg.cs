using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using SkiaSharp;

namespace Relsim.Evaluation.Reports.Plots;

/// <summary>
/// Turns what Skia writes into an SVG that stands alone: Skia counts its names through the life of the process, ends lists of numbers with
/// a comma and knows no title, no view box and no font file.
/// </summary>
internal static partial class PlotSvg
{
    private const int PictureQuality = 84;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly XNamespace Link = "http://www.w3.org/1999/xlink";
    private static readonly HashSet<string> Numbers = ["x", "y", "d", "width", "height", "rx", "ry", "cx", "cy", "r", "fill-opacity", "stroke-opacity"];

    /// <summary>A whole file, with its font.</summary>
    public static byte[] File(SKSizeI size, string title, string description, Action<SKCanvas> paint)
    {
        XElement svg = Paint(size, "c", paint);
        svg.SetAttributeValue("role", "img");
        svg.AddFirst(new XElement(Svg + "title", title), new XElement(Svg + "desc", description), new XElement(Svg + "style", ReportFonts.Faces));
        return Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{svg.ToString(SaveOptions.DisableFormatting)}\n");
    }

    /// <summary>An element for a page.</summary>
    public static string Inline(SKSizeI size, string label, string id, Action<SKCanvas> paint)
    {
        XElement svg = Paint(size, id, paint);
        svg.Attribute("width")!.Remove();
        svg.Attribute("height")!.Remove();
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", label);
        return svg.ToString(SaveOptions.DisableFormatting);
    }

    private static XElement Paint(SKSizeI size, string id, Action<SKCanvas> paint)
    {
        using var stream = new MemoryStream();
        using (var output = new SKManagedWStream(stream))
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(size.Width, size.Height), output))
        {
            paint(canvas);
        }

        stream.Position = 0;
        using XmlReader reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreWhitespace = true });
        XElement svg = XElement.Load(reader);
        svg.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {size.Width} {size.Height}"));
        svg.Descendants(Svg + "path").Where(path => DrawsNothing().IsMatch((string?)path.Attribute("d") ?? "")).Remove();
        Rename(svg, id);
        foreach (XElement text in svg.Descendants(Svg + "text"))
        {
            Tidy(text);
        }

        foreach (XAttribute address in svg.Descendants(Svg + "image").Attributes(Link + "href"))
        {
            address.Value = Compress(address.Value);
        }

        foreach (XAttribute numbers in svg.Descendants().Attributes().Where(HasLongNumbers))
        {
            numbers.Value = LongNumber().Replace(numbers.Value, Shorten);
        }

        return svg;
    }

    private static void Rename(XElement svg, string prefix)
    {
        Dictionary<string, string> names = svg.Descendants().Attributes("id").Select((name, i) => (name.Value, New: $"{prefix}{i}")).ToDictionary(pair => pair.Value, pair => pair.New);
        foreach (XAttribute attribute in svg.Descendants().Attributes())
        {
            if (attribute.Name == "id")
            {
                attribute.Value = names[attribute.Value];
            }
            else if (attribute.Name == Link + "href" && attribute.Value.StartsWith('#'))
            {
                attribute.Value = "#" + names[attribute.Value[1..]];
            }
            else if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal))
            {
                attribute.Value = $"url(#{names[attribute.Value[5..^1]]})";
            }
        }
    }

    private static void Tidy(XElement text)
    {
        text.Value = text.Value.Trim();
        text.SetAttributeValue("font-family", "Inter, sans-serif");
        if (text.Attribute("font-weight") is { } weight)
        {
            weight.Value = "600"; // Skia's names of weights are one off, and only one weight is heavier than regular.
        }

        foreach (XAttribute list in text.Attributes().Where(a => a.Name == "x" || a.Name == "y"))
        {
            list.Value = list.Value.TrimEnd(' ', ',');
        }
    }

    // Skia keeps photographs as PNG, at several times the size.
    private static string Compress(string dataUri)
    {
        using SKImage image = SKImage.FromEncodedData(Convert.FromBase64String(dataUri[(dataUri.IndexOf(',', StringComparison.Ordinal) + 1)..]));
        return DataUri.Of(SkiaImages.Encode(image, SKEncodedImageFormat.Jpeg, PictureQuality));
    }

    // A matrix scales, and small scales need all their digits.
    private static bool HasLongNumbers(XAttribute attribute) => Numbers.Contains(attribute.Name.LocalName)
        || (attribute.Name == "transform" && attribute.Value.StartsWith("translate", StringComparison.Ordinal));

    private static string Shorten(Match number) =>
        Math.Round(double.Parse(number.ValueSpan, CultureInfo.InvariantCulture), 2).ToString("0.##", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(M(?<point>\S+ \S+)L\k<point>)?$")]
    private static partial Regex DrawsNothing();

    [GeneratedRegex(@"-?\d+\.\d{3,}(e-?\d+)?")]
    private static partial Regex LongNumber();
}
