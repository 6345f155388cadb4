using System.Numerics;
using static Relsim.Scenes.Relations.GuideLines;
using static Relsim.Scenes.Relations.PolygonCuts;

namespace Relsim.Scenes.Relations;

/// <summary>A thing and its double: reflection, symmetry, shadow, print.</summary>
internal static class Reflections
{
    /// <summary>The families of this theme.</summary>
    public static IReadOnlyList<RelationFamily> Families { get; } =
    [
        new("mirror-reflection", ["below", "beside", "broken-by-ripples"], Mirror),
        new("symmetry", ["bilateral", "fourfold"], Symmetry),
        new("cast-shadow", ["true-shadow", "false-shadow"], Shadow),
        new("imprint", ["trail-of-prints", "stamp-beside"], Imprint),
    ];

    private static List<Element> Mirror(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Fit(look.Chiral[0].Shape);
        (Vector2 min, Vector2 max) = Bounds(subject);
        float size = layout.Uniform(.18f, .22f);
        float fade = layout.Uniform(.35f, .5f);
        float line = layout.Uniform(.47f, .53f);
        if (variant == 1)
        {
            float y = layout.Uniform(.35f, .65f);
            var place = new Vector2(line - (size * max.X) - .035f, y);
            Element thing = new(subject, place, size);
            return
            [
                thing,
                thing with { Position = new((2 * line) - place.X, y), Mirrored = true, Fade = fade },
                Element.Line(new(line, y - size - .08f), new(line, y + size + .08f)) with { Ink = 3, Stroke = 1.5f },
            ];
        }

        int count = layout.Whole(1, 2);
        var scene = new List<Element> { Ground(line) with { Stroke = 1.4f } };
        for (int i = 0; i < count; i++)
        {
            float x = count == 1 ? layout.Uniform(.3f, .7f) : .27f + (.46f * i);
            Shape shape = i == 0 ? subject : Fit(look.Chiral[1].Shape);
            float foot = Bounds(shape).Max.Y;
            var place = new Vector2(x, line - (size * foot) - .012f);
            Element thing = new(shape, place, size) { Ink = i };
            Element image = thing with { Shape = shape.Map(p => p with { Y = -p.Y }), Position = new(x, (2 * line) - place.Y), Fade = fade };
            scene.Add(thing);
            scene.AddRange(variant == 0 ? [image] : Rippled(image, line, layout));
        }

        scene.AddRange(variant == 0 ? [] : Ripples(line, layout));
        return scene;
    }

    private static IEnumerable<Element> Rippled(Element image, float line, SceneRandom layout)
    {
        int bands = layout.Whole(5, 7);
        (Vector2 min, Vector2 max) = Bounds(image.Shape);
        float thick = (max.Y - min.Y) / bands;
        for (int i = 0; i < bands; i++)
        {
            float top = min.Y + (thick * i);
            Shape? band = Clip(Clip(image.Shape, new(0, top), -Vector2.UnitY), new(0, top + (.72f * thick)), Vector2.UnitY);
            if (band is not null)
            {
                float shift = (i % 2 == 0 ? 1 : -1) * image.Size * layout.Uniform(.12f, .25f) * (i + 1) / bands;
                yield return image with { Shape = band, Position = image.Position + new Vector2(shift, .01f) };
            }
        }
    }

    private static IEnumerable<Element> Ripples(float line, SceneRandom layout) => Enumerable.Range(1, layout.Whole(3, 5)).Select(i =>
    {
        float y = line + (.085f * i) + layout.Uniform(-.01f, .01f);
        float x = layout.Uniform(.06f, .5f);
        float length = layout.Uniform(.3f, .42f);
        return Element.Line([.. Enumerable.Range(0, 13).Select(k => new Vector2(x + (length * k / 12), y + (.008f * MathF.Sin(k * 1.57f))))]) with { Ink = 3, Stroke = .7f };
    });

