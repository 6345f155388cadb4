using System.Numerics;
using static Relsim.Scenes.Relations.GuideLines;
using static Relsim.Scenes.Relations.PolygonCuts;

namespace Relsim.Scenes.Relations;

/// <summary>Things in pieces: taken apart, broken, with something missing, fitted together, joined from two kinds.</summary>
internal static class Pieces
{
    /// <summary>The families of this theme.</summary>
    public static IReadOnlyList<RelationFamily> Families { get; } =
    [
        new("exploded-parts", ["along-an-axis", "outwards"], Exploded),
        new("fragments", ["shattering", "sliced"], Fragments),
        new("missing-part", ["bitten", "gap-in-the-ring", "absent-from-the-row"], Missing),
        new("puzzle-fit", ["interlocking", "peg-and-hole"], PuzzleFit),
        new("hybrid", ["left-right-halves", "head-on-other-body"], Hybrid),
    ];

    private static List<Element> Exploded(int variant, Look look, SceneRandom layout)
    {
        Shape whole = Bodies.Of(look, 0);
        Shape inner = Bodies.Of(look, 1);
        return variant == 0 ? AlongAxis(whole, inner, layout) : Outwards(whole, inner, layout);
    }

    private static List<Element> AlongAxis(Shape whole, Shape inner, SceneRandom layout)
    {
        bool upright = layout.Chance(.4f);
        Vector2 axis = upright ? Vector2.UnitY : Vector2.UnitX;
        int count = layout.Whole(3, 4);
        float size = layout.Uniform(.2f, .24f);
        float gap = (.86f - (2 * size)) / (count - 1);
        int opening = layout.Whole(1, count - 1);
        (Vector2 min, Vector2 max) = Bounds(whole);
        float low = Vector2.Dot(min, axis);
        float length = Vector2.Dot(max - min, axis);
        var centre = new Vector2(.5f);
        var scene = new List<Element>();
        foreach (float rail in (float[])[-.5f, 0, .5f])
        {
            Vector2 aside = rail * 1.3f * size * new Vector2(axis.Y, axis.X);
            scene.Add(Dashes(centre + aside - (.45f * axis), centre + aside + (.45f * axis)));
        }

        for (int i = 0; i < count; i++)
        {
            Vector2 from = axis * (low + (length * i / count));
            Vector2 to = axis * (low + (length * (i + 1) / count));
            Vector2 place = centre + (axis * gap * (i - ((count - 1) / 2f)));
            scene.AddRange(Clip(Clip(whole, from, -axis), to, axis) is { } piece ? [new Element(piece, place, size)] : []);
            if (i == opening)
            {
                Vector2 between = place - (axis * gap / 2) + (size * from);
                scene.Add(new Element(inner, between, MathF.Min(.32f * gap, .1f)) { Ink = 1, Fill = Fill.Solid });
            }
        }

        return scene;
    }

    private static List<Element> Outwards(Shape whole, Shape inner, SceneRandom layout)
    {
        int count = layout.Whole(4, 6);
        float size = layout.Uniform(.22f, .27f);
        float apart = layout.Uniform(.15f, .18f);
        float start = layout.Angle();
        float slice = MathF.Tau / count;
        var centre = new Vector2(.5f);
        var scene = new List<Element>();
        for (int i = 0; i < count; i++)
        {
            Vector2 way = Ray(start + (slice * i));
            scene.Add(Dashes(centre + (.09f * way), centre + (.44f * way)));
            Shape? piece = Wedge(whole, Vector2.Zero, start + (slice * (i - .5f)), start + (slice * (i + .5f)));
            scene.AddRange(piece is null ? [] : [new Element(piece, centre + (apart * way), size)]);
        }

        scene.Add(new Element(inner, centre, layout.Uniform(.06f, .08f)) { Ink = 1, Fill = Fill.Solid });
        return scene;
    }

    private static List<Element> Fragments(int variant, Look look, SceneRandom layout)
    {
        Shape whole = Bodies.Of(look, 0);
        float size = layout.Uniform(.26f, .32f);
        return variant == 0 ? Shattering(whole, size, layout) : Sliced(whole, size, layout);
    }

