using System.Numerics;
using static Relsim.Scenes.Relations.GuideLines;
using static Relsim.Scenes.Relations.PolygonCuts;

namespace Relsim.Scenes.Relations;

/// <summary>One subject changing step by step: it grows, decays, melts, is used up, ripens, is put together, is covered.</summary>
internal static class Stages
{
    /// <summary>The families of this theme.</summary>
    public static IReadOnlyList<RelationFamily> Families { get; } =
    [
        new("growth-stages", ["growing", "shrinking"], Growth),
        new("decay-stages", ["decaying", "restoring"], Decay),
        new("melting", ["melting", "standing-firm"], Melting),
        new("consumption", ["used-up", "filling-up"], Consumption),
        new("ripening", ["gradual-tone", "abrupt-tone"], Ripening),
        new("assembly", ["assembling", "taken-apart"], Assembly),
        new("eclipse-phases", ["waxing", "waning"], Eclipse),
    ];

    // The subject rides on a stalk that lengthens, so that growth is more than an order of sizes.
    private static List<Element> Growth(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Fit(look.Any[0].Shape);
        int count = layout.Whole(4, 6);
        float cell = .9f / count;
        float ground = layout.Uniform(.8f, .9f);
        float tallest = layout.Uniform(.42f, .55f);
        float bulge = layout.Chance(.4f) ? layout.Uniform(.06f, .14f) : 0;
        float Rise(float x) => ground - (bulge * (1 - (4 * (x - .5f) * (x - .5f))));
        var scene = new List<Element>
        {
            Element.Line([.. Enumerable.Range(0, 13).Select(i => new Vector2(.04f + (.92f * i / 12), Rise(.04f + (.92f * i / 12))))]) with { Ink = 3 },
        };
        for (int i = 0; i < count; i++)
        {
            float age = (variant == 0 ? i + 1 : count - i) / (float)count;
            float x = .05f + (cell * (i + .5f));
            float size = MathF.Max(.03f, cell * .5f * (.2f + (.8f * age)));
            scene.AddRange(Stalk(new(x, Rise(x)), tallest * age * age, age));
            scene.Add(new Element(subject, new(x, Rise(x) - (tallest * age * age) - (.9f * size)), size));
        }

        return scene;
    }

    private static List<Element> Stalk(Vector2 foot, float height, float age)
    {
        var parts = new List<Element> { Element.Line(foot, foot - new Vector2(0, height)) with { Ink = 1, Stroke = 1.3f } };
        int leaves = (int)(age * 3.2f);
        float size = .02f + (.025f * age);
        for (int i = 0; i < leaves; i++)
        {
            Vector2 joint = foot - new Vector2(0, height * (i + .7f) / (leaves + .7f));
            float side = i % 2 == 0 ? 1 : -1;
            parts.Add(Element.Area(joint, joint + new Vector2(side * size * .6f, -size), joint + new Vector2(side * size * 1.7f, -size), joint + new Vector2(side * size, -.2f * size)) with { Ink = 1, Fill = Fill.Solid });
        }

        return parts;
    }

    private static List<Element> Decay(int variant, Look look, SceneRandom layout)
    {
        Shape whole = Simplify(Bodies.Of(look, 0), 120);
        int count = layout.Whole(4, 6);
        Steps steps = Steps.Draw(count, layout);
        Vector2[] rim = Resample(Silhouette(whole), 12, closed: true);
        int first = layout.Whole(0, 11);
        int stride = layout.Pick([5, 7]);
        (Vector2 Centre, float Radius)[] bites = [.. Enumerable.Range(0, 2 * (count - 1)).Select(i => (rim[(first + (stride * i)) % 12], layout.Uniform(.36f, .52f)))];
        var ages = new List<Shape?> { whole };
        for (int i = 1; i < count; i++)
        {
            ages.Add(bites[((2 * i) - 2)..(2 * i)].Aggregate(ages[^1], (shape, bite) => Bite(shape, bite.Centre, bite.Radius)));
        }

        bool crumbs = layout.Chance(.5f);
        var scene = new List<Element>(steps.Pointers);
        for (int i = 0; i < count; i++)
        {
            int age = variant == 0 ? i : count - 1 - i;
            if (ages[age] is { } rest)
            {
                scene.Add(new Element(rest, steps.Places[i], steps.Size));
            }

            if (crumbs || ages[age] is null)
            {
                scene.AddRange(Enumerable.Range(0, age).Select(k => Crumb(
                    steps.Places[i] + (steps.Size * new Vector2(-.8f + (1.6f * (k + .5f) / age), layout.Uniform(.95f, 1.15f))), .16f * steps.Size, layout)));
            }
        }

        return scene;
    }

