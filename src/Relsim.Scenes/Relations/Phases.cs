using System.Numerics;
using static Relsim.Scenes.Relations.GuideLines;
using static Relsim.Scenes.Relations.PolygonCuts;

namespace Relsim.Scenes.Relations;

/// <summary>One subject at several moments: phases of a movement, before and after, round a cycle.</summary>
internal static class Phases
{
    /// <summary>The families of this theme.</summary>
    public static IReadOnlyList<RelationFamily> Families { get; } =
    [
        new("movement-phases", ["leap", "tumble", "fall"], Movement),
        new("before-after", ["broken", "grown", "turned"], BeforeAfter),
        new("cycle-of-arrows", ["one-way-cycle", "exchange"], Cycle),
    ];

    private static List<Element> Movement(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Fit(look.Chiral[0].Shape);
        int count = variant == 2 ? 4 : layout.Whole(4, 5);
        int way = layout.Sign();
        bool mirrored = layout.Chance(.5f);
        float size = layout.Uniform(.08f, .1f);
        float oldest = layout.Chance(.6f) ? layout.Uniform(.35f, .65f) : 0;
        float ground = layout.Uniform(.84f, .92f);
        Func<float, (Vector2 Place, float Turn)> phase = variant switch
        {
            0 => Leap(ground - size, layout),
            1 => Tumble(ground - size, layout),
            _ => Fall(ground - size, layout),
        };
        var scene = new List<Element>();
        if (variant != 1)
        {
            scene.Add(Ground(ground));
        }
        else
        {
            (Vector2 first, Vector2 last) = (phase(0).Place, phase(1).Place);
            Vector2 along = (last - first) / 12;
            Vector2 below = new(0, 1.35f * size);
            scene.Add(Element.Line(first - along + below, last + along + below) with { Ink = 3 });
        }

        for (int i = 0; i < count; i++)
        {
            (Vector2 place, float turn) = phase(i / (count - 1f));
            scene.Add(new Element(subject, place, size) { Rotation = turn, Mirrored = mirrored, Fade = oldest * (1 - (i / (count - 1f))) });
        }

        return way > 0 ? scene : [.. scene.Select(Flipped)];
    }

    private static Func<float, (Vector2 Place, float Turn)> Leap(float floor, SceneRandom layout)
    {
        float height = layout.Uniform(.45f, .65f);
        float tilt = layout.Uniform(.3f, .6f);
        return t => (new(.13f + (.74f * t), floor - (height * 4 * t * (1 - t))), tilt * ((2 * t) - 1));
    }

    private static Func<float, (Vector2 Place, float Turn)> Tumble(float floor, SceneRandom layout)
    {
        float drop = layout.Uniform(0, .5f);
        float turns = layout.Uniform(.75f, .95f) * MathF.Tau;
        float high = layout.Uniform(drop > .25f ? .2f : .4f, floor - drop - .1f);
        return t => (new(.13f + (.74f * t), high + (drop * t)), turns * t);
    }

    private static Func<float, (Vector2 Place, float Turn)> Fall(float floor, SceneRandom layout)
    {
        float drift = layout.Uniform(.25f, .5f);
        float start = layout.Uniform(.15f, .35f);
        return t => (new(start + (drift * t), .13f + ((floor - .13f) * ((.2f * t) + (.8f * t * t)))), 0);
    }

    private static Element Flipped(Element element) => element.Shape.Parts[0].Closed || element.Size < 1
        ? element with { Position = new(1 - element.Position.X, element.Position.Y), Mirrored = !element.Mirrored, Rotation = -element.Rotation }
        : element with { Shape = element.Shape.Map(p => new(1 - p.X, p.Y)) };

    private static List<Element> BeforeAfter(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Fit(look.Chiral[0].Shape);
        bool upright = layout.Chance(.3f);
        Vector2 along = upright ? Vector2.UnitY : Vector2.UnitX;
        Vector2 middle = new(.5f + (upright ? layout.Uniform(-.1f, .1f) : 0), .5f + (upright ? 0 : layout.Uniform(-.1f, .1f)));
        float panel = layout.Uniform(.17f, .2f);
        Vector2 before = middle - (.25f * along);
        Vector2 after = middle + (.25f * along);
        var scene = new List<Element>();
        switch (layout.Whole(0, 2))
        {
            case 0:
                scene.AddRange([Frame(before, panel, panel), Frame(after, panel, panel), Arrow(.03f, middle - (.045f * along), middle + (.045f * along))]);
                break;
            case 1:
                Vector2 across = .32f * new Vector2(along.Y, along.X);
                scene.Add(Element.Line(middle - across, middle + across) with { Ink = 3 });
                break;
            default:
                scene.Add(Arrow(.045f, middle - (.06f * along), middle + (.06f * along)));
                break;
        }

        float size = .78f * panel;
        scene.Add(new Element(subject, before, variant == 1 ? .4f * size : size));
        switch (variant)
        {
            case 0:
                scene.AddRange(Broken(subject, after, size, layout));
                break;
            case 1:
                scene.Add(new Element(subject, after, size));
                break;
            default:
                scene.Add(new Element(subject, after, size) { Rotation = layout.Uniform(1.4f, 2.6f) * layout.Sign() });
                break;
        }

        return scene;
    }

    private static IEnumerable<Element> Broken(Shape subject, Vector2 place, float size, SceneRandom layout)
    {
        float start = layout.Angle();
        int count = layout.Whole(4, 6);
        Vector2[] seeds = [.. Enumerable.Range(0, count).Select(i => layout.Uniform(.35f, .65f) * Ray(start + (i * MathF.Tau / count)))];
        return Shatter(subject, seeds).Select(p =>
        {
            float turn = layout.Uniform(-.4f, .4f);
            return new Element(p.Piece.Map(v => (.8f * Turn(v - p.Seed, turn)) + (1.1f * p.Seed)), place, size);
        });
    }

    private static List<Element> Cycle(int variant, Look look, SceneRandom layout)
    {
        int way = layout.Sign();
        float start = layout.Angle();
        bool different = layout.Chance(.5f);
        int count = variant == 0 ? layout.Whole(3, 6) : 2;
        float radius = layout.Uniform(.3f, .34f);
        float size = MathF.Min(.13f, .5f * radius * MathF.Sin(MathF.PI / count) * (count == 2 ? .85f : 1.05f));
        var centre = new Vector2(.5f);
        var scene = new List<Element>();
        for (int i = 0; i < count; i++)
        {
            float angle = start + (i * MathF.Tau / count);
            float gap = (1.25f * size / radius) + .06f;
            (float from, float to) = (angle + gap, angle + (MathF.Tau / count) - gap);
            scene.Add(new Element(Fit(look.Any[different ? i : 0].Shape), centre + (radius * Ray(angle)), size) { Ink = different ? i : 0 });
            scene.Add(way > 0 ? ArcArrow(centre, radius, from, to, .045f) : ArcArrow(centre, radius, to, from, .045f));
        }

        return scene;
    }
}