    // The side that is hit flies off in small pieces; the far side stays whole.
    private static List<Element> Shattering(Shape whole, float size, SceneRandom layout)
    {
        float angle = layout.Angle();
        Vector2 way = Ray(angle);
        Vector2 centre = new Vector2(.5f) - (.13f * way);
        var scene = new List<Element>();
        float reach = Bounds(whole) is var (min, max) ? .5f * Vector2.Dot(Vector2.Abs(way), max - min) : 1;
        Vector2 brink = -.1f * reach * way;
        scene.AddRange(Clip(whole, brink, way) is { } rest ? [new Element(rest, centre, size)] : []);
        Vector2[] seeds = [.. Steps.Scattered(14, new(-1), new(1), .34f, layout)];
        foreach ((Shape piece, Vector2 seed) in Clip(whole, brink, -way) is { } loose ? Shatter(loose, seeds) : [])
        {
            (Vector2 low, Vector2 high) = Bounds(piece);
            Vector2 middle = (low + high) / 2;
            float flight = MathF.Max(0, Vector2.Dot(middle - brink, way)) / reach;
            Vector2 aside = middle - (Vector2.Dot(middle, way) * way);
            float turn = layout.Uniform(-.9f, .9f) * flight;
            Vector2 target = middle + (way * (.1f + (.75f * flight))) + (.5f * flight * aside);
            scene.Add(new Element(piece.Map(p => (.85f * Turn(p - middle, turn)) + target), centre, size));
        }

        scene.AddRange(Enumerable.Range(0, layout.Whole(4, 8)).Select(_ =>
            Crumb(Vector2.Clamp(centre + (layout.Uniform(.3f, .55f) * Turn(way, layout.Uniform(-.7f, .7f))), new(.06f), new(.94f)), layout.Uniform(.012f, .022f), layout)));
        return scene;
    }

    private static List<Element> Sliced(Shape whole, float size, SceneRandom layout)
    {
        int count = layout.Whole(4, 7);
        Vector2 axis = Ray(layout.Pick([0, MathF.PI / 2, .8f, 2.3f]) + layout.Uniform(-.2f, .2f));
        Vector2 aside = new(-axis.Y, axis.X);
        float low = whole.Parts.SelectMany(part => part.Points).Min(p => Vector2.Dot(p, axis));
        float high = whole.Parts.SelectMany(part => part.Points).Max(p => Vector2.Dot(p, axis));
        float gap = layout.Uniform(.025f, .04f);
        float shift = layout.Uniform(.015f, .05f);
        float thick = (high - low) / count;
        var scene = new List<Element>();
        for (int i = 0; i < count; i++)
        {
            Shape? slice = Clip(Clip(whole, axis * (low + (i * thick)), -axis), axis * (low + ((i + 1) * thick)), axis);
            Vector2 place = new Vector2(.5f) + (axis * gap * (i - ((count - 1) / 2f))) + (aside * shift * (i % 2 == 0 ? 1 : -1));
            scene.AddRange(slice is null ? [] : [new Element(slice, place, size)]);
        }

        return scene;
    }

    private static List<Element> Missing(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Bodies.Of(look, 0);
        return variant switch
        {
            0 => Bitten(subject, layout),
            1 => GapInRing(subject, layout),
            _ => AbsentFromRow(subject, layout),
        };
    }

    private static List<Element> Bitten(Shape subject, SceneRandom layout)
    {
        float size = layout.Uniform(.26f, .38f);
        var place = new Vector2(layout.Uniform(size + .06f, .94f - size), layout.Uniform(size + .06f, .94f - size));
        Vector2[] rim = Resample(Silhouette(subject), 16, closed: true);
        // Where the outline is mostly air, a bite would not be seen.
        Vector2 mouth = layout.Permutation(16).Take(8).Select(i => rim[i]).MinBy(p => MathF.Abs(MathF.Round(Covered(subject, Ellipse(p, .5f, .5f, 10)) - .26f, 1)));
        Vector2 along = new Vector2(mouth.Y, -mouth.X) / MathF.Max(mouth.Length(), .2f);
        Shape rest = subject;
        foreach (float step in (float[])[-.26f, 0, .26f])
        {
            rest = Bite(rest, mouth + (step * along), step == 0 ? .42f : .3f) ?? rest;
        }

        return [new Element(rest, place, size)];
    }

