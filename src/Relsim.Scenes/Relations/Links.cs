using System.Numerics;

namespace Relsim.Scenes.Relations;

/// <summary>Relations made by lines: chains, networks, trees, strands, sets.</summary>
internal static class Links
{
    /// <summary>The families of this theme.</summary>
    internal static readonly IReadOnlyList<RelationFamily> Families =
    [
        new("branching", ["tree", "river"], Branching),
        new("chain", ["linked-rings", "beads-on-a-string"], Chain),
        new("network", ["mesh", "hub"], Network),
        new("descent-tree", ["binary", "wide"], DescentTree),
        new("overlap-of-sets", ["two-sets", "three-sets"], OverlapOfSets),
        new("interlace", ["braid", "crossing"], Interlace),
    ];

    private static IReadOnlyList<Element> Branching(int variant, Look look, SceneRandom layout)
    {
        Shape leaf = Placement.Light(look.Any[0].Shape);
        float half = layout.Uniform(.042f, .055f);
        var lines = new List<Element>();
        var tips = new List<(Vector2 Place, Vector2 Direction)>();
        if (variant == 0)
        {
            float spread = layout.Uniform(.42f, .58f);
            Grow(new Vector2(.5f, .95f), -MathF.PI / 2, layout.Uniform(.24f, .3f), 0);

            void Grow(Vector2 from, float angle, float length, int depth)
            {
                Vector2 to = from + (length * Placement.Unit(angle));
                lines.Add(Placement.Line([from, to], 2, 3.2f - (.75f * depth)));
                if (depth == 3 || (depth == 2 && layout.Chance(.15f)))
                {
                    tips.Add((to, to - from));
                    return;
                }

                float next = length * layout.Uniform(.68f, .82f), skew = layout.Normal(.06f);
                Grow(to, angle - (spread * (depth == 0 ? 1.3f : 1)) + skew, next, depth + 1);
                Grow(to, angle + (spread * (depth == 0 ? 1.3f : 1)) + skew, next, depth + 1);
            }
        }
        else
        {
            River(layout, lines, tips);
        }

        float turn = variant == 0 ? 0 : layout.Pick<float>([0, MathF.PI / 2, -MathF.PI / 2, layout.Normal(.5f)]);
        bool follows = layout.Chance(.4f);
        IEnumerable<Element> leaves = tips.Select(t => Placement.Fit(leaf, Placement.Middle + Placement.Turn(t.Place - Placement.Middle, turn), half, follows ? Placement.Heading(t.Direction) + turn : 0));
        return Placement.Settle(layout, [.. Placement.Turned(lines, turn, Placement.Middle), .. leaves]);
    }

    /// <summary>A winding stem that widens downwards, with tributaries that join it at sharp angles from both sides.</summary>
    private static void River(SceneRandom layout, List<Element> lines, List<(Vector2 Place, Vector2 Direction)> tips)
    {
        float swing = layout.Uniform(.06f, .1f), phase = layout.Angle();
        Vector2[] stem = Curves.Sample(40, t => new Vector2(.5f + (swing * MathF.Sin(phase + (t * 9))), .1f + (.85f * t)));
        for (int i = 0; i < 4; i++)
        {
            lines.Add(Placement.Line(stem[(i * 9)..Math.Min(40, (i * 9) + 13)], 2, 1.6f + (.8f * i)));
        }

        int count = layout.Whole(5, 7), first = layout.Whole(0, 1);
        for (int i = 0; i < count; i++)
        {
            int side = (i + first) % 2 == 0 ? -1 : 1;
            Vector2 mouth = stem[6 + (i * 30 / count)];
            Vector2 source = mouth + new Vector2(side * layout.Uniform(.24f, .34f), -layout.Uniform(.14f, .24f));
            Vector2 knee = Vector2.Lerp(source, mouth, .55f) + new Vector2(0, side * layout.Uniform(-.05f, .05f));
            lines.Add(Placement.Line(Curves.Smooth([source, knee, mouth + new Vector2(0, .04f)], 6), 2, 1.3f));
            tips.Add((source, source - mouth));
        }

        tips.Add((stem[0], new Vector2(0, -1)));
    }