    private static List<Element> Symmetry(int variant, Look look, SceneRandom layout)
    {
        bool axes = layout.Chance(.6f);
        float lean = variant == 1 && layout.Chance(.5f) ? MathF.PI / 4 : 0;
        int count = variant == 0 ? layout.Whole(4, 6) : layout.Whole(2, 3);
        bool level = variant == 0 && layout.Chance(.25f);
        List<Vector2> places = variant == 0
            ? Steps.Scattered(count, new(.1f, .12f), new(.4f, .88f), .19f, layout)
            : [.. Steps.Scattered(4 * count, new(lean == 0 ? .1f : .18f), new(.42f), .16f, layout).Where(p => Vector2.Distance(p, new(.5f)) < (lean == 0 ? .5f : .4f)).Take(count)];
        var scene = new List<Element>();
        for (int i = 0; i < places.Count; i++)
        {
            float size = layout.Uniform(.055f, .09f);
            Element thing = new(Fit((i == 0 ? look.Any[0] : look.Directed[i]).Shape), places[i], size) { Rotation = layout.Angle(), Ink = i };
            IEnumerable<Element> orbit = variant == 0 ? [thing, AcrossUpright(thing)] : Fourfold(thing, axes);
            scene.AddRange(level ? orbit.Select(e => Turned(e, MathF.PI / 2)) : orbit.Select(e => Turned(e, lean)));
        }

        if (variant == 0 && layout.Chance(.5f))
        {
            scene.Add(Turned(Dashes(new(.5f, .06f), new(.5f, .94f)), level ? MathF.PI / 2 : 0));
        }

        return scene;
    }

    private static IEnumerable<Element> Fourfold(Element thing, bool mirrors) => mirrors
        ? [thing, AcrossUpright(thing), Turned(thing, MathF.PI), Turned(AcrossUpright(thing), MathF.PI)]
        : Enumerable.Range(0, 4).Select(i => Turned(thing, i * MathF.PI / 2));

    private static Element AcrossUpright(Element thing) =>
        thing with { Position = new(1 - thing.Position.X, thing.Position.Y), Mirrored = !thing.Mirrored, Rotation = -thing.Rotation };

    // About the middle of the picture.
    private static Element Turned(Element thing, float angle)
    {
        Vector2 from = thing.Position - new Vector2(.5f);
        return thing with { Position = new Vector2(.5f) + Turn(from, angle), Rotation = thing.Rotation + angle };
    }

    private static List<Element> Shadow(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Bodies.Of(look, 0);
        Shape caster = variant == 0 ? subject : Unlike(subject, look);
        float size = layout.Uniform(.2f, .25f);
        int side = layout.Sign();
        bool lamp = layout.Chance(.5f);
        (Vector2 min, Vector2 max) = Bounds(subject);
        (Vector2 low, Vector2 high) = Bounds(caster);
        caster = caster.Map(p => (p - new Vector2((low.X + high.X) / 2, high.Y)) * ((max.Y - min.Y) / (high.Y - low.Y)));
        Vector2[] silhouette = Contour(caster);
        var foot = new Vector2(.5f - (side * layout.Uniform(.16f, .2f)), layout.Uniform(.56f, .62f));
        float slant = layout.Uniform(.75f, 1) * side;
        float depth = layout.Uniform(.6f, .75f);
        Vector2[] cast = [.. silhouette.Select(p => foot + (size * new Vector2(p.X - (slant * p.Y), -depth * p.Y)))];
        Vector2 shift = new(0, -.012f);
        var scene = new List<Element>
        {
            Element.Area([.. cast.Select(p => Vector2.Clamp(p + shift, new(.03f), new(.97f)))]) with { Fill = Fill.Solid, Fade = .5f, Ink = 3 },
            new(subject, foot - (size * new Vector2((min.X + max.X) / 2, max.Y)), size),
        };
        if (lamp)
        {
            Vector2 light = foot + new Vector2(-side * .2f, -.46f);
            scene.Add(Element.Area(Ellipse(Vector2.Clamp(light, new(.08f), new(.92f)), .045f, .045f, 16)) with { Ink = 2, Fill = Fill.Solid });
        }

        return scene;
    }