    private static List<Element> Melting(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Bodies.Of(look, 0);
        int count = layout.Whole(3, 5);
        bool two = layout.Chance(.4f);
        int perRow = two ? (count + 1) / 2 : count;
        float cell = .92f / perRow;
        float size = MathF.Min(two ? .17f : .22f, .46f * cell);
        float low = layout.Uniform(.6f, .8f);
        int firm = layout.Whole(0, count - 1);
        var scene = new List<Element>();
        for (int i = 0; i < count; i++)
        {
            float sag = variant == 0 ? i / (count - 1f) : i == firm ? 0 : layout.Uniform(.85f, 1);
            float ground = two ? (i < perRow ? .44f : .92f) - .02f : low;
            var place = new Vector2(.04f + (cell * ((i % perRow) + .5f)), ground - size);
            scene.AddRange(Melted(subject, place, size, .49f * cell / size, sag, layout));
        }

        return scene;
    }

    private static List<Element> Melted(Shape subject, Vector2 place, float size, float room, float sag, SceneRandom layout)
    {
        float phase = layout.Angle();
        float foot = Bounds(subject).Max.Y;
        var melted = new List<Element>();
        if (sag > .1f)
        {
            melted.Add(Puddle(place + new Vector2(0, size * foot), size * MathF.Min(room, .5f + (.75f * sag)), size * (.1f + (.14f * sag)), layout));
        }

        Shape body = subject.Map(p =>
        {
            float low = (p.Y + 1) / 2;
            float spread = 1 + (sag * ((.7f * low * low) - .25f));
            float drip = .22f * sag * (1 - sag) * MathF.Sin((6 * p.X) + phase) * low;
            float lean = .25f * sag * (1 - low) * MathF.Sin(phase);
            return new((p.X * spread * .85f) + lean, foot - ((foot - p.Y) * (1 - (.8f * sag))) + drip);
        });
        melted.Add(new Element(body, place, size));
        return melted;
    }

    private static List<Element> Consumption(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Bodies.Of(look, 0);
        Vector2[] outline = Silhouette(subject);
        (Vector2 min, Vector2 max) = Bounds(subject);
        int count = layout.Whole(4, 6);
        Steps steps = Steps.Draw(count, layout);
        var scene = new List<Element>(steps.Pointers);
        for (int i = 0; i < count; i++)
        {
            float share = i / (count - 1f);
            float left = variant == 0 ? 1 - (.82f * share) : .06f + (.94f * share);
            Vector2 surface = new(0, max.Y - (left * (max.Y - min.Y)));
            Vector2 foot = steps.Places[i] + (steps.Size * new Vector2(0, max.Y + .06f));
            scene.Add(Element.Line(foot - new Vector2(steps.Size * .8f, 0), foot + new Vector2(steps.Size * .8f, 0)) with { Ink = 3 });
            if (variant == 0 && Clip(subject, surface, -Vector2.UnitY) is { } rest)
            {
                scene.Add(new Element(rest, steps.Places[i], steps.Size));
            }
            else if (variant == 1)
            {
                Vector2[] level = Clip(outline, surface, -Vector2.UnitY);
                scene.AddRange(level.Length > 0 ? [new Element(Shape.Polygon(level), steps.Places[i], steps.Size) { Fill = Fill.Solid }] : []);
                scene.Add(new Element(Shape.Polygon(outline), steps.Places[i], steps.Size) { Fill = Fill.Outline });
            }
        }

        return scene;
    }

