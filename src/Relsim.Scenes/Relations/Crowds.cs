using System.Numerics;

namespace Relsim.Scenes.Relations;

/// <summary>Relations between one and many, or between crowds.</summary>
internal static class Crowds
{
    /// <summary>The families of this theme.</summary>
    internal static readonly IReadOnlyList<RelationFamily> Families =
    [
        new("odd-one-out", ["odd-shape", "odd-tone", "odd-turn"], OddOneOut),
        new("one-among-many", ["giant-among-small", "dwarf-among-large"], OneAmongMany),
        new("ring-around", ["wreath", "orbiting-crowd"], RingAround),
        new("orbit", ["one-orbit", "several-orbits"], Orbit),
        new("flow", ["converging", "diverging", "parallel"], Flow),
        new("opposition", ["two-facing-crowds", "one-against-many"], Opposition),
    ];

    private static IReadOnlyList<Element> OddOneOut(int variant, Look look, SceneRandom layout)
    {
        Shape one = Placement.Light(look.Chiral[0].Shape), stranger = Placement.Light(look.Simple.First(s => s.Kind != look.Chiral[0].Kind).Shape);
        int count = layout.Whole(6, 11), odd = layout.Whole(0, count - 1), form = layout.Whole(0, 2);
        float tilt = Placement.Tilt(layout), tone = layout.Chance(.5f) ? .1f : .9f, turned = layout.Sign() * layout.Uniform(1.5f, 2.6f);
        Vector2[] places;
        float half;
        if (form == 0)
        {
            count = Math.Min(count, 7);
            odd = layout.Whole(1, count - 2);
            half = .4f / count;
            float slope = layout.Pick<float>([0, 0, MathF.PI / 2, .4f, -.4f]);
            places = [.. Enumerable.Range(0, count).Select(i => Placement.Middle + (Placement.Unit(slope) * .92f * (((i + .5f) / count) - .5f)))];
        }
        else if (form == 1)
        {
            half = .27f * MathF.Sin(MathF.PI / count);
            places = Curves.Ring(count, Placement.Middle, .36f, layout.Angle());
        }
        else
        {
            (places, float shrink) = Curves.Scatter(layout, [.. Enumerable.Repeat(.1f, count)], 1.15f);
            half = .085f * shrink;
        }

        return Placement.Settle(layout, [.. places.Select((p, i) =>
        {
            bool differs = i == odd;
            Element put = Placement.Fit(differs && variant == 0 ? stranger : one, p, half, tilt + (differs && variant == 2 ? turned : 0));
            return put with { Tone = differs && variant == 1 ? 1 - tone : tone, Fill = Fill.Solid };
        })]);
    }

    private static IReadOnlyList<Element> OneAmongMany(int variant, Look look, SceneRandom layout)
    {
        Shape one = Placement.Light(look.Any[0].Shape);
        int count = variant == 0 ? layout.Whole(9, 15) : layout.Whole(6, 9);
        float special = variant == 0 ? layout.Uniform(.19f, .25f) : layout.Uniform(.036f, .042f);
        float usual = variant == 0 ? layout.Uniform(.038f, .05f) : layout.Uniform(.105f, .125f);
        bool anyWay = layout.Chance(.4f);
        float tilt = Placement.Tilt(layout);
        (Vector2[] places, float shrink) = Curves.Scatter(layout, [special, .. Enumerable.Repeat(usual, count)], 1.12f);
        return Placement.Settle(layout, [.. places.Select((p, i) =>
            Placement.Fit(i == 0 ? look.Any[0].Shape : one, p, MathF.Max(.034f, (i == 0 ? special : usual) * shrink), anyWay ? layout.Angle() : tilt + layout.Normal(.05f)))]);
    }

    private static IReadOnlyList<Element> RingAround(int variant, Look look, SceneRandom layout)
    {
        Shape[] small = [Placement.Light(look.Any[1].Shape), Placement.Light(look.Any[layout.Chance(.3f) ? 2 : 1].Shape)];
        float core = layout.Uniform(.13f, .18f), start = layout.Angle();
        bool outward = layout.Chance(.4f), inks = layout.Chance(.4f);
        var scene = new List<Element> { Placement.Fit(look.Any[0].Shape, Placement.Middle, core, layout.Normal(.1f)) };
        if (variant == 0)
        {
            float half = layout.Uniform(.048f, .065f), radius = MathF.Max(.32f, core + half + .12f);
            int count = 2 * (int)(MathF.PI * radius / (half * 1.7f));
            foreach ((Vector2 place, int i) in Curves.Ring(count, Placement.Middle, radius, start).Select((p, i) => (p, i)))
            {
                float turn = outward ? Placement.Heading(place - Placement.Middle) : 0;
                scene.Add(Placement.Fit(small[i % 2], place, half, turn) with { Ink = inks ? 1 + (i % 2) : 1 });
            }

            return Placement.Settle(layout, scene, .75f);
        }

        int many = layout.Whole(14, 22);
        float inner = core * 1.35f;
        float[] radii = [.. Enumerable.Range(0, many).Select(_ => layout.Uniform(.036f, .06f))];
        (Vector2[] places, float shrink) = Curves.Scatter(layout, radii, 1.15f, (p, r) => Vector2.Distance(p, Placement.Middle) - r is float d && d > inner && d < inner + .2f);
        scene.AddRange(places.Select((p, i) => Placement.Fit(small[i % 2], p, MathF.Max(.034f, radii[i] * shrink), Placement.Heading(p - Placement.Middle) + (MathF.PI / 2)) with { Ink = inks ? 1 + (i % 2) : 1 }));
        return Placement.Settle(layout, scene, .75f);
    }