    private static IReadOnlyList<Element> Chain(int variant, Look look, SceneRandom layout)
    {
        Shape one = Placement.Light(look.Any[0].Shape);
        float sag = layout.Uniform(-.2f, .2f), turn = layout.Chance(.6f) ? layout.Normal(.2f) : layout.Angle();
        int links = layout.Whole(4, 6), beads = layout.Whole(7, 11);
        bool filled = layout.Chance(.7f), loop = layout.Chance(.25f), mixed = layout.Chance(.25f);
        var scene = new List<Element>();
        if (variant == 0)
        {
            float radius = .46f / links, flat = layout.Uniform(.7f, 1);
            (Vector2 Place, Vector2 Direction)[] middles = Curves.Along(Curves.Sample(30, t => new Vector2(1.1f * (t - .5f), sag * MathF.Sin(t * MathF.PI))), links);
            scene.AddRange(LinkedRings(middles, radius * layout.Uniform(1.15f, 1.25f), flat));
            IEnumerable<Vector2> held = filled ? middles.Select(m => m.Place) : [middles[0].Place - new Vector2(radius * 1.7f, 0), middles[^1].Place + new Vector2(radius * 1.7f, 0)];
            scene.AddRange(held.Select(p => Placement.Fit(one, p, filled ? radius * .36f : radius * .55f, -turn)));
        }
        else
        {
            Vector2[] cord = loop
                ? Curves.Sample(60, t => .34f * Placement.Unit(t * MathF.Tau) * new Vector2(1, .85f))
                : Curves.Sample(40, t => new Vector2(.9f * (t - .5f), (sag * MathF.Sin(t * MathF.PI)) + (.05f * MathF.Sin(t * 8))));
            scene.Add(Placement.Line(cord, 2, 1.2f));
            IEnumerable<(Vector2 Place, Vector2 Direction)> places = loop ? Curves.Along(cord, beads + 1).Take(beads) : Curves.Along(cord, beads + 2).Skip(1).Take(beads);
            scene.AddRange(places.Select((p, i) => Placement.Fit(mixed && i % 2 == 1 ? Placement.Light(look.Any[1].Shape) : one, p.Place, MathF.Min(.055f, .38f / beads), -turn) with { Fill = Fill.Solid, Ink = mixed ? i % 2 : 0 }));
        }

        return Placement.Settle(layout, Placement.Turned(scene, turn, Vector2.Zero));
    }

    /// <summary>Rings that pass through each other: at one of two crossings the later ring lies over, at the other the earlier one is painted again over a gap.</summary>
    private static IEnumerable<Element> LinkedRings((Vector2 Place, Vector2 Direction)[] middles, float radius, float flat)
    {
        for (int i = 0; i < middles.Length; i++)
        {
            float lean = MathF.Atan2(middles[i].Direction.Y, middles[i].Direction.X);
            Vector2[] ring = Curves.Ellipse(middles[i].Place, radius, radius * flat, lean);
            Vector2[] round = [.. ring, ring[0]];
            yield return Placement.Line(round, 1, 3.2f) with { Fade = 1 };
            yield return Placement.Line(round, 1, 1.8f);
            if (i == 0)
            {
                continue;
            }

            (Vector2 before, Vector2 direction) = middles[i - 1];
            float leanBefore = MathF.Atan2(direction.Y, direction.X);
            float crossing = MathF.Acos(Math.Clamp(Vector2.Distance(before, middles[i].Place) / (2 * radius), -1, 1));
            Vector2[] over = Curves.Sample(9, t => before + Placement.Turn(Placement.Unit(crossing - .38f + (.76f * t)) * new Vector2(radius, radius * flat), leanBefore));
            yield return Placement.Line(over[1..^1], 1, 3.6f) with { Fade = 1 };
            yield return Placement.Line(over, 1, 1.8f);
        }
    }

