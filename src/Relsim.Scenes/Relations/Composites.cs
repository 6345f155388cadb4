using System.Numerics;
using static Relsim.Scenes.Relations.GuideLines;
using static Relsim.Scenes.Relations.PolygonCuts;

namespace Relsim.Scenes.Relations;

/// <summary>Many things that make up one, and one outline that holds many.</summary>
internal static class Composites
{
    /// <summary>The families of this theme.</summary>
    public static IReadOnlyList<RelationFamily> Families { get; } =
    [
        new("mosaic-of-small", ["filled-by-small", "outlined-by-small"], Mosaic),
        new("silhouette-filled", ["scene-inside", "crowd-inside"], Filled),
        new("pattern-in-outline", ["stripes", "dots", "checks"], Pattern),
        new("face-like", ["smiling", "frowning", "astonished"], Face),
        new("glyph-of-objects", ["letter", "numeral"], Glyph),
        new("camouflage", ["blends-in", "stands-out"], Camouflage),
    ];

    // Strokes of each sign in a box of 4 x 6; signs that read as both a letter and a numeral are left out.
    private static readonly string[] Letters =
    [
        "A:06 20 46|13 33", "C:41 30 10 01 05 16 36 45", "E:40 00 06 46|03 33", "F:40 00 06|03 33", "H:00 06|40 46|03 43",
        "K:00 06|40 03 46", "L:00 06 46", "M:06 00 23 40 46", "N:06 00 46 40", "T:00 40|20 26", "U:00 05 16 36 45 40", "V:00 26 40", "X:00 46|40 06", "Y:00 23 40|23 26",
        "R:06 00 30 41 42 33 03|23 46", "P:06 00 30 41 42 33 03", "W:00 16 22 36 40",
    ];

    private static readonly string[] Numerals =
    [
        "2:01 10 30 41 42 06 46", "3:00 40 22 32 43 45 36 16 05", "4:36 30 04 44", "5:40 00 02 32 43 45 36 06", "6:30 10 02 05 16 36 45 44 33 13 04",
        "7:00 40 16", "8:13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33", "9:16 36 44 41 30 10 01 02 13 33 42",
    ];

    private static List<Element> Mosaic(int variant, Look look, SceneRandom layout)
    {
        Vector2[] outline = Bodies.Roomy(look);
        Shape small = Simplify(Fit(look.Any[1].Shape), 16);
        float size = layout.Uniform(.4f, .45f);
        bool turned = layout.Chance(.5f);
        float apart = layout.Uniform(.08f, .095f);
        List<Vector2> places = variant == 0 ? Packed(outline, apart / size) : Along(outline, apart / size);
        return [.. places.Take(95).Select(p => new Element(small, new Vector2(.5f) + (size * p), .47f * apart)
        {
            Rotation = turned ? layout.Angle() : 0,
            Ink = layout.Whole(0, 1),
        })];
    }

    private static List<Vector2> Packed(Vector2[] outline, float apart)
    {
        var places = new List<Vector2>();
        float rise = apart * .866f;
        for (int row = 0; row * rise <= 2; row++)
        {
            for (float x = -1 + (row % 2 * apart / 2); x <= 1; x += apart)
            {
                var place = new Vector2(x, -1 + (row * rise));
                if (Contains(outline, place) && DistanceTo(outline, place) > .12f * apart)
                {
                    places.Add(place);
                }
            }
        }

        return places.Count > 8 ? places : Along(outline, apart);
    }

    private static List<Vector2> Along(Vector2[] outline, float apart)
    {
        float length = outline.Select((p, i) => Vector2.Distance(p, outline[(i + 1) % outline.Length])).Sum();
        var places = new List<Vector2>();
        foreach (Vector2 place in Resample(outline, Math.Clamp((int)(length / apart), 8, 70), closed: true))
        {
            if (places.TrueForAll(other => Vector2.Distance(other, place) > .8f * apart))
            {
                places.Add(place);
            }
        }

        return places;
    }

    private static List<Element> Filled(int variant, Look look, SceneRandom layout)
    {
        float size = layout.Uniform(.42f, .46f);
        var place = new Vector2(layout.Uniform(.48f, .52f), layout.Uniform(.48f, .52f));
        Element body = new(Shape.Polygon(Bodies.Roomy(look)), place, size);
        List<Element> inside = variant == 0 ? Landscape(look, layout) : Crowd(look, layout);
        return [.. inside.Select(e => e with { ClipTo = body }), body with { Fill = Fill.Outline, Stroke = 1.6f }];
    }