    private static IReadOnlyList<Element> Orbit(int variant, Look look, SceneRandom layout)
    {
        Shape body = look.Any[0].Shape, moon = Placement.Light(look.Simple[1].Shape);
        int tracks = variant == 0 ? 1 : layout.Whole(3, 4);
        float core = variant == 0 ? layout.Uniform(.12f, .16f) : layout.Uniform(.07f, .09f);
        float flat = layout.Uniform(.5f, 1), turn = layout.Angle();
        bool crossed = variant == 1 && layout.Chance(.35f);
        flat = crossed ? .38f : flat;
        var scene = new List<Element>();
        var moons = new List<Element>();
        for (int track = 0; track < tracks; track++)
        {
            float wide = crossed || variant == 0 ? layout.Uniform(.38f, .44f) : float.Lerp(.22f, .45f, track / (tracks - 1f));
            float lean = crossed ? turn + (MathF.PI * track / tracks) : turn;
            scene.Add(Placement.Area(Curves.Ellipse(Placement.Middle, wide, wide * flat, lean), 2, Fill.Outline) with { Stroke = .7f });
            int bodies = variant == 0 ? layout.Whole(1, 3) : 1;
            float at = layout.Angle();
            for (int i = 0; i < bodies; i++)
            {
                Vector2 place = Placement.Unit(at + (MathF.Tau * i / bodies)) * new Vector2(wide, wide * flat);
                moons.Add(Placement.Fit(moon, Placement.Middle + Placement.Turn(place, lean), layout.Uniform(.038f, .05f)) with { Ink = 1, Fill = Fill.Solid });
            }
        }

        scene.Add(Placement.Fit(body, Placement.Middle, MathF.Min(core, .3f * flat), layout.Normal(.1f)));
        return Placement.Settle(layout, [.. scene, .. moons], .75f, 1.1f);
    }

    private static IReadOnlyList<Element> Flow(int variant, Look look, SceneRandom layout)
    {
        Shape one = Placement.Light(look.Directed[0].Shape);
        int count = layout.Whole(14, 22);
        float half = layout.Uniform(.048f, .062f);
        Vector2 focus = new(layout.Uniform(.25f, .75f), layout.Uniform(.25f, .75f)), common = Placement.Unit(layout.Angle());
        float clear = layout.Uniform(.05f, .1f);
        (Vector2[] places, float shrink) = Curves.Scatter(layout, [.. Enumerable.Repeat(half * 1.05f, count)], 1.05f, (p, r) => Vector2.Distance(p, focus) > clear + r);
        return Placement.Settle(layout, [.. places.Select(p =>
        {
            Vector2 heading = variant switch { 0 => focus - p, 1 => p - focus, _ => common };
            return Placement.Fit(one, p, MathF.Max(.036f, half * shrink), Placement.Heading(heading) + layout.Normal(.04f));
        })]);
    }

    private static IReadOnlyList<Element> Opposition(int variant, Look look, SceneRandom layout)
    {
        Shape ours = Placement.Light(look.Directed[0].Shape), theirs = layout.Chance(.4f) ? Placement.Light(look.Directed[1].Shape) : ours;
        float half = layout.Uniform(.05f, .062f), axis = layout.Chance(.7f) ? 0 : layout.Angle();
        int count = layout.Whole(5, 8);
        bool flipped = layout.Chance(.5f);
        List<Element> right = Crowd(theirs, count, half, layout);
        IEnumerable<Element> left = variant == 0
            ? Placement.Mirrored(Crowd(ours, count + layout.Whole(-1, 1), half, layout))
            : [Placement.Fit(ours, new Vector2(.17f, .5f), layout.Uniform(.1f, .14f), MathF.PI / 2)];
        IEnumerable<Element> scene = [.. left, .. right.Select(e => e with { Ink = 1 })];
        scene = flipped ? Placement.Mirrored(scene) : scene;
        return Placement.Settle(layout, Placement.Turned(scene, axis, Placement.Middle));
    }

    /// <summary>A loose block at the right, facing left.</summary>
    private static List<Element> Crowd(Shape one, int count, float half, SceneRandom layout)
    {
        const int Rows = 4;
        float pitch = half * 2.15f;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int column = i / Rows, inColumn = Math.Min(Rows, count - (column * Rows));
            Vector2 place = new(.68f + (pitch * column), .5f + (pitch * 1.05f * ((i % Rows) - ((inColumn - 1) / 2f))));
            return Placement.Fit(one, place + new Vector2(layout.Normal(.012f), layout.Normal(.006f)), half, -MathF.PI / 2);
        })];
    }
}