    private static List<Element> GapInRing(Shape subject, SceneRandom layout)
    {
        int count = layout.Whole(7, 11);
        float radius = layout.Uniform(.28f, .36f);
        float size = MathF.Min(.105f, radius * MathF.Sin(MathF.PI / count) * .86f);
        float start = layout.Angle();
        bool outward = layout.Chance(.5f);
        return [Ring(new(.5f), radius) with { Fade = .6f, Stroke = .7f }, .. Enumerable.Range(1, count - 1).Select(i =>
        {
            float angle = start + (i * MathF.Tau / count);
            return new Element(subject, new Vector2(.5f) + (radius * Ray(angle)), size) { Rotation = outward ? angle + (MathF.PI / 2) : 0 };
        })];
    }

    private static List<Element> AbsentFromRow(Shape subject, SceneRandom layout)
    {
        int perRow = layout.Whole(4, 6);
        int rows = layout.Whole(1, 2);
        float cell = .92f / perRow;
        float size = MathF.Min(.1f, .42f * cell);
        int absent = rows == 1 ? layout.Whole(1, perRow - 2) : layout.Whole(0, (perRow * rows) - 1);
        float first = rows == 1 ? layout.Uniform(.4f, .6f) : layout.Uniform(.28f, .36f);
        var scene = new List<Element>();
        for (int i = 0; i < perRow * rows; i++)
        {
            var place = new Vector2(.04f + (cell * ((i % perRow) + .5f)), first + (i / perRow * .32f));
            Vector2 foot = place + new Vector2(0, 1.15f * size);
            scene.Add(Element.Line(foot - new Vector2(.8f * size, 0), foot + new Vector2(.8f * size, 0)) with { Ink = 3 });
            scene.AddRange(i == absent ? [] : [new Element(subject, place, size)]);
        }

        return scene;
    }

    private static List<Element> PuzzleFit(int variant, Look look, SceneRandom layout) =>
        variant == 0 ? Interlocking(Bodies.Of(look, 0), layout) : PegAndHole([Bodies.Of(look, 0), Fit(look.Simple[2].Shape), Fit(look.Simple[3].Shape)], layout);

    // One subject printed across jigsaw pieces that stand a little apart.
    private static List<Element> Interlocking(Shape subject, SceneRandom layout)
    {
        (int columns, int rows) = layout.Pick([(2, 1), (1, 2), (2, 2), (2, 2), (3, 2), (2, 3)]);
        float side = columns + rows == 3 ? .36f : columns + rows == 4 ? .34f : .25f;
        float gap = layout.Uniform(.05f, .07f);
        var middle = new Vector2(.5f);
        bool[] tabs = [.. Enumerable.Range(0, 16).Select(_ => layout.Chance(.5f))];
        var scene = new List<Element>();
        for (int i = 0; i < columns * rows; i++)
        {
            (int column, int row) = (i % columns, i / columns);
            Vector2 cell = new(column - ((columns - 1) / 2f), row - ((rows - 1) / 2f));
            Vector2 corner = (cell - new Vector2(.5f)) * side;
            Vector2[] corners = [corner, corner + new Vector2(side, 0), corner + new Vector2(side), corner + new Vector2(0, side)];
            List<Vector2> edge = [];
            edge.AddRange(Tabbed(corners[0], corners[1], row == 0 ? 0 : tabs[8 + (row * 3) + column - 3] ? -1 : 1));
            edge.AddRange(Tabbed(corners[1], corners[2], column == columns - 1 ? 0 : tabs[(row * 2) + column] ? 1 : -1));
            edge.AddRange(Tabbed(corners[2], corners[3], row == rows - 1 ? 0 : tabs[8 + (row * 3) + column] ? 1 : -1));
            edge.AddRange(Tabbed(corners[3], corners[0], column == 0 ? 0 : tabs[(row * 2) + column - 1] ? -1 : 1));
            Vector2 shift = middle + (gap * cell);
            Element piece = Element.Area([.. edge.Select(p => p + shift)]) with { Fill = Fill.Outline, Ink = 3, Stroke = 1.2f };
            scene.Add(new Element(subject, shift, .46f * side * MathF.Min(columns + .3f, rows + .3f)) { ClipTo = piece });
            scene.Add(piece);
        }

        return scene;
    }

