using System.Numerics;
using Relsim.Imaging;
using Relsim.Scenes.Styles;

namespace Relsim.Scenes.Tests.Styles;

public sealed class ScenePainterTests
{
    private static readonly Vector2 Center = new(0.5f, 0.5f);

    public static TheoryData<string> KindNames => Pictures.KindNames;

    [Theory]
    [MemberData(nameof(KindNames))]
    public async Task Paint_SameSeed_SameBytesOnEveryCallAndThread(string kind)
    {
        Style style = Pictures.Draw(kind);
        Element[] elements =
        [
            new(Pictures.Disc, new(0.3f, 0.3f), 0.2f) { Fade = 0.4f },
            new(Pictures.Square, new(0.7f, 0.6f), 0.2f) { Fill = Fill.Dotted, Rotation = 0.5f, Ink = 2 },
            new(Pictures.Square, new(0.3f, 0.7f), 0.15f) { Tone = 0.3f, ClipTo = new Element(Pictures.Disc, new(0.35f, 0.7f), 0.15f) },
            Element.Line(new(0.1f, 0.9f), new(0.9f, 0.95f)),
        ];
        byte[] first = ScenePainter.Paint(style, elements, 9, 128).Pixels;

        // Another picture in between: nothing of it may stay in the thread's canvas.
        ScenePainter.Paint(Pictures.Draw("neon"), elements, 3, 128);
        byte[][] others = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            Task.Run(() => ScenePainter.Paint(style, elements, 9, 128).Pixels, TestContext.Current.CancellationToken)));

        Assert.Equal(first, ScenePainter.Paint(style, elements, 9, 128).Pixels);
        Assert.All(others, pixels => Assert.Equal(first, pixels));
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Paint_SolidAndOutline_DifferInside(string kind)
    {
        for (ulong seed = 0; seed < 8; seed++)
        {
            Style style = Pictures.Draw(kind, seed);
            foreach (float size in (float[])[0.3f, 0.08f])
            {
                var disc = new Element(Pictures.Disc, Center, size);
                RgbImage empty = Pictures.Paint(style);
                RgbImage solid = Pictures.Paint(style, disc with { Fill = Fill.Solid });
                RgbImage outline = Pictures.Paint(style, disc with { Fill = Fill.Outline });
                Assert.True(Pictures.Difference(solid, outline, Center, size / 2) > 25, $"{kind} {seed} {size}: solid looks like outline");
                Assert.True(
                    Pictures.Difference(empty, solid, Center, size / 3) > 2.5 * Pictures.Difference(empty, outline, Center, size / 3),
                    $"{kind} {seed} {size}: an outline has an inside");
                Assert.True(Pictures.Difference(empty, outline, Center, size * 1.1f) > 3, $"{kind} {seed} {size}: an outline is missing");
            }
        }
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Paint_Patterns_DifferFromEachOther(string kind)
    {
        Style style = Pictures.Draw(kind, 3);
        RgbImage[] images = [.. new[] { Fill.Solid, Fill.Outline, Fill.Striped, Fill.Dotted, Fill.Checked }
            .Select(fill => Pictures.Paint(style, new Element(Pictures.Square, Center, 0.3f) { Fill = fill }))];

        Assert.All(images.Index(), a => Assert.All(images[..a.Index], b => Assert.True(Pictures.Difference(a.Item, b, Center, 0.25f) > 12)));
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Paint_ToneEnds_DifferClearly(string kind)
    {
        for (ulong seed = 0; seed < 8; seed++)
        {
            Style style = Pictures.Draw(kind, seed);
            foreach (Fill fill in (Fill[])[Fill.StyleDecides, Fill.Solid])
            {
                var disc = new Element(Pictures.Disc, Center, 0.25f) { Fill = fill };
                RgbImage[] tones = [.. new[] { 0, 0.5f, 1 }.Select(tone => Pictures.Paint(style, disc with { Tone = tone }))];
                Assert.True(Pictures.Difference(tones[0], tones[2], Center, 0.15f) > 30, $"{kind} {seed} {fill}: the ramp's ends look alike");
                Assert.True(Pictures.Difference(tones[0], tones[1], Center, 0.15f) > 8, $"{kind} {seed} {fill}: the ramp's first half is flat");
                Assert.True(Pictures.Difference(tones[1], tones[2], Center, 0.15f) > 8, $"{kind} {seed} {fill}: the ramp's second half is flat");
            }
        }
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Paint_Fade_PalesUntilNothingIsLeft(string kind)
    {
        Style style = Pictures.Draw(kind, 2);
        var disc = new Element(Pictures.Disc, Center, 0.25f) { Fill = Fill.Solid };
        RgbImage empty = Pictures.Paint(style);
        double[] visible = [.. new[] { 0, 0.5f, 1 }.Select(fade => Pictures.Difference(empty, Pictures.Paint(style, disc with { Fade = fade }), Center, 0.4f))];

        Assert.True(visible[0] > 1.1 * visible[1]);
        Assert.True(visible[1] > 2);
        Assert.Equal(0, visible[2]);
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Paint_ClipTo_PaintsWithinAlone(string kind)
    {
        Style style = Pictures.Draw(kind, 4);
        var window = new Element(Pictures.Square, new(0.25f, 0.5f), 0.25f);
        RgbImage empty = Pictures.Paint(style);
        RgbImage clipped = Pictures.Paint(style, new Element(Pictures.Disc, Center, 0.3f) { Fill = Fill.Solid, ClipTo = window });

        Assert.True(Pictures.Difference(empty, clipped, new(0.36f, 0.5f), 0.08f) > 20);

        // Glow, shadow and wobble reach a little beyond the edge at 0.5.
        Assert.True(Pictures.Difference(empty, clipped, new(0.7f, 0.5f), 0.1f) < 3);
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Paint_InnerPart_IsVisibleOnTheBody(string kind)
    {
        for (ulong seed = 0; seed < 6; seed++)
        {
            Style style = Pictures.Draw(kind, seed);
            ShapePart body = Pictures.Disc.Parts[0];
            var eye = new ShapePart([.. body.Points.Select(p => 0.3f * p)], Ink: 1);
            var mouth = new ShapePart([new(-0.3f, 0), new(0.3f, 0)], Closed: false, Ink: 1);
            foreach (Fill fill in (Fill[])[Fill.StyleDecides, Fill.Solid, Fill.Outline])
            {
                RgbImage plain = Pictures.Paint(style, new Element(Pictures.Disc, Center, 0.3f) { Fill = fill });
                Assert.All((ShapePart[])[eye, mouth], part => Assert.True(
                    Pictures.GreatestDifference(plain, Pictures.Paint(style, new Element(new Shape([body, part]), Center, 0.3f) { Fill = fill })) > 45,
                    $"{kind} {seed} {fill}"));
            }
        }
    }

    [Fact]
    public void Paint_RotationAndMirror_MoveTheShape()
    {
        Style style = Pictures.Draw("silhouette");
        var flag = new Element(Shape.Polygon(new(0, -1), new(1, -1), new(1, 0), new(0, 0)), Center, 0.4f) { Fill = Fill.Solid };
        (Element Element, Vector2 Dark)[] cases =
        [
            (flag, new(0.7f, 0.3f)),
            (flag with { Mirrored = true }, new(0.3f, 0.3f)),
            (flag with { Rotation = MathF.PI / 2 }, new(0.7f, 0.7f)),
            (flag with { Mirrored = true, Rotation = MathF.PI / 2 }, new(0.7f, 0.3f)),
        ];

        Assert.All(cases, one =>
        {
            RgbImage image = Pictures.Paint(style, one.Element);
            RgbImage empty = Pictures.Paint(style);
            Assert.True(Pictures.Difference(empty, image, one.Dark, 0.1f) > 100);
            Assert.True(Pictures.Difference(empty, image, Vector2.One - one.Dark, 0.1f) < 1);
        });
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Paint_Stroke_WidensLines(string kind)
    {
        Style style = Pictures.Draw(kind, 6);
        Element line = Element.Line(new(0.1f, 0.5f), new(0.9f, 0.5f));
        RgbImage empty = Pictures.Paint(style);

        Assert.True(
            Pictures.Difference(empty, Pictures.Paint(style, line with { Stroke = 3 }), Center, 0.3f)
            > 1.4 * Pictures.Difference(empty, Pictures.Paint(style, line), Center, 0.3f));
    }

    [Fact]
    public void Paint_SceneSeed_ChangesGrainAlone()
    {
        Style style = Pictures.Draw("photo-light");
        Element[] disc = [new(Pictures.Disc, Center, 0.3f)];
        RgbImage one = ScenePainter.Paint(style, disc, 1, Pictures.Side);
        RgbImage two = ScenePainter.Paint(style, disc, 2, Pictures.Side);

        Assert.NotEqual(one.Pixels, two.Pixels);
        Assert.True(Pictures.Difference(one, two, Center, 0.2f) < 40);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(300)]
    public void Paint_AnySize_FillsTheSquare(int size)
    {
        foreach (StyleKind kind in StyleCatalog.All)
        {
            RgbImage image = ScenePainter.Paint(Style.Create(kind, new SceneRandom(1)), [new(Pictures.Disc, Center, 0.3f)], 1, size);
            Assert.Equal((size, size), (image.Width, image.Height));
        }
    }

    [Fact]
    public void Paint_SizeBelowTheSmallest_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ScenePainter.Paint(Pictures.Draw("flat"), [], 1, ScenePainter.SmallestSide - 1));
}