    private static IReadOnlyList<Element> Network(int variant, Look look, SceneRandom layout)
    {
        Shape node = Placement.Light(look.Any[0].Shape);
        int count = layout.Whole(7, 11);
        float half = layout.Uniform(.042f, .055f);
        bool mixed = layout.Chance(.2f);
        var edges = new HashSet<(int, int)>();
        Vector2[] places;
        if (variant == 0)
        {
            places = Curves.Scatter(layout, [.. Enumerable.Repeat(.095f, count)], 1.15f).Places;
            for (int i = 0; i < count; i++)
            {
                int[] near = [.. Enumerable.Range(0, count).Where(j => j != i).OrderBy(j => Vector2.Distance(places[i], places[j]))];
                int joins = layout.Whole(2, 3);
                edges.UnionWith(near.Take(joins).Select(j => (Math.Min(i, j), Math.Max(i, j))));
                edges.UnionWith(near.Where(j => j < i).Take(1).Select(j => (j, i)));
            }
        }
        else
        {
            float start = layout.Angle();
            places = [Placement.Middle, .. Enumerable.Range(0, count - 1).Select(i => Placement.Middle + (layout.Uniform(.3f, .42f) * Placement.Unit(start + (MathF.Tau * (i + layout.Uniform(-.15f, .15f)) / (count - 1)))))];
            edges.UnionWith(Enumerable.Range(1, count - 1).Select(i => (0, i)));
        }

        float hub = layout.Uniform(1.3f, 1.9f);
        IEnumerable<Element> lines = edges.OrderBy(e => e).Select(e => Placement.Line([places[e.Item1], places[e.Item2]], 2, .9f));
        IEnumerable<Element> nodes = places.Select((p, i) =>
            Placement.Fit(mixed ? Placement.Light(look.Any[i % 3].Shape) : node, p, half * (variant == 1 && i == 0 ? hub : 1)) with { Fill = Fill.Solid, Ink = mixed ? i % 3 : 0 });
        return Placement.Settle(layout, [.. lines, .. nodes]);
    }

    private static IReadOnlyList<Element> DescentTree(int variant, Look look, SceneRandom layout)
    {
        Shape one = Placement.Light(look.Any[0].Shape);
        bool mixed = layout.Chance(.2f), square = layout.Chance(.45f);
        int[] levels = variant == 0
            ? layout.Chance(.5f) ? [1, 2, 4] : [1, 2, 4, 8]
            : layout.Whole(0, 1) == 0 ? [1, layout.Whole(5, 8)] : [1, layout.Whole(4, 5), 8];
        float drop = levels.Length == 2 ? layout.Uniform(.38f, .5f) : layout.Uniform(.72f, .8f) / (levels.Length - 1), wide = .88f;
        var lines = new List<Element>();
        var nodes = new List<Element>();
        for (int level = 0; level < levels.Length; level++)
        {
            int count = levels[level];
            float half = levels[^1] > 6 ? .042f : .055f;
            for (int i = 0; i < count; i++)
            {
                Vector2 place = new(wide * (i + .5f) / count, level * drop);
                nodes.Add(Placement.Fit(mixed ? Placement.Light(look.Any[level].Shape) : one, place, level == 0 ? half * 1.25f : half) with { Fill = Fill.Solid, Ink = mixed ? level : 0 });
                if (level > 0)
                {
                    int parents = levels[level - 1];
                    Vector2 parent = new(wide * ((i * parents / count) + .5f) / parents, (level - 1) * drop);
                    float between = (place.Y + parent.Y) / 2;
                    lines.Add(Placement.Line(square ? [parent, new(parent.X, between), new(place.X, between), place] : [parent, place], 2, .9f));
                }
            }
        }

        return Placement.Settle(layout, [.. lines, .. nodes], .85f, 1.1f);
    }

    private static IReadOnlyList<Element> OverlapOfSets(int variant, Look look, SceneRandom layout)
    {
        int sets = variant + 2;
        float radius = layout.Uniform(.25f, .29f), flat = layout.Uniform(.88f, 1), away = radius * layout.Uniform(.56f, .66f);
        float start = sets == 3 ? -MathF.PI / 2 : layout.Chance(.75f) ? 0 : MathF.PI / 2;
        Vector2[] centres = Curves.Ring(sets, Placement.Middle, away, start);
        var scene = new List<Element>(centres.Select((c, i) => Placement.Area(Curves.Ellipse(c, radius, radius * flat), i + 1, Fill.Outline) with { Stroke = 1.4f }));
        float half = layout.Uniform(.038f, .048f);
        for (int set = 0; set < sets; set++)
        {
            Vector2 outward = Vector2.Normalize(centres[set] - Placement.Middle), side = new(-outward.Y, outward.X);
            Vector2 own = centres[set] + (outward * radius * .36f);
            int count = layout.Whole(1, 3);
            for (int i = 0; i < count; i++)
            {
                scene.Add(Placement.Fit(Placement.Light(look.Any[set].Shape), own + (side * .1f * (i - ((count - 1) / 2f))), half) with { Ink = set });
            }
        }

        if (sets == 2)
        {
            scene.AddRange(Enumerable.Range(0, 2).Select(i => Placement.Fit(Placement.Light(look.Any[i].Shape), Placement.Middle + (Placement.Turn(Placement.Unit(start), MathF.PI / 2) * .1f * (i - .5f)), half) with { Ink = i }));
        }
        else
        {
            scene.Add(Placement.Fit(Placement.Light(look.Any[3].Shape), Placement.Middle, half) with { Ink = 3 });
        }

        return Placement.Settle(layout, scene, .85f, 1.1f);
    }