    private static Shape Unlike(Shape subject, Look look)
    {
        Vector2[] own = Contour(subject);
        IEnumerable<(Shape Shape, Vector2[] Edge)> others = look.Any.Skip(1).Take(4).Select(other => Fit(other.Shape)).Select(other => (other, Contour(other)));
        return others.MinBy(other => Overlap(own, other.Edge) + (Area(other.Edge) < .7f ? 1 : 0)).Shape;
    }

    private static float Overlap(Vector2[] one, Vector2[] other)
    {
        (int both, int either) = (0, 0);
        for (int i = 0; i < 13 * 13; i++)
        {
            var place = new Vector2((i % 13 / 6f) - 1, (i / 13 / 6f) - 1);
            (bool a, bool b) = (Contains(one, place), Contains(other, place));
            both += a && b ? 1 : 0;
            either += a || b ? 1 : 0;
        }

        return both / MathF.Max(1, either);
    }

    private static List<Element> Imprint(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Bodies.Of(look, 0);
        return variant == 0 ? Trail(subject, layout) : Stamped(subject, layout);
    }

    private static List<Element> Trail(Shape subject, SceneRandom layout)
    {
        Shape print = Simplify(Shape.Polygon(Contour(subject)), 24);
        int count = layout.Whole(6, 9);
        float bend = layout.Uniform(-.5f, .5f);
        float start = layout.Angle();
        var scene = new List<Element>();
        float stride = .68f / count;
        Vector2 at = Vector2.Zero;
        var path = new List<(Vector2 Place, float Heading)>();
        for (int i = 0; i <= count; i++)
        {
            float heading = start + (bend * i / count * 2);
            path.Add((at, heading));
            at += (i == count - 1 ? stride + .1f : stride) * Ray(heading);
        }

        Vector2 middle = (new Vector2(path.Min(p => p.Place.X), path.Min(p => p.Place.Y)) + new Vector2(path.Max(p => p.Place.X), path.Max(p => p.Place.Y))) / 2;
        for (int i = 0; i < count; i++)
        {
            (Vector2 place, float heading) = path[i];
            Vector2 aside = .055f * (i % 2 == 0 ? 1 : -1) * Ray(heading + (MathF.PI / 2));
            scene.Add(new Element(print, place - middle + new Vector2(.5f) + aside, .048f) { Fill = Fill.Solid, Fade = .35f, Rotation = heading + (MathF.PI / 2), Mirrored = i % 2 == 0 });
        }

        scene.Add(new Element(subject, Vector2.Clamp(path[^1].Place - middle + new Vector2(.5f), new(.16f), new(.84f)), .12f));
        return scene;
    }

    private static List<Element> Stamped(Shape subject, SceneRandom layout)
    {
        bool upright = layout.Chance(.3f);
        Vector2 along = upright ? Vector2.UnitY : Vector2.UnitX;
        float size = layout.Uniform(.14f, .18f);
        float apart = layout.Uniform(.23f, .26f);
        float tilt = layout.Uniform(-.2f, .2f);
        Vector2 left = new Vector2(.5f) - (apart * along);
        Vector2 right = new Vector2(.5f) + (apart * along);
        Element print = new(Shape.Polygon(Contour(subject)), right, size) { Fill = Fill.Solid, Fade = .55f, Rotation = tilt, Mirrored = true };
        return
        [
            new Element(subject, left, size) { Rotation = tilt * .3f },
            Frame(right, size * 1.25f, size * 1.25f, tilt),
            print,
            print with { Fill = Fill.Outline, Size = size * 1.08f, Fade = .3f, Stroke = .6f },
        ];
    }
}
