using System.Numerics;
using static Relsim.Scenes.Relations.GuideLines;
using static Relsim.Scenes.Relations.PolygonCuts;

namespace Relsim.Scenes.Relations;

/// <summary>Frames, openings and enlargements: a thing seen within, through or closer.</summary>
internal static class Frames
{
    /// <summary>The families of this theme.</summary>
    public static IReadOnlyList<RelationFamily> Families { get; } =
    [
        new("labelled-parts", ["leader-lines", "magnified-detail"], Labelled),
        new("scale-model", ["small-beside-real", "under-a-magnifier"], ScaleModel),
        new("burst", ["splash-crown", "starburst"], Burst),
        new("frame-within-frame", ["nested-frames", "picture-in-picture"], FrameWithinFrame),
        new("view-through-opening", ["window", "keyhole"], Opening),
    ];

    private static List<Element> Labelled(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Fit(look.Any[0].Shape);
        return variant == 0 ? LeaderLines(subject, layout) : MagnifiedDetail(subject, layout);
    }

    private static List<Element> LeaderLines(Shape subject, SceneRandom layout)
    {
        float size = layout.Uniform(.2f, .26f);
        var centre = new Vector2(layout.Uniform(.47f, .53f), layout.Uniform(.47f, .53f));
        int count = layout.Whole(5, 8);
        Vector2[] rim = Resample(Contour(subject), 36, closed: true);
        var scene = new List<Element> { new(subject, centre, size) };
        float start = layout.Angle();
        for (int i = 0; i < count; i++)
        {
            Vector2 way = Ray(start + (i * MathF.Tau / count));
            Vector2 point = centre + (size * .9f * rim.MaxBy(p => Vector2.Dot(p, way) - (.6f * MathF.Abs((p.X * way.Y) - (p.Y * way.X)))));
            float side = way.X < 0 ? -1 : 1;
            var bend = new Vector2(centre.X + (side * layout.Uniform(.29f, .31f)), Math.Clamp(centre.Y + (.42f * way.Y), .09f, .91f));
            Vector2 end = bend + new Vector2(side * .04f, 0);
            scene.Add(Element.Line(point, bend, end) with { Ink = 3, Stroke = .8f });
            scene.Add(Element.Area(Ellipse(point, .012f, .012f, 8)) with { Ink = 3, Fill = Fill.Solid });
            float text = Math.Clamp(end.X + (side * .055f), .07f, .93f);
            scene.Add(Element.Area(Rectangle(new(text, end.Y), .045f, .02f)) with { Ink = 3, Fill = Fill.Solid, Fade = .2f });
        }

        return scene;
    }

    private static List<Element> MagnifiedDetail(Shape subject, SceneRandom layout)
    {
        (int sideX, int sideY) = (layout.Sign(), layout.Sign());
        var corner = new Vector2(sideX, sideY);
        float size = layout.Uniform(.2f, .25f);
        Vector2 place = new Vector2(.5f) - (.2f * corner);
        Vector2[] rim = Resample(Contour(subject), 24, closed: true);
        Vector2 toward = Turn(corner, layout.Uniform(-.6f, .6f));
        Vector2 detail = .97f * rim.MaxBy(p => Vector2.Dot(p, toward));
        float near = layout.Uniform(.055f, .07f);
        float far = layout.Uniform(.19f, .22f);
        Vector2 spot = place + (size * detail);
        Vector2 lens = new Vector2(.5f) + (.24f * corner);
        Vector2 between = Vector2.Normalize(lens - spot);
        Vector2 aside = new(-between.Y, between.X);
        Element ring = Ring(lens, far);
        float zoom = far / near;
        return
        [
            new Element(subject, place, size),
            Ring(spot, near) with { Stroke = 1.2f },
            Element.Line(spot + (near * aside), lens + (far * aside)) with { Ink = 3, Stroke = .8f },
            Element.Line(spot - (near * aside), lens - (far * aside)) with { Ink = 3, Stroke = .8f },
            new Element(subject, lens - (zoom * size * detail), zoom * size) { ClipTo = ring },
            ring with { Stroke = 1.5f },
        ];
    }

