using Relsim.Evaluation.Reports;
using Relsim.Imaging;

namespace Relsim.Evaluation.Tests.Reports;

/// <summary>A small report with everything in it, hostile captions included.</summary>
internal static class ReportSamples
{
    public const string Hostile = "</figcaption><script>alert('{x}')</script><img src=\"http://example.com/a.png\">";

    public static DemoReportContent Content()
    {
        var map = new JointMapContent(Picture(0), [.. Enumerable.Range(1, 30).Select(i => new JointMapItem(() => Picture(i), i * 7 % 30 / 30.0, i / 30.0))]);
        var options = new JointMapOptions { Width = 800, Height = 600 };
        return new DemoReportContent
        {
            GallerySize = 600,
            Gallery = "made for this test",
            Queries = [Query(1), Query(2)],
            Maps = [new DemoMap(JointMap.PaintJpeg(map, options), Hostile, JointMap.PaintPng(map, options with { Theme = MapTheme.Dark }))],
            NextSteps = [new NextStep("Search your own", $"relsim search library.db --text \"{Hostile}\" --a-very-long-option-without-a-space-{new string('x', 90)}")],
            Provenance = new DemoProvenance("relsim demo --seed 7", 7, "mini", "mini-0123", "mini-128", "0.1.0", "a machine & its <system>", new DateTimeOffset(2026, 1, 2, 3, 4, 0, TimeSpan.Zero)),
        };
    }

    public static RgbImage Picture(int number)
    {
        var pixels = new byte[48 * 48 * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i * (number + 3)) + (i / 144 * number));
        }

        return new RgbImage(48, 48, pixels);
    }

    private static DemoQuery Query(int number) => new(
        Thumbnail.Jpeg(Picture(number)), "{Subject} growing step by step", "stages/growth",
        [.. Enumerable.Range(0, 5).Select(i => Hit(i, Hostile))],
        [.. Enumerable.Range(5, 5).Select(i => Hit(i, null))]);

    private static DemoHit Hit(int number, string? shared) =>
        new(Thumbnail.Jpeg(Picture(number)), 0.9 - (0.1 * number), $"picture {number} {Hostile}", shared, number < 4, number >= 5);
}
