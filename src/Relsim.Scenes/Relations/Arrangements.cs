using System.Numerics;

namespace Relsim.Scenes.Relations;

/// <summary>Relations of place among many: rings, spirals, grids, clusters, tilings, waves.</summary>
internal static class Arrangements
{
    /// <summary>The families of this theme.</summary>
    internal static readonly IReadOnlyList<RelationFamily> Families =
    [
        new("radial-arrangement", ["facing-outward", "facing-inward", "several-rings"], Radial),
        new("spiral", ["spiral", "double-spiral"], Spiral),
        new("variations-grid", ["all-different", "all-alike", "one-odd"], VariationsGrid),
        new("tessellation", ["hexagons", "bricks", "interlocking"], Tessellation),
        new("wave", ["along-a-sine", "ripples"], Wave),
        new("clusters", ["one-cluster", "two-clusters", "three-clusters"], Clusters),
    ];

    private static IReadOnlyList<Element> Radial(int variant, Look look, SceneRandom layout)
    {
        Shape one = Placement.Light(look.Directed[0].Shape);
        var scene = new List<Element>();
        if (layout.Chance(.4f))
        {
            scene.Add(Placement.Fit(look.Simple[1].Shape, Placement.Middle, layout.Uniform(.045f, .07f)) with { Ink = 1 });
        }

        float start = layout.Angle();
        if (variant == 2)
        {
            float[] radii = layout.Chance(.5f) ? [.2f, .38f] : [.14f, .27f, .4f];
            float half = layout.Uniform(.042f, radii.Length == 2 ? .062f : .05f);
            foreach (float radius in radii)
            {
                int count = Math.Clamp((int)(MathF.Tau * radius / (half * 2.8f)), 5, 15);
                scene.AddRange(Curves.Ring(count, Placement.Middle, radius, start).Select(p => Placement.Fit(one, p, half, Placement.Heading(p - Placement.Middle))));
            }
        }
        else
        {
            int count = layout.Whole(6, 12);
            float radius = layout.Uniform(.28f, .33f), half = MathF.Min(.115f, layout.Uniform(.6f, .8f) * MathF.PI * radius / count);
            foreach (Vector2 p in Curves.Ring(count, Placement.Middle, radius, start))
            {
                Vector2 outward = p - Placement.Middle;
                scene.Add(Placement.Fit(one, p, half, Placement.Heading(variant == 0 ? outward : -outward)));
            }
        }

        return Placement.Settle(layout, scene, .75f);
    }

    private static IReadOnlyList<Element> Spiral(int variant, Look look, SceneRandom layout)
    {
        Shape one = Placement.Light(look.Any[0].Shape);
        float turns = variant == 0 ? layout.Uniform(1.8f, 2.3f) : layout.Uniform(.9f, 1.2f);
        int count = variant == 0 ? layout.Whole(24, 30) : layout.Whole(12, 15);
        float start = layout.Angle(), largest = layout.Uniform(.045f, .058f), begin = variant == 0 ? .03f : .06f;
        int sense = layout.Sign();
        bool follows = layout.Chance(.4f), guided = layout.Chance(.7f);
        var scene = new List<Element>();
        for (int arm = 0; arm <= variant; arm++)
        {
            float offset = start + (arm * MathF.PI);
            Vector2[] curve = Curves.Sample(80, t => Placement.Middle + ((begin + (.38f * t)) * Placement.Unit(offset + (sense * turns * MathF.Tau * t))));
            if (guided)
            {
                scene.Add(Placement.Line(curve));
            }

            (Vector2 Place, Vector2 Direction)[] places = Curves.Along(curve, count);
            scene.AddRange(places.Select((p, i) => Placement.Fit(one, p.Place, float.Lerp(.037f, largest, i / (count - 1f)), follows ? Placement.Heading(p.Direction) : 0)));
        }

        return Placement.Settle(layout, scene);
    }