    private static List<Element> ScaleModel(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Fit(look.Any[0].Shape);
        int side = layout.Sign();
        return variant == 0 ? ModelOnStand(subject, side, layout) : UnderMagnifier(subject, side, layout);
    }

    private static List<Element> ModelOnStand(Shape subject, int side, SceneRandom layout)
    {
        float foot = Bounds(subject).Max.Y;
        float ground = layout.Uniform(.84f, .9f);
        float large = layout.Uniform(.27f, .31f);
        float small = layout.Uniform(.07f, .09f);
        float table = ground - layout.Uniform(.16f, .24f);
        float x = .5f + (side * .31f);
        var model = new Vector2(x, table - (small * foot));
        float dome = 1.35f * small;
        Vector2[] glass = [new(x - dome, table), .. Enumerable.Range(0, 9).Select(i => new Vector2(x, table - (1.2f * small)) + (dome * Ray(MathF.PI + (i * MathF.PI / 8)))), new(x + dome, table)];
        return
        [
            Ground(ground),
            new Element(subject, new(.5f - (side * .16f), ground - (large * foot)), large),
            Element.Area(Rectangle(new(x, table + .012f), .13f, .012f)) with { Ink = 3, Fill = Fill.Solid },
            Element.Area(new(x - .05f, table + .024f), new(x + .05f, table + .024f), new(x + .085f, ground), new(x - .085f, ground)) with { Ink = 3, Fill = Fill.Solid, Fade = .4f },
            new Element(subject, model, small),
            Element.Line(glass) with { Ink = 3, Stroke = .8f },
        ];
    }

    private static List<Element> UnderMagnifier(Shape subject, int side, SceneRandom layout)
    {
        int count = layout.Whole(3, 5);
        float small = MathF.Min(.07f, .38f / count);
        float row = layout.Uniform(.8f, .86f);
        int chosen = side > 0 ? 0 : count - 1;
        float lens = layout.Uniform(.22f, .26f);
        var centre = new Vector2(.5f - (side * layout.Uniform(.1f, .18f)), .36f);
        Element glass = Ring(centre, lens);
        Vector2 grip = Ray(side > 0 ? layout.Uniform(.3f, .7f) : MathF.PI - layout.Uniform(.3f, .7f));
        var scene = new List<Element>();
        scene.AddRange(Enumerable.Range(0, count).Select(i => new Element(subject, new(.5f + (.8f * (i - ((count - 1) / 2f)) / count), row), small)));
        float x = .5f + (.8f * (chosen - ((count - 1) / 2f)) / count);
        scene.Add(Dashes(new(x, row - small), centre + new Vector2(0, lens)));
        scene.AddRange([new Element(subject, centre, lens * .8f) { ClipTo = glass }, glass with { Stroke = 2 }]);
        Vector2 aside = .022f * new Vector2(-grip.Y, grip.X);
        (Vector2 neck, Vector2 end) = (centre + (lens * grip), centre + ((lens + .24f) * grip));
        scene.Add(Element.Area(neck + aside, neck - aside, end - aside, end + aside) with { Ink = 3, Fill = Fill.Solid });
        return scene;
    }

    private static List<Element> Burst(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Fit(look.Any[0].Shape);
        return variant == 0 ? SplashCrown(subject, layout) : Starburst(subject, layout);
    }

