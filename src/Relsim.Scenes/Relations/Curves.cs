using System.Numerics;

namespace Relsim.Scenes.Relations;

/// <summary>Lines to place things along, and what can be asked of outlines.</summary>
internal static class Curves
{
    /// <summary>A curve at evenly spaced parameters from 0 to 1.</summary>
    public static Vector2[] Sample(int points, Func<float, Vector2> curve) =>
        [.. Enumerable.Range(0, points).Select(i => curve(i / (points - 1f)))];

    /// <summary>A closed ellipse.</summary>
    public static Vector2[] Ellipse(Vector2 centre, float wide, float high, float turn = 0, int points = 40) =>
        [.. Enumerable.Range(0, points).Select(i => centre + Placement.Turn(Placement.Unit(MathF.Tau * i / points) * new Vector2(wide, high), turn))];

    /// <summary>Evenly spaced places on a circle, clockwise.</summary>
    public static Vector2[] Ring(int count, Vector2 centre, float radius, float start) =>
        [.. Enumerable.Range(0, count).Select(i => centre + (radius * Placement.Unit(start + (MathF.Tau * i / count))))];

    /// <summary>A smooth line through control points (Catmull-Rom).</summary>
    public static Vector2[] Smooth(IReadOnlyList<Vector2> control, int perSpan = 10)
    {
        var line = new List<Vector2> { control[0] };
        for (int i = 0; i + 1 < control.Count; i++)
        {
            Vector2 before = control[Math.Max(0, i - 1)], after = control[Math.Min(control.Count - 1, i + 2)];
            for (int k = 1; k <= perSpan; k++)
            {
                line.Add(CatmullRom(before, control[i], control[i + 1], after, k / (float)perSpan));
            }
        }

        return [.. line];
    }

    /// <summary>Places at equal distances along a line, ends included, each with the line's direction there.</summary>
    public static (Vector2 Place, Vector2 Direction)[] Along(IReadOnlyList<Vector2> line, int count)
    {
        float[] reached = new float[line.Count];
        for (int i = 1; i < line.Count; i++)
        {
            reached[i] = reached[i - 1] + Vector2.Distance(line[i - 1], line[i]);
        }

        var found = new (Vector2, Vector2)[count];
        int span = 1;
        for (int i = 0; i < count; i++)
        {
            float goal = count == 1 ? reached[^1] / 2 : reached[^1] * i / (count - 1);
            while (span < line.Count - 1 && reached[span] < goal)
            {
                span++;
            }

            Vector2 step = line[span] - line[span - 1];
            float part = (goal - reached[span - 1]) / MathF.Max(1e-6f, reached[span] - reached[span - 1]);
            found[i] = (line[span - 1] + (part * step), Vector2.Normalize(step + new Vector2(1e-7f, 0)));
        }

        return found;
    }

    /// <summary>The line moved sideways by a distance: one bank of a road.</summary>
    public static Vector2[] Beside(IReadOnlyList<Vector2> line, float distance) =>
        [.. Enumerable.Range(0, line.Count).Select(i =>
        {
            Vector2 along = Vector2.Normalize(line[Math.Min(i + 1, line.Count - 1)] - line[Math.Max(0, i - 1)] + new Vector2(1e-7f, 0));
            return line[i] + (distance * new Vector2(-along.Y, along.X));
        })];

    /// <summary>Short strokes along a line instead of the whole of it.</summary>
    public static IEnumerable<Element> Dashed(IReadOnlyList<Vector2> line, int dashes, int ink = 2, float stroke = 1)
    {
        (Vector2 Place, Vector2 Direction)[] places = Along(line, (4 * dashes) - 1);
        for (int i = 0; i + 2 < places.Length; i += 4)
        {
            yield return Placement.Line([places[i].Place, places[i + 1].Place, places[i + 2].Place], ink, stroke);
        }
    }

    /// <summary>An arrow: a stroke and a solid head.</summary>
    public static IEnumerable<Element> Arrow(IReadOnlyList<Vector2> line, float head, int ink = 2)
    {
        Vector2 tip = line[^1], back = Vector2.Normalize(line[^1] - line[^2]) * head, side = new(-back.Y, back.X);
        yield return Placement.Line(line, ink);
        yield return Placement.Area([tip, tip - back + (side * .6f), tip - back - (side * .6f)], ink, Fill.Solid);
    }

