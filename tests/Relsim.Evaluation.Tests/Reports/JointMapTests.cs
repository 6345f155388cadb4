using System.Xml.Linq;
using Relsim.Evaluation.Reports;
using Relsim.Imaging;
using SkiaSharp;

namespace Relsim.Evaluation.Tests.Reports;

public sealed class JointMapTests
{
    private static readonly JointMapOptions Small = new() { Width = 800, Height = 600 };

    [Fact]
    public void PaintPng_OfAMap_HasTheSizeAsked()
    {
        using SKBitmap map = Paint(Small, Item(0.1, 0.9));
        Assert.Equal((800, 600), (map.Width, map.Height));
    }

    [Fact]
    public void PaintPng_OfTwoPictures_PutsThemWhereTheyBelong()
    {
        // Red is like the query in logic, green in looks.
        using SKBitmap map = Paint(Small, Item(0.1, 0.9, 255, 0, 0), Item(0.9, 0.1, 0, 255, 0));
        (int X, int Y) red = Find(map, SKColors.Red), green = Find(map, SKColors.Lime);
        Assert.True(red.X < 200 && red.Y < 250, $"red at {red}");
        Assert.True(green.X > 600 && green.Y > 400, $"green at {green}");
    }

    [Fact]
    public void PaintPng_OfACrowd_AsksOnlyForWhatItDraws()
    {
        int asked = 0;
        JointMapItem[] items = [.. Enumerable.Range(0, 500).Select(i => new JointMapItem(
            () =>
            {
                Interlocked.Increment(ref asked);
                return Flat(0, 0, 255);
            },
            i % 25 / 25.0, i / 500.0))];
        using SKBitmap map = Paint(Small, items);
        Assert.InRange(asked, 20, 150);
    }

    [Fact]
    public void PaintPng_OfOtherWords_DiffersInTheHeaderAlone()
    {
        // The words are drawn from the font inside the assembly: no font of the machine is asked.
        using SKBitmap first = Paint(Small, Item(0.1, 0.9)), second = Paint(Small with { Title = "Another heading" }, Item(0.1, 0.9));
        int[] rows = [.. Enumerable.Range(0, 600).Where(y => Enumerable.Range(0, 800).Any(x => first.GetPixel(x, y) != second.GetPixel(x, y)))];
        Assert.InRange(rows.Length, 10, 40);
        Assert.InRange(rows[^1], 20, 100);
    }

    [Fact]
    public void MapText_OfTheFontInside_HasEveryLetterOfTheLabels()
    {
        using SKFont font = MapText.Regular(20);
        Assert.All("share a logic: relational similarity \u2192 \u22120.5 {Subject} \u00e9\u0161\u2026\u00d7", letter => Assert.True(font.ContainsGlyph(letter), $"{letter}"));
        Assert.True(MapText.Measure("wide", MapText.SemiBold(20)) > MapText.Measure("i", MapText.SemiBold(20)));
    }

    [Fact]
    public void PaintPng_OfForeignLettersAndLongCaptions_StillPaints()
    {
        byte[] map = JointMap.PaintPng(new JointMapContent(Flat(0, 0, 0), [Item(0, 0)], string.Concat(Enumerable.Repeat("\u6843 \U0001F351 {Subject} ", 40))), Small);
        using SKBitmap? bitmap = SKBitmap.Decode(map);
        Assert.NotNull(bitmap);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void PaintJpeg_OfFewPictures_StillPaints(int count)
    {
        JointMapItem[] items = [.. Enumerable.Range(0, count).Select(_ => Item(0.5, 0.5))];
        byte[] map = JointMap.PaintJpeg(new JointMapContent(Flat(9, 9, 9), items), Small with { Theme = MapTheme.Dark });
        Assert.Equal(0xD8, map[1]);
    }

    [Fact]
    public void PaintPng_OfBadInput_Throws()
    {
        Assert.Throws<ArgumentException>(() => Paint(Small, Item(double.NaN, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Paint(Small with { Width = 100 }, Item(0, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Paint(Small with { Height = 3000 }, Item(0, 0)));
    }

    [Fact]
    public void PaintSvg_OfAMap_HoldsItsPicturesAndWords()
    {
        JointMapItem[] items = [Item(0.1, 0.9), Item(0.9, 0.1), new JointMapItem(() => null, 0.5, 0.5)];
        byte[] map = JointMap.PaintSvg(new JointMapContent(Flat(9, 9, 9), items, "<caption> & more"), Small with { AttributeTitle = "by clip-i" });
        var svg = XElement.Parse(System.Text.Encoding.UTF8.GetString(map));
        string[] addresses = [.. svg.Descendants().Attributes().Where(attribute => attribute.Name.LocalName == "href").Select(attribute => attribute.Value).Where(value => !value.StartsWith('#'))];
        Assert.Equal(3, addresses.Length); // the query and two pictures; what cannot be read is a dot
        Assert.All(addresses, address => Assert.StartsWith("data:image/jpeg;base64,", address, StringComparison.Ordinal));
        string[] texts = [.. svg.Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value)];
        Assert.All(["<caption> & more", "by clip-i \u2192", "3 pictures, 2 drawn, the others are dots"], text => Assert.Contains(text, texts));
        Assert.Equal(map, JointMap.PaintSvg(new JointMapContent(Flat(9, 9, 9), items, "<caption> & more"), Small with { AttributeTitle = "by clip-i" }));
    }

    [Fact]
    public void Thumbnail_OfAWideImage_KeepsItsProportions()
    {
        RgbImage small = Thumbnail.Fit(new RgbImage(400, 100, new byte[400 * 100 * 3]), 64);
        Assert.Equal((64, 16), (small.Width, small.Height));
        using SKBitmap jpeg = SKBitmap.Decode(Thumbnail.Jpeg(Flat(10, 200, 30), 16));
        Assert.Equal((16, 16), (jpeg.Width, jpeg.Height));
    }

    private static SKBitmap Paint(JointMapOptions options, params JointMapItem[] items) =>
        SKBitmap.Decode(JointMap.PaintPng(new JointMapContent(Flat(120, 120, 120), items, "a caption"), options));

    private static JointMapItem Item(double attribute, double relational, byte red = 0, byte green = 0, byte blue = 255) =>
        new(() => Flat(red, green, blue), attribute, relational);

    private static RgbImage Flat(byte red, byte green, byte blue) =>
        new(32, 32, [.. Enumerable.Repeat(new[] { red, green, blue }, 32 * 32).SelectMany(pixel => pixel)]);

    private static (int X, int Y) Find(SKBitmap map, SKColor color)
    {
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                if (map.GetPixel(x, y) == color)
                {
                    return (x, y);
                }
            }
        }

        throw new InvalidOperationException($"There is no {color}.");
    }
}