    private static List<Element> SplashCrown(Shape subject, SceneRandom layout)
    {
        var pool = new Vector2(layout.Uniform(.47f, .53f), layout.Uniform(.72f, .78f));
        float wide = layout.Uniform(.2f, .25f);
        float high = layout.Uniform(.2f, .27f);
        int jets = layout.Whole(7, 10);
        float size = layout.Uniform(.1f, .13f);
        var scene = new List<Element>();
        foreach (float share in (float[])[1.75f, 1.35f])
        {
            scene.Add(Element.Area(Ellipse(pool, wide * share, wide * share * .3f, 28)) with { Fill = Fill.Outline, Ink = 3, Stroke = .8f });
        }

        var crown = new List<Vector2>();
        for (int i = 0; i < jets; i++)
        {
            float t = (2f * i / (jets - 1)) - 1;
            float rise = high * layout.Uniform(.75f, 1) * (1 - (.45f * (1 - MathF.Abs(t))));
            Vector2 tip = pool + new Vector2(wide * 1.35f * t, -rise);
            crown.AddRange([tip, pool + new Vector2(wide * (t + (1f / (jets - 1))), -.3f * high)]);
            Vector2 drop = tip + new Vector2(.05f * t, -layout.Uniform(.045f, .08f));
            scene.Add(Element.Area(Ellipse(drop, .016f, .02f, 8)) with { Fill = Fill.Solid, Ink = 1 });
        }

        Vector2[] bowl = [.. Enumerable.Range(0, 9).Select(i => pool + new Vector2(wide * MathF.Cos(i * MathF.PI / 8), .3f * wide * MathF.Sin(i * MathF.PI / 8)))];
        scene.Add(Element.Area([.. crown.Take(crown.Count - 1), .. bowl]) with { Fill = Fill.Solid, Ink = 1 });
        scene.Add(new Element(subject, pool - new Vector2(0, high + size + layout.Uniform(.08f, .14f)), size));
        return scene;
    }

    private static List<Element> Starburst(Shape subject, SceneRandom layout)
    {
        int rays = 2 * layout.Whole(7, 11);
        float size = layout.Uniform(.12f, .16f);
        float inner = size * 1.35f;
        float outer = layout.Uniform(.4f, .46f);
        float start = layout.Angle();
        var centre = new Vector2(.5f);
        float breadth = layout.Chance(.5f) ? .01f : .022f;
        var scene = new List<Element>();
        for (int i = 0; i < rays; i++)
        {
            float reach = i % 2 == 0 ? outer : inner + (.55f * (outer - inner));
            Vector2 way = Ray(start + (i * MathF.Tau / rays));
            Vector2 aside = breadth * new Vector2(-way.Y, way.X);
            scene.Add(Element.Area(centre + (reach * way), centre + (inner * way) + aside, centre + (inner * way) - aside) with { Fill = Fill.Solid, Ink = 1 });
        }

        scene.Add(new Element(subject, centre, size));
        return scene;
    }

    private static List<Element> FrameWithinFrame(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Fit(look.Any[0].Shape);
        int count = layout.Whole(3, 5);
        float tall = layout.Uniform(.75f, 1);
        bool wide = layout.Chance(.5f);
        var half = .44f * new Vector2(wide ? 1 : tall, wide ? tall : 1);
        return variant == 0 ? Nested(subject, count, half, layout) : Recursive(subject, half, layout);
    }

    private static List<Element> Nested(Shape subject, int count, Vector2 half, SceneRandom layout)
    {
        float twist = layout.Chance(.5f) ? layout.Uniform(.05f, .14f) * layout.Sign() : 0;
        var scene = new List<Element>();
        float share = 1;
        for (int i = 0; i < count; i++)
        {
            share = 1 - (.62f * i / (count - 1));
            scene.Add(Frame(new(.5f), half.X * share, half.Y * share, twist * i) with { Stroke = i == 0 ? 2 : 1.3f, Ink = i });
        }

        scene.Add(new Element(subject, new(.5f), .72f * share * MathF.Min(half.X, half.Y)));
        return scene;
    }