    private static IEnumerable<Vector2> Tabbed(Vector2 from, Vector2 to, int bulge)
    {
        if (bulge == 0)
        {
            return [from];
        }

        Vector2 along = to - from;
        Vector2 outward = new Vector2(along.Y, -along.X) * bulge;
        Vector2 knob = from + (.5f * along) + (.13f * outward);
        IEnumerable<float> angles = Enumerable.Range(0, 13).Select(i => 2.45f - (i * 4.9f / 12));
        return [from, .. angles.Select(angle => knob + (.12f * ((-MathF.Sin(angle) * along) + (MathF.Cos(angle) * outward))))];
    }

    private static List<Element> PegAndHole(Shape[] pegs, SceneRandom layout)
    {
        int count = layout.Whole(2, 3);
        float cell = .84f / count;
        float size = MathF.Min(.13f, .4f * cell);
        float board = layout.Uniform(.72f, .78f);
        float above = layout.Uniform(.2f, .28f);
        int[] order = layout.Permutation(count);
        bool tilted = layout.Chance(.4f);
        List<Element> scene = [Frame(new(.5f, board), .45f, size + .045f) with { Stroke = 1.4f }];
        for (int i = 0; i < count; i++)
        {
            float x = .08f + (cell * (i + .5f));
            Shape outline = Shape.Polygon(Silhouette(pegs[order[i]]));
            Element hole = new(outline, new(x, board), size * 1.06f) { Fill = Fill.Solid, Fade = .7f };
            scene.AddRange([hole, hole with { Fill = Fill.Outline, Fade = 0 }, Arrow(.03f, new(x, above + (1.15f * size)), new(x, board - size - .06f))]);
            scene.Add(new Element(pegs[order[i]], new(x, above), size) { Rotation = tilted ? layout.Uniform(-.35f, .35f) : 0 });
        }

        return scene;
    }

    private static List<Element> Hybrid(int variant, Look look, SceneRandom layout)
    {
        float width = layout.Uniform(.72f, .9f);
        Shape first = Stretch(Bodies.Of(look, 0), width, 1);
        Shape second = Stretch(Bodies.Of(look, 1), width, 1);
        float size = layout.Uniform(.32f, .42f);
        var place = new Vector2(layout.Uniform(.45f, .55f), layout.Uniform(.47f, .53f));
        Vector2 outward = variant == 0 ? Vector2.UnitX : Vector2.UnitY;
        float seam = variant == 0 ? 0 : layout.Uniform(-.3f, -.05f);
        if (variant == 1)
        {
            // The neck of one is as wide as the shoulders of the other.
            (Vector2 head, Vector2 body) = (Chord(first, seam), Chord(second, seam));
            float scale = Math.Clamp((body.Y - body.X) / MathF.Max(.1f, head.Y - head.X), .6f, 1.5f);
            first = first.Map(p => new(((p.X - ((head.X + head.Y) / 2)) * scale) + ((body.X + body.Y) / 2), p.Y));
            float widest = first.Parts.SelectMany(part => part.Points).Max(p => MathF.Abs(p.X));
            first = widest > 1.05f ? first.Map(p => new(p.X * 1.05f / widest, p.Y)) : first;
        }

        Vector2 onSeam = seam * outward;
        var scene = new List<Element>();
        scene.AddRange(Clip(first, onSeam, outward) is { } one ? [new Element(one, place, size)] : []);
        scene.AddRange(Clip(second, onSeam, -outward) is { } other ? [new Element(other, place, size) { Ink = 1 }] : []);
        Vector2 along = new(outward.Y, outward.X);
        scene.Add(Dashes(place + (size * (onSeam - (1.08f * along))), place + (size * (onSeam + (1.08f * along)))));
        return scene;
    }

    private static Vector2 Chord(Shape shape, float y)
    {
        Vector2[] cut = [.. Clip(Contour(shape), new(0, y), -Vector2.UnitY).Where(p => MathF.Abs(p.Y - y) < 1e-3f)];
        return cut.Length < 2 ? new(-.5f, .5f) : new(cut.Min(p => p.X), cut.Max(p => p.X));
    }
}