    private static IReadOnlyList<Element> VariationsGrid(int variant, Look look, SceneRandom layout)
    {
        (int columns, int rows) = layout.Pick<(int, int)>([(3, 3), (4, 3), (3, 4), (4, 4), (3, 2), (4, 2)]);
        int cells = columns * rows, odd = layout.Whole(0, cells - 1);
        float tilt = Placement.Tilt(layout), fill = layout.Uniform(.3f, .4f);
        Shape[] kinds = Placement.Unlike(look, cells);
        int[] order = layout.Permutation(cells);
        bool ruled = layout.Chance(.5f), inks = layout.Chance(.3f);
        var scene = new List<Element>();
        for (int i = 0; i < cells; i++)
        {
            int kind = variant switch { 0 => order[i], 2 when i == odd => 1, _ => 0 };
            Vector2 at = new((i % columns) + .5f, (i / columns) + .5f);
            scene.Add(Placement.Fit(kinds[kind], at, fill, tilt) with { Ink = variant == 0 && inks ? i : kind == 0 ? 0 : 1 });
        }

        if (ruled)
        {
            scene.AddRange(Enumerable.Range(0, columns + 1).Select(x => Placement.Line([new(x, 0), new(x, rows)])));
            scene.AddRange(Enumerable.Range(0, rows + 1).Select(y => Placement.Line([new(0, y), new(columns, y)])));
        }

        return Placement.Settle(layout, scene);
    }

    private static IReadOnlyList<Element> Tessellation(int variant, Look look, SceneRandom layout)
    {
        Shape motif = Placement.Light(look.Any[0].Shape);
        int columns = layout.Whole(3, 4), rows = layout.Whole(3, 4) + (variant == 1 ? 2 : 0), inks = layout.Whole(1, 3);
        bool outlined = layout.Chance(.5f);
        int sparse = layout.Whole(1, 2);
        float part = layout.Uniform(.4f, .55f), amplitude = layout.Uniform(.14f, .22f), flat = layout.Uniform(.4f, .55f);
        Func<float, float> across = Edge(layout.Whole(0, 2), amplitude), down = Edge(layout.Whole(0, 2), amplitude * layout.Sign());
        var tiles = new List<Element>();
        var motifs = new List<Element>();
        for (int i = 0; i < columns * rows; i++)
        {
            int column = i % columns, row = i / columns;
            (Vector2[] tile, Vector2 centre, float half) = variant switch
            {
                0 => Hexagon(column, row),
                1 => Brick(column, row, flat),
                _ => Interlocking(column, row, across, down),
            };
            Vector2 middle = Mean(tile);
            int ink = inks == 1 ? 1 : 1 + ((column + (row * (variant == 2 ? 1 : 2))) % inks);
            float inset = outlined ? 1 : .95f;
            tiles.Add(Placement.Area(tile.Select(p => Vector2.Lerp(middle, p, inset)), ink, outlined ? Fill.Outline : Fill.Solid) with { Fade = outlined ? 0 : .5f });
            if (i % sparse == 0)
            {
                motifs.Add(Placement.FitInto(motif, centre, new Vector2(half * part * (variant == 1 ? 1.4f : 1), half * part)));
            }
        }

        return Placement.Settle(layout, [.. tiles, .. motifs], .86f);
    }

    private static Vector2 Mean(Vector2[] points) => points.Aggregate(Vector2.Add) / points.Length;

    private static (Vector2[] Tile, Vector2 Centre, float Half) Hexagon(int column, int row)
    {
        Vector2 centre = new((column + ((row & 1) * .5f)) * .25f, row * .2165f);
        return (Curves.Ring(6, centre, .1443f, MathF.PI / 6), centre, .125f);
    }

    private static (Vector2[] Tile, Vector2 Centre, float Half) Brick(int column, int row, float flat)
    {
        const float Wide = .28f;
        float high = Wide * flat, left = (column + ((row & 1) * .5f)) * Wide, top = row * high;
        Vector2[] tile = [new(left, top), new(left + Wide, top), new(left + Wide, top + high), new(left, top + high)];
        return (tile, new Vector2(left + (Wide / 2), top + (high / 2)), high * .72f);
    }

    private static (Vector2[] Tile, Vector2 Centre, float Half) Interlocking(int column, int row, Func<float, float> across, Func<float, float> down)
    {
        const float Side = .24f;
        const int Steps = 12;
        Vector2 corner = new(column, row);
        IEnumerable<float> ts = Enumerable.Range(0, Steps).Select(k => k / (float)Steps);
        IEnumerable<Vector2> tile =
        [
            .. ts.Select(t => corner + new Vector2(t, across(t))),
            .. ts.Select(t => corner + new Vector2(1 + down(t), t)),
            .. ts.Select(t => corner + new Vector2(1 - t, 1 + across(1 - t))),
            .. ts.Select(t => corner + new Vector2(down(1 - t), 1 - t)),
        ];
        return ([.. tile.Select(p => p * Side)], (corner + new Vector2(.5f + (.6f * down(.5f)), .5f + (.6f * across(.5f)))) * Side, .09f);
    }