    private static List<Element> Landscape(Look look, SceneRandom layout)
    {
        float horizon = layout.Uniform(.5f, .62f);
        float swell = layout.Uniform(.02f, .05f);
        float phase = layout.Angle();
        float Hill(float x) => horizon + (swell * MathF.Sin((x * 9) + phase));
        Vector2[] hills = [.. Enumerable.Range(0, 21).Select(i => new Vector2(i / 20f, Hill(i / 20f)))];
        float sun = layout.Uniform(.35f, .65f);
        var scene = new List<Element>
        {
            Element.Area(Ellipse(new(sun, horizon - layout.Uniform(.16f, .24f)), .07f, .07f, 20)) with { Fill = Fill.Solid, Ink = 2 },
            Element.Area([.. hills, new(1, 1), new(0, 1)]) with { Fill = Fill.Solid, Ink = 1, Fade = .45f },
        };
        int count = layout.Whole(3, 4);
        for (int i = 0; i < count; i++)
        {
            float x = .2f + (.6f * (i + layout.Uniform(.3f, .7f)) / count);
            float size = layout.Uniform(.06f, .1f);
            scene.Add(new Element(Fit(look.Any[1 + (i % 2)].Shape), new(x, Hill(x) - (.8f * size) + layout.Uniform(0, .12f)), size) { Ink = i % 2 * 3 });
        }

        return scene;
    }

    private static List<Element> Crowd(Look look, SceneRandom layout)
    {
        Shape[] kinds = [.. look.Any.Skip(1).Take(4).Select(s => Simplify(Fit(s.Shape), 26))];
        float apart = layout.Uniform(.15f, .18f);
        var scene = new List<Element>();
        for (float y = .08f; y < 1; y += apart)
        {
            for (float x = .08f; x < 1; x += apart)
            {
                var place = new Vector2(x + layout.Uniform(-.02f, .02f), y + layout.Uniform(-.02f, .02f));
                scene.Add(new Element(layout.Pick(kinds), place, apart * layout.Uniform(.42f, .55f)) { Rotation = layout.Angle(), Ink = layout.Whole(0, 3) });
            }
        }

        return scene;
    }

    private static List<Element> Pattern(int variant, Look look, SceneRandom layout)
    {
        Fill fill = variant switch { 0 => Fill.Striped, 1 => Fill.Dotted, _ => Fill.Checked };
        int count = layout.Whole(1, 3);
        float size = count == 1 ? layout.Uniform(.3f, .43f) : count == 2 ? .21f : .19f;
        float turn = layout.Uniform(-.3f, .3f);
        float start = layout.Angle();
        return [.. Enumerable.Range(0, count).Select(i => new Element(
            Shape.Polygon(Silhouette(i == 0 ? Bodies.Of(look, 0) : Fit(look.Simple[i + 1].Shape))),
            new Vector2(.5f) + (count == 1 ? Vector2.Zero : .25f * Ray(start + (i * MathF.Tau / count))),
            size) { Fill = fill, Rotation = turn, Ink = i })];
    }

    private static List<Element> Face(int variant, Look look, SceneRandom layout)
    {
        Shape eye = Fit(look.Any[0].Shape);
        Shape bead = Simplify(Fit(look.Any[layout.Chance(.5f) ? 0 : 1].Shape), 30);
        float scale = layout.Uniform(.85f, 1.1f);
        float apart = layout.Uniform(.14f, .18f);
        float eyes = layout.Uniform(.3f, .36f);
        float mouth = layout.Uniform(.68f, .72f);
        float size = layout.Uniform(.075f, .1f);
        bool head = layout.Chance(.5f);
        bool nose = layout.Chance(.5f);
        Vector2 At(float x, float y) => new(.5f + (scale * x), .5f + (scale * (y - .5f)));
        var scene = new List<Element>();
        scene.AddRange(head ? [Ring(new(.5f), .45f)] : []);
        scene.AddRange(new[] { -1, 1 }.Select(side => new Element(eye, At(side * apart, eyes - (variant == 2 ? .03f : 0)), size * (variant == 2 ? 1.15f : 1)) { Mirrored = side > 0 }));
        scene.AddRange(nose ? [Element.Line(At(0, .46f), At(-.03f, .54f), At(.02f, .55f)) with { Ink = 3 }] : []);
        int count = layout.Whole(6, 8);
        float wide = layout.Uniform(.18f, .23f);
        float deep = layout.Uniform(.1f, .13f);
        for (int i = 0; i < count; i++)
        {
            float t = (2f * i / (count - 1)) - 1;
            Vector2 place = variant switch
            {
                0 => At(wide * t, mouth + (deep * (1 - (t * t))) - (deep / 2)),
                1 => At(wide * t, mouth - (deep * (1 - (t * t))) + (deep / 2)),
                _ => At(.085f * MathF.Cos(i * MathF.Tau / count), mouth + (.11f * MathF.Sin(i * MathF.Tau / count))),
            };
            scene.Add(new Element(bead, place, .036f * scale) { Ink = 1 });
        }

        return scene;
    }

