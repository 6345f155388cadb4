using System.Numerics;

namespace Relsim.Scenes.Relations;

/// <summary>Relations of a way from one thing to another.</summary>
internal static class Ways
{
    /// <summary>The families of this theme.</summary>
    internal static readonly IReadOnlyList<RelationFamily> Families =
    [
        new("path-to-goal", ["winding-path", "maze"], PathToGoal),
    ];

    private static IReadOnlyList<Element> PathToGoal(int variant, Look look, SceneRandom layout)
    {
        Shape walker = look.Any[0].Shape, goal = look.Any[1].Shape;
        bool flipped = layout.Chance(.5f);
        float turn = MathF.PI / 2 * layout.Whole(0, 3);
        int side = layout.Whole(5, 6), form = layout.Whole(0, 2), bends = layout.Whole(3, 4);
        var lines = new List<Element>();
        Vector2 start = new(.14f, .14f), end = new(.86f, .86f);
        float half = variant == 0 ? layout.Uniform(.075f, .095f) : .86f / side * layout.Uniform(.34f, .4f);
        if (variant == 0)
        {
            lines.AddRange(Winding(start, end, bends, form, layout));
        }
        else
        {
            float cell = .86f / side;
            start = new Vector2(.07f + (cell / 2));
            end = Vector2.One - start;
            lines.AddRange(Maze(side, cell, layout));
        }

        lines = Placement.Turned(lines, turn, Placement.Middle);
        List<Element> scene =
        [
            .. lines,
            Placement.Fit(walker, Placement.Middle + Placement.Turn(start - Placement.Middle, turn), half),
            Placement.Fit(goal, Placement.Middle + Placement.Turn(end - Placement.Middle, turn), half) with { Ink = 1 },
        ];
        return Placement.Settle(layout, flipped ? Placement.Mirrored(scene) : scene, .85f, 1.1f);
    }

    /// <summary>A way that swings from side to side about the straight one: a road of two banks, a row of dashes, or one broad stroke.</summary>
    private static IEnumerable<Element> Winding(Vector2 start, Vector2 end, int bends, int form, SceneRandom layout)
    {
        Vector2 along = end - start, side = Vector2.Normalize(new Vector2(-along.Y, along.X));
        int sense = layout.Sign();
        var control = new List<Vector2> { start + (.1f * along) };
        for (int i = 1; i <= bends; i++)
        {
            float swing = (i % 2 == 0 ? 1 : -1) * sense * layout.Uniform(.2f, .28f);
            control.Add(start + (along * (i / (bends + 1f))) + (side * swing));
        }

        control.Add(start + (.9f * along));
        Vector2[] way = Curves.Smooth(control, 9);
        float wide = layout.Uniform(.022f, .03f);
        return form switch
        {
            0 => [Placement.Line(Curves.Beside(way, wide)), Placement.Line(Curves.Beside(way, -wide))],
            1 => Curves.Dashed(way, layout.Whole(12, 16), 2, 1.4f),
            _ => [Placement.Line(way, 2, 3.5f)],
        };
    }

    /// <summary>Walls of a square maze (a random spanning tree of its cells); runs of wall are single strokes.</summary>
    private static IEnumerable<Element> Maze(int side, float cell, SceneRandom layout)
    {
        HashSet<(int, int)> open = Passages(side, layout);
        for (int line = 0; line <= side; line++)
        {
            foreach (Element wall in Walls(side, i => line is 0 || line == side || !open.Contains(((((line - 1) * side) + i), (line * side) + i)), (from, to) => (new Vector2(from, line), new Vector2(to, line)), cell))
            {
                yield return wall;
            }

            foreach (Element wall in Walls(side, i => line is 0 || line == side || !open.Contains((((i * side) + line - 1), (i * side) + line)), (from, to) => (new Vector2(line, from), new Vector2(line, to)), cell))
            {
                yield return wall;
            }
        }
    }

    private static IEnumerable<Element> Walls(int side, Func<int, bool> stands, Func<int, int, (Vector2 From, Vector2 To)> ends, float cell)
    {
        for (int i = 0; i < side; i++)
        {
            if (!stands(i))
            {
                continue;
            }

            int from = i;
            while (i + 1 < side && stands(i + 1))
            {
                i++;
            }

            (Vector2 a, Vector2 b) = ends(from, i + 1);
            yield return Placement.Line([new Vector2(.07f) + (cell * a), new Vector2(.07f) + (cell * b)], 2, 1.2f);
        }
    }

    private static HashSet<(int, int)> Passages(int side, SceneRandom layout)
    {
        var open = new HashSet<(int, int)>();
        var seen = new HashSet<int> { 0 };
        var trail = new Stack<int>([0]);
        while (trail.TryPeek(out int here))
        {
            int x = here % side, y = here / side;
            int[] next = [.. new[] { (x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1) }
                .Where(c => c.Item1 >= 0 && c.Item1 < side && c.Item2 >= 0 && c.Item2 < side)
                .Select(c => (c.Item2 * side) + c.Item1).Where(c => !seen.Contains(c))];
            if (next.Length == 0)
            {
                trail.Pop();
                continue;
            }

            int step = layout.Pick(next);
            seen.Add(step);
            open.Add((Math.Min(here, step), Math.Max(here, step)));
            trail.Push(step);
        }

        return open;
    }
}
