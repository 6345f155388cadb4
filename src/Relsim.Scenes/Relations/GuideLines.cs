using System.Numerics;
using static Relsim.Scenes.Relations.PolygonCuts;

namespace Relsim.Scenes.Relations;

/// <summary>What a picture draws beside its subjects, in the unit square: arrows, dashes, frames, rings, ground.</summary>
internal static class GuideLines
{
    /// <summary>An arrow along a path, its head at the last point.</summary>
    public static Element Arrow(float head, params Vector2[] path)
    {
        Vector2 tip = path[^1];
        Vector2 ahead = Vector2.Normalize(tip - path[^2]);
        Vector2 side = new(-ahead.Y, ahead.X);
        Vector2 neck = tip - (head * ahead);
        var shaft = new ShapePart([.. path[..^1], neck], Closed: false);
        var point = new ShapePart([tip, neck + (.6f * head * side), neck - (.6f * head * side)]);
        return new Element(new Shape([shaft, point]), Vector2.Zero, 1) { Fill = Fill.Solid, Ink = 3, Stroke = 1.2f };
    }

    /// <summary>An arrow along an arc about a centre.</summary>
    public static Element ArcArrow(Vector2 centre, float radius, float from, float to, float head) =>
        Arrow(head, [.. Enumerable.Range(0, 10).Select(i => centre + (radius * Ray(from + ((to - from) * i / 9))))]);

    /// <summary>A dashed straight line.</summary>
    public static Element Dashes(Vector2 from, Vector2 to, float dash = .022f)
    {
        int count = Math.Max(1, (int)(Vector2.Distance(from, to) / (2 * dash)));
        var parts = Enumerable.Range(0, count).Select(i => new ShapePart(
            [Vector2.Lerp(from, to, i / (float)count), Vector2.Lerp(from, to, (i + .55f) / count)], Closed: false));
        return new Element(new Shape([.. parts]), Vector2.Zero, 1) { Ink = 3, Stroke = .8f };
    }

    /// <summary>The outline of a circle.</summary>
    public static Element Ring(Vector2 centre, float radius) =>
        Element.Area(Ellipse(centre, radius, radius, 36)) with { Fill = Fill.Outline, Ink = 3 };

    /// <summary>The outline of a rectangle, turned about its middle.</summary>
    public static Element Frame(Vector2 centre, float halfWidth, float halfHeight, float turn = 0) =>
        Element.Area(Rectangle(centre, halfWidth, halfHeight, turn)) with { Fill = Fill.Outline, Ink = 3 };

    /// <summary>The corners of a rectangle, turned about its middle.</summary>
    public static Vector2[] Rectangle(Vector2 centre, float halfWidth, float halfHeight, float turn = 0) =>
    [
        centre + Turn(new(-halfWidth, -halfHeight), turn),
        centre + Turn(new(halfWidth, -halfHeight), turn),
        centre + Turn(new(halfWidth, halfHeight), turn),
        centre + Turn(new(-halfWidth, halfHeight), turn),
    ];

    /// <summary>A level line to stand on.</summary>
    public static Element Ground(float y, float left = .04f, float right = .96f) =>
        Element.Line(new(left, y), new(right, y)) with { Ink = 3 };

    /// <summary>A puddle: a flat ellipse of uneven edge.</summary>
    public static Element Puddle(Vector2 centre, float halfWidth, float halfHeight, SceneRandom layout)
    {
        float phase = layout.Angle();
        Vector2[] edge = [.. Ellipse(Vector2.Zero, halfWidth, halfHeight, 20).Select((p, i) => centre + (p * (1 + (.12f * MathF.Sin((3 * i * MathF.Tau / 20) + phase)))))];
        return Element.Area(edge) with { Fill = Fill.Solid };
    }

    /// <summary>A small irregular crumb.</summary>
    public static Element Crumb(Vector2 centre, float radius, SceneRandom layout)
    {
        float turn = layout.Angle();
        return Element.Area([.. Enumerable.Range(0, 5).Select(i => centre + (radius * layout.Uniform(.6f, 1) * Ray(turn + (i * MathF.Tau / 5))))]) with { Fill = Fill.Solid };
    }
}