    /// <summary>The line with every point left out that lies within a tolerance of what remains (Douglas-Peucker).</summary>
    public static Vector2[] Thinned(Vector2[] points, bool closed, float tolerance)
    {
        if (points.Length < 5)
        {
            return points;
        }

        Vector2[] line = closed ? [.. points, points[0]] : points;
        bool[] kept = new bool[line.Length];
        kept[0] = kept[^1] = true;
        int far = closed ? Enumerable.Range(0, points.Length).MaxBy(i => Vector2.DistanceSquared(points[0], points[i])) : 0;
        kept[far] = true;
        Keep(line, kept, 0, far, tolerance);
        Keep(line, kept, far, line.Length - 1, tolerance);
        Vector2[] thin = [.. line.Where((_, i) => kept[i] && !(closed && i == line.Length - 1))];
        return closed && thin.Length < 3 ? points : thin;
    }

    /// <summary>Whether a point lies inside a closed polygon (even-odd rule).</summary>
    public static bool Holds(IReadOnlyList<Vector2> outline, Vector2 point)
    {
        bool inside = false;
        for (int i = 0, j = outline.Count - 1; i < outline.Count; j = i++)
        {
            Vector2 a = outline[i], b = outline[j];
            if (a.Y > point.Y != b.Y > point.Y && point.X < a.X + ((b.X - a.X) * (point.Y - a.Y) / (b.Y - a.Y)))
            {
                inside = !inside;
            }
        }

        return inside;
    }

    /// <summary>The distance of a point from a closed polygon's edge.</summary>
    public static float ToEdge(IReadOnlyList<Vector2> outline, Vector2 point)
    {
        float nearest = float.MaxValue;
        for (int i = 0, j = outline.Count - 1; i < outline.Count; j = i++)
        {
            nearest = MathF.Min(nearest, ToSegment(point, outline[j], outline[i]));
        }

        return nearest;
    }

    /// <summary>The distance of a point from a segment.</summary>
    public static float ToSegment(Vector2 point, Vector2 a, Vector2 b)
    {
        Vector2 along = b - a;
        float part = Math.Clamp(Vector2.Dot(point - a, along) / MathF.Max(1e-12f, along.LengthSquared()), 0, 1);
        return Vector2.Distance(point, a + (part * along));
    }

    /// <summary>Places for discs of the given radii that keep clear of each other; all radii shrink together until everything fits.</summary>
    /// <param name="layout">Draws the places.</param>
    /// <param name="radii">One for each thing; read only.</param>
    /// <param name="gap">Least distance of two centres, relative to the sum of their radii.</param>
    /// <param name="allowed">Whether a disc may lie at a place, besides lying in the picture.</param>
    /// <returns>The places, and the factor that the radii were shrunk by.</returns>
    public static (Vector2[] Places, float Shrink) Scatter(SceneRandom layout, IReadOnlyList<float> radii, float gap = 1.2f, Func<Vector2, float, bool>? allowed = null)
    {
        int[] order = [.. Enumerable.Range(0, radii.Count).OrderByDescending(i => radii[i])];
        for (float shrink = 1; ; shrink *= .93f)
        {
            var places = new Vector2[radii.Count];
            int done = 0;
            while (done < order.Length && TryPlace(done))
            {
                done++;
            }

            if (done == order.Length || shrink < .05f)
            {
                return (places, shrink);
            }

            bool TryPlace(int step)
            {
                float radius = radii[order[step]] * shrink, low = .05f + radius;
                for (int attempt = 0; attempt < 60; attempt++)
                {
                    Vector2 place = new(layout.Uniform(low, 1 - low), layout.Uniform(low, 1 - low));
                    bool free = order.Take(step).All(j => Vector2.Distance(places[j], place) > gap * (radius + (radii[j] * shrink)));
                    if (free && (allowed is null || allowed(place, radius)))
                    {
                        places[order[step]] = place;
                        return true;
                    }
                }

                return false;
            }
        }
    }

    /// <summary>Places for so many equal discs that keep clear of each other.</summary>
    public static Vector2[] Scatter(SceneRandom layout, int count, float radius, float gap = 1.2f) => Scatter(layout, [.. Enumerable.Repeat(radius, count)], gap).Places;

    private static void Keep(Vector2[] line, bool[] kept, int from, int to, float tolerance)
    {
        if (to - from < 2)
        {
            return;
        }

        int far = Enumerable.Range(from + 1, to - from - 1).MaxBy(i => ToSegment(line[i], line[from], line[to]));
        if (ToSegment(line[far], line[from], line[to]) > tolerance)
        {
            kept[far] = true;
            Keep(line, kept, from, far, tolerance);
            Keep(line, kept, far, to, tolerance);
        }
    }

    private static Vector2 CatmullRom(Vector2 a, Vector2 b, Vector2 c, Vector2 d, float t) =>
        .5f * ((2 * b) + (t * (c - a)) + (t * t * ((2 * a) - (5 * b) + (4 * c) - d)) + (t * t * t * ((3 * b) - (3 * c) + d - a)));
}