    private static Func<float, float> Edge(int kind, float amplitude) => kind switch
    {
        0 => t => amplitude * MathF.Sin(t * MathF.Tau),
        1 => t => amplitude * 1.2f * MathF.Exp(-MathF.Pow((t - .5f) / .14f, 2)) * (t is 0 or 1 ? 0 : 1),
        _ => t => amplitude * (t < .25f ? 4 * t : t < .75f ? 2 - (4 * t) : (4 * t) - 4),
    };

    private static IReadOnlyList<Element> Wave(int variant, Look look, SceneRandom layout)
    {
        Shape one = Placement.Light(look.Any[0].Shape);
        float half = layout.Uniform(.038f, .052f);
        var scene = new List<Element>();
        if (variant == 0)
        {
            int count = layout.Whole(11, 17);
            float height = layout.Uniform(.11f, .2f), periods = layout.Uniform(1.5f, 2.4f), phase = layout.Angle(), turn = layout.Chance(.5f) ? layout.Normal(.15f) : layout.Angle();
            bool follows = layout.Chance(.4f);
            Vector2[] curve = Curves.Sample(60, t => Placement.Middle + Placement.Turn(new Vector2(.86f * (t - .5f), height * MathF.Sin(phase + (t * periods * MathF.Tau))), turn));
            if (layout.Chance(.5f))
            {
                scene.Add(Placement.Line(curve));
            }

            scene.AddRange(Curves.Along(curve, count).Select(p => Placement.Fit(one, p.Place, half, follows ? Placement.Heading(p.Direction) : 0)));
            return Placement.Settle(layout, scene);
        }

        int rings = layout.Whole(4, 6), floating = layout.Whole(2, 5);
        float flat = layout.Uniform(.45f, 1), first = layout.Uniform(.13f, .16f);
        for (int ring = 0; ring < rings; ring++)
        {
            float wide = float.Lerp(first, .45f, ring / (rings - 1f));
            scene.Add(Placement.Area(Curves.Ellipse(Placement.Middle, wide, wide * flat), 2, Fill.Outline) with { Fade = .45f * ring / rings });
        }

        float start = layout.Angle();
        for (int i = 0; i < floating; i++)
        {
            float wide = float.Lerp(first, .45f, layout.Whole(1, rings - 1) / (rings - 1f));
            Vector2 place = Placement.Middle + (Placement.Unit(start + (MathF.Tau * i / floating) + layout.Normal(.2f)) * new Vector2(wide, wide * flat));
            scene.Add(Placement.Fit(one, place, .038f, layout.Normal(.2f)));
        }

        scene.Add(Placement.Fit(look.Any[0].Shape, Placement.Middle, MathF.Min(layout.Uniform(.07f, .1f), first * (.3f + (.5f * flat)))));
        return Placement.Settle(layout, scene, .8f, 1);
    }

    private static IReadOnlyList<Element> Clusters(int variant, Look look, SceneRandom layout)
    {
        int groups = variant + 1, count = layout.Whole(12, 17);
        Shape one = Placement.Light(look.Any[0].Shape);
        float half = layout.Uniform(.036f, .045f), pitch = half * layout.Uniform(1.8f, 2.1f), tilt = Placement.Tilt(layout), spin = layout.Angle();
        bool anyWay = layout.Chance(.4f);
        float reach = pitch * MathF.Sqrt(count / (float)groups), apart = (2 * reach) + layout.Uniform(.16f, .28f);
        var scene = new List<Element>();
        for (int i = 0; i < count; i++)
        {
            int group = i % groups, rank = i / groups;
            Vector2 centre = groups == 1 ? Vector2.Zero : apart / (2 * MathF.Sin(MathF.PI / groups)) * Placement.Unit(spin + (MathF.Tau * group / groups));
            Vector2 place = centre + (pitch * MathF.Sqrt(rank + .5f) * Placement.Unit((rank * 2.39996f) + group + layout.Normal(.1f)));
            scene.Add(Placement.Fit(one, place, half * layout.Uniform(.9f, 1.1f), anyWay ? layout.Angle() : tilt));
        }

        return Placement.Settle(layout, scene, groups == 1 ? .4f : .8f, groups == 1 ? 1 : 1.15f);
    }
}