    private static IReadOnlyList<Element> Interlace(int variant, Look look, SceneRandom layout)
    {
        Shape end = Placement.Light(look.Any[0].Shape);
        float turn = layout.Chance(.5f) ? layout.Pick<float>([0, MathF.PI / 2]) + layout.Normal(.1f) : layout.Angle(), half = layout.Uniform(.042f, .052f);
        int count = variant == 0 ? layout.Whole(2, 3) : layout.Whole(2, 3) * 2;
        Vector2[][] strands;
        if (variant == 0)
        {
            float height = layout.Uniform(.09f, .13f), periods = layout.Uniform(1.4f, 2.1f);
            strands = [.. Enumerable.Range(0, count).Select(k => Curves.Sample(60, t => new Vector2(.8f * (t - .5f), height * MathF.Sin(MathF.Tau * ((t * periods) + .1f + (k / (float)count))))))];
        }
        else
        {
            int along = count / 2;
            float pitch = layout.Uniform(.16f, .24f), skew = layout.Uniform(1.1f, MathF.PI / 2), sway = layout.Uniform(0, .025f);
            strands = [.. Enumerable.Range(0, count).Select(k => Curves.Sample(40, t =>
            {
                Vector2 straight = new(.74f * (t - .5f), (pitch * ((k % along) - ((along - 1) / 2f))) + (sway * MathF.Sin(9 * t)));
                return k < along ? straight : Placement.Turn(straight, skew);
            }))];
        }

        List<Element> scene = Woven(strands, variant == 0 && count == 3);
        scene.AddRange(strands.Select((s, k) => Placement.Fit(end, s[0], half, -turn) with { Ink = k % 3, Fill = Fill.Solid }));
        return Placement.Settle(layout, Placement.Turned(scene, turn, Vector2.Zero));
    }

    /// <summary>Strands that go over and under each other: at every crossing the upper one is painted again over a gap.</summary>
    private static List<Element> Woven(Vector2[][] strands, bool plaited)
    {
        var scene = new List<Element>(strands.Select((s, k) => Placement.Line(s, k % 3, 2.6f)));
        for (int a = 0; a < strands.Length; a++)
        {
            for (int b = a + 1; b < strands.Length; b++)
            {
                int met = 0;
                foreach ((int i, int j) in Crossings(strands[a], strands[b]))
                {
                    Vector2 step = strands[a][i + 1] - strands[a][i];
                    bool first = plaited ? step.Y * strands[a][i].Y < 0 : (a + b + met) % 2 == 0;
                    met++;
                    (Vector2[] over, int at, int ink) = first ? (strands[a], i, a % 3) : (strands[b], j, b % 3);
                    scene.Add(Placement.Line(over[Math.Max(0, at - 2)..Math.Min(over.Length, at + 4)], ink, 5.2f) with { Fade = 1 });
                    scene.Add(Placement.Line(over[Math.Max(0, at - 4)..Math.Min(over.Length, at + 6)], ink, 2.6f));
                }
            }
        }

        return scene;
    }

    private static IEnumerable<(int I, int J)> Crossings(Vector2[] a, Vector2[] b)
    {
        for (int i = 0; i + 1 < a.Length; i++)
        {
            for (int j = 0; j + 1 < b.Length; j++)
            {
                if (Side(a[i], a[i + 1], b[j]) * Side(a[i], a[i + 1], b[j + 1]) < 0 && Side(b[j], b[j + 1], a[i]) * Side(b[j], b[j + 1], a[i + 1]) < 0)
                {
                    yield return (i, j);
                }
            }
        }
    }

    private static float Side(Vector2 a, Vector2 b, Vector2 p) => ((b.X - a.X) * (p.Y - a.Y)) - ((b.Y - a.Y) * (p.X - a.X));
}