    // Each frame holds the subject and, in a corner, the whole picture again.
    private static List<Element> Recursive(Shape subject, Vector2 half, SceneRandom layout)
    {
        var corner = new Vector2(layout.Sign(), layout.Sign());
        float shrink = layout.Uniform(.48f, .52f);
        Vector2 step = corner * (.94f - shrink);
        bool along = half.X > half.Y;
        Vector2 away = new(-corner.X * .48f, -corner.Y * .48f);
        var scene = new List<Element>();
        var centre = new Vector2(.5f);
        for (int level = 0; level < 4; level++)
        {
            scene.Add(Frame(centre, half.X, half.Y) with { Stroke = level < 2 ? 1.6f : 1 });
            if (level < 3)
            {
                scene.Add(new Element(subject, centre + (away * half), .46f * MathF.Min(half.X, half.Y) * (along ? 1 : .98f)));
            }

            centre += step * half;
            half *= shrink;
        }

        return scene;
    }

    private static List<Element> Opening(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Fit(look.Any[0].Shape);
        float horizon = layout.Uniform(.52f, .6f);
        bool arched = layout.Chance(.4f);
        var centre = new Vector2(layout.Uniform(.46f, .54f), layout.Uniform(.46f, .54f));
        var half = new Vector2(layout.Uniform(.24f, .33f), layout.Uniform(.25f, .31f));
        Vector2[] hole = variant == 1 ? Keyhole(centre, layout) : arched ? Arched(centre, half) : Rectangle(centre, half.X, half.Y);
        Element opening = Element.Area(hole);
        float size = variant == 0 ? layout.Uniform(.15f, .2f) : layout.Uniform(.2f, .25f);
        Vector2 seen = centre + new Vector2(layout.Uniform(-.08f, .08f) * (variant == 0 ? 1 : .3f), variant == 0 ? .02f : -.08f);
        var scene = new List<Element>
        {
            Wall(centre.X, .04f, hole),
            Wall(centre.X, .96f, hole),
            Element.Line(new(.05f, horizon + .1f), new(.95f, horizon + .1f)) with { Ink = 1, ClipTo = opening },
            new(subject, seen, size) { ClipTo = opening },
            opening with { Fill = Fill.Outline, Fade = 0, Ink = 3, Stroke = 1.8f },
        };
        if (variant == 0)
        {
            Element Bar(Vector2 from, Vector2 to) => Element.Line(from, to) with { Ink = 3, Stroke = 1.6f };
            scene.Add(Bar(centre - new Vector2(0, half.Y), centre + new Vector2(0, half.Y)));
            scene.Add(Bar(centre - new Vector2(half.X, .1f * half.Y), centre + new Vector2(half.X, -.1f * half.Y)));
            scene.Add(Element.Area(Rectangle(centre + new Vector2(0, half.Y + .02f), half.X + .04f, .02f)) with { Ink = 3, Fill = Fill.Solid });
        }

        return scene;
    }

    // A hole would need two contours: the wall stands as two sides that meet above and below it.
    private static Element Wall(float seam, float side, Vector2[] hole)
    {
        Shape half = Shape.Polygon(new(seam, .04f), new(side, .04f), new(side, .96f), new(seam, .96f));
        return new Element(Subtract(half, hole) ?? half, Vector2.Zero, 1) { Fill = Fill.Solid, Ink = 3, Fade = .3f };
    }

    private static Vector2[] Arched(Vector2 centre, Vector2 half) =>
    [
        centre + new Vector2(half.X, half.Y),
        centre + new Vector2(-half.X, half.Y),
        .. Enumerable.Range(0, 13).Select(i => centre + (half * .4f * -Vector2.UnitY) + (new Vector2(half.X, .6f * half.Y) * Ray(MathF.PI + (i * MathF.PI / 12)))),
    ];

    private static Vector2[] Keyhole(Vector2 centre, SceneRandom layout)
    {
        float radius = layout.Uniform(.19f, .22f);
        float foot = layout.Uniform(.14f, .19f);
        Vector2 head = centre - new Vector2(0, .1f);
        return
        [
            centre + new Vector2(foot, .32f),
            centre + new Vector2(-foot, .32f),
            .. Enumerable.Range(0, 19).Select(i => head + (radius * Ray(2.05f + (i * (MathF.Tau - .96f) / 18)))),
        ];
    }
}