    // Hung from a twig, so that ripening is more than an order of tones.
    private static List<Element> Ripening(int variant, Look look, SceneRandom layout)
    {
        Shape subject = Fit(look.Simple[0].Shape);
        float top = Bounds(subject).Min.Y;
        int count = layout.Whole(4, 6);
        int jump = layout.Whole(2, count - 2);
        bool up = layout.Chance(.5f);
        float cell = .9f / count;
        bool zigzag = layout.Chance(.6f);
        float size = cell * (zigzag ? .56f : .43f);
        float twig = layout.Uniform(.14f, .26f);
        float bend = layout.Uniform(-.06f, .06f);
        float Height(float x) => twig + (bend * MathF.Sin(x * MathF.PI)) - .02f;
        float hang = layout.Uniform(.08f, .16f);
        var scene = new List<Element>
        {
            Element.Line([.. Enumerable.Range(0, 11).Select(i => new Vector2(.04f + (.092f * i), Height(.04f + (.092f * i))))]) with { Ink = 3, Stroke = 2 },
        };
        for (int i = 0; i < count; i++)
        {
            float x = .05f + (cell * (i + .5f));
            float drop = hang + (zigzag && i % 2 == 1 ? 1.9f * size : 0);
            float tone = variant == 0 ? i / (count - 1f) : i < jump ? 0 : 1;
            var end = new Vector2(x, Height(x) + drop);
            scene.Add(Element.Line(new(x, Height(x)), end) with { Ink = 3 });
            scene.Add(Element.Area(new(x, Height(x)), new(x + .03f, Height(x) - .045f), new(x + .07f, Height(x) - .03f)) with { Ink = 3, Fill = Fill.Solid });
            scene.Add(new Element(subject, end - (size * new Vector2(0, top)), size) { Fill = Fill.Solid, Tone = up ? tone : 1 - tone });
        }

        return scene;
    }

    private static List<Element> Assembly(int variant, Look look, SceneRandom layout)
    {
        Shape whole = Bodies.Of(look, 0);
        int count = layout.Whole(4, 5);
        Steps steps = Steps.Draw(count, layout);
        float start = layout.Angle();
        float slice = MathF.Tau / count;
        (Shape? Piece, float Middle)[] pieces = [.. Enumerable.Range(0, count).Select(i => start + (slice * i)).Select(from => (Wedge(whole, Vector2.Zero, from, from + slice), from + (slice / 2)))];
        Element plan = new(Shape.Polygon(Silhouette(whole)), default, steps.Size) { Fill = Fill.Outline, Fade = .6f, Stroke = .7f };
        var scene = new List<Element>(steps.Pointers);
        for (int i = 0; i < count; i++)
        {
            int present = variant == 0 ? i + 1 : count - i;
            scene.Add(plan with { Position = steps.Places[i] });
            if (present == count)
            {
                scene.Add(new Element(whole, steps.Places[i], steps.Size));
                continue;
            }

            scene.AddRange(pieces.Take(present).Where(p => p.Piece is not null).Select(p =>
                new Element(p.Piece!, steps.Places[i] + (.1f * steps.Size * Ray(p.Middle)), steps.Size * .95f)));
        }

        return scene;
    }

    private static List<Element> Eclipse(int variant, Look look, SceneRandom layout)
    {
        Vector2[] outline = Silhouette(Fit(look.Simple[0].Shape));
        int count = layout.Whole(4, 6);
        Steps steps = Steps.Draw(count, layout);
        Vector2 way = Ray(layout.Pick([0, MathF.PI]) + layout.Uniform(-.35f, .35f));
        float reach = 2 * outline.Max(p => Vector2.Dot(p, way));
        var scene = new List<Element>(steps.Pointers);
        for (int i = 0; i < count; i++)
        {
            float share = (variant == 0 ? i : count - 1 - i) / (count - 1f);
            Element body = new(Shape.Polygon(outline), steps.Places[i], steps.Size);
            Vector2[] cover = [.. outline.Select(p => (1.02f * p) + (reach * share * way))];
            Shape? lit = share < 1 ? Subtract(body.Shape, cover) : body.Shape;
            scene.AddRange(share > 0 && lit is not null ? [body with { Shape = lit, Fill = Fill.Solid }] : []);
            scene.Add(body with { Fill = Fill.Outline, Stroke = .8f });
        }

        return scene;
    }
}