    private static List<Element> Glyph(int variant, Look look, SceneRandom layout)
    {
        string sign = variant == 0 ? layout.Pick(Letters) : layout.Pick(Numerals);
        Shape small = Simplify(Fit(look.Any[0].Shape), 40);
        float height = layout.Uniform(.7f, .82f);
        float width = height * layout.Uniform(.66f, .8f);
        var corner = new Vector2(.5f - (width / 2), .5f - (height / 2));
        float size = layout.Uniform(.038f, .046f);
        float lean = layout.Uniform(-.08f, .08f);
        var places = new List<Vector2>();
        foreach (string stroke in sign[2..].Split('|'))
        {
            Vector2[] path = [.. stroke.Split(' ').Select(p => corner + new Vector2((p[0] - '0') * width / 4, (p[1] - '0') * height / 6))];
            float length = path.Zip(path.Skip(1), Vector2.Distance).Sum();
            places.AddRange(Resample(path, Math.Max(2, 1 + (int)MathF.Round(length / (2.05f * size))), closed: false)
                .Where(p => places.TrueForAll(other => Vector2.Distance(p, other) > 1.45f * size)).ToArray());
        }

        return [.. places.Select(p => new Element(small, new(p.X + (lean * (.5f - p.Y)), p.Y), size))];
    }

    private static List<Element> Camouflage(int variant, Look look, SceneRandom layout)
    {
        float size = layout.Uniform(.26f, .34f);
        var place = new Vector2(layout.Uniform(.4f, .6f), layout.Uniform(.4f, .6f));
        Element body = new(Shape.Polygon(Silhouette(Bodies.Of(look, 0))), place, size);
        Vector2[] edge = [.. body.Shape.Parts[0].Points.Select(body.ToScene)];
        float turn = layout.Angle();
        bool dots = layout.Chance(.5f);
        float apart = dots ? layout.Uniform(.075f, .09f) : layout.Uniform(.04f, .055f);
        Element Surface(float shift, bool within)
        {
            IEnumerable<ShapePart> parts = dots ? Dots(apart, shift, edge, within) : Lines(apart, turn, shift, edge, within);
            return new Element(new Shape([.. parts]), Vector2.Zero, 1) { Fill = Fill.Solid, Stroke = 1.2f };
        }

        return variant == 0
            ? [Surface(0, within: false), Surface(apart / 2, within: true), body with { Fill = Fill.Outline, Stroke = .5f, Fade = .6f }]
            : [Surface(0, within: false), body with { Fill = Fill.Solid, Ink = 2 }, body with { Fill = Fill.Outline }];
    }

    private static IEnumerable<ShapePart> Dots(float apart, float shift, Vector2[] edge, bool within)
    {
        for (float y = .05f + shift; y < .96f; y += apart)
        {
            for (float x = .05f + shift; x < .96f; x += apart)
            {
                var place = new Vector2(x, y);
                if (Contains(edge, place) == within && (within || DistanceTo(edge, place) > .2f * apart))
                {
                    yield return new ShapePart(Ellipse(place, .27f * apart, .27f * apart, 6));
                }
            }
        }
    }

    private static IEnumerable<ShapePart> Lines(float apart, float turn, float shift, Vector2[] edge, bool within)
    {
        Vector2 along = Ray(turn);
        Vector2 aside = new(-along.Y, along.X);
        for (float at = -.7f + shift; at < .7f; at += apart)
        {
            Vector2 middle = new Vector2(.5f) + (at * aside);
            (Vector2 from, Vector2 to) = (Within(middle, along, -.9f), Within(middle, along, .9f));
            float[] stops = [0, .. Crossings(edge, from, to).Order(), 1];
            foreach ((float start, float end) in stops.Zip(stops.Skip(1)))
            {
                Vector2[] run = [Vector2.Lerp(from, to, start), Vector2.Lerp(from, to, end)];
                if (Vector2.Distance(run[0], run[1]) > .015f && Contains(edge, (run[0] + run[1]) / 2) == within)
                {
                    yield return new ShapePart(run, Closed: false);
                }
            }
        }
    }

    // Where a segment crosses a closed outline, as shares of the segment.
    private static IEnumerable<float> Crossings(Vector2[] edge, Vector2 from, Vector2 to)
    {
        Vector2 way = to - from;
        Vector2 normal = new(-way.Y, way.X);
        for (int i = 0; i < edge.Length; i++)
        {
            (Vector2 a, Vector2 b) = (edge[i] - from, edge[(i + 1) % edge.Length] - from);
            (float da, float db) = (Vector2.Dot(a, normal), Vector2.Dot(b, normal));
            float share = da > 0 != db > 0 ? Vector2.Dot(Vector2.Lerp(a, b, da / (da - db)), way) / MathF.Max(way.LengthSquared(), 1e-9f) : -1;
            if (share is > 0 and < 1)
            {
                yield return share;
            }
        }
    }

    // The last point of the ray that is still within the picture.
    private static Vector2 Within(Vector2 from, Vector2 along, float reach)
    {
        Vector2 end = from + (reach * along);
        for (int i = 0; i < 60 && (end.X is < .02f or > .98f || end.Y is < .02f or > .98f); i++)
        {
            reach *= .95f;
            end = from + (reach * along);
        }

        return Vector2.Clamp(end, new(.02f), new(.98f));
    }
}
