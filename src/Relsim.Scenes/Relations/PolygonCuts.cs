using System.Numerics;

namespace Relsim.Scenes.Relations;

/// <summary>Cutting, biting, shattering and measuring of shapes in their own frame.</summary>
internal static class PolygonCuts
{
    private const float Thinnest = 1e-4f;

    /// <summary>The corners of the smallest upright box around all points.</summary>
    public static (Vector2 Min, Vector2 Max) Bounds(Shape shape)
    {
        Vector2 min = new(float.MaxValue);
        Vector2 max = new(float.MinValue);
        foreach (ShapePart part in shape.Parts)
        {
            foreach (Vector2 point in part.Points)
            {
                min = Vector2.Min(min, point);
                max = Vector2.Max(max, point);
            }
        }

        return (min, max);
    }

    /// <summary>The shape moved to the middle of its frame, its longer side spanning the frame.</summary>
    public static Shape Fit(Shape shape)
    {
        (Vector2 min, Vector2 max) = Bounds(shape);
        Vector2 middle = (min + max) / 2;
        Vector2 half = Vector2.Max((max - min) / 2, new Vector2(Thinnest));
        return shape.Map(p => (p - middle) / MathF.Max(half.X, half.Y));
    }

    /// <summary>The shape fitted into a box of the given half sides; proportions change by no more than a factor of 1.6.</summary>
    public static Shape Stretch(Shape shape, float halfWidth, float halfHeight)
    {
        (Vector2 min, Vector2 max) = Bounds(shape);
        Vector2 middle = (min + max) / 2;
        Vector2 scale = new Vector2(halfWidth, halfHeight) / Vector2.Max((max - min) / 2, new Vector2(.05f));
        float least = MathF.Min(scale.X, scale.Y) * 1.6f;
        scale = Vector2.Min(scale, new Vector2(least));
        return shape.Map(p => (p - middle) * scale);
    }

    /// <summary>One closed outline with room inside that stands for the shape: its contour, or the hull where the contour is thin.</summary>
    public static Vector2[] Silhouette(Shape shape)
    {
        Vector2[] hull = Hull([.. shape.Parts.SelectMany(part => part.Points)]);
        float room = Area(hull);
        Vector2[] contour = Contour(shape);
        if (Area(contour) > MathF.Max(.4f, .38f * room))
        {
            return contour;
        }

        if (room > .4f)
        {
            return hull;
        }

        (Vector2 min, Vector2 max) = Bounds(shape);
        Vector2 half = Vector2.Max((max - min) / 2, new Vector2(.35f));
        return Ellipse((min + max) / 2, half.X, half.Y, 24);
    }

    /// <summary>The outer edge of the shape as it looks, however thin; strokes are taken as bands.</summary>
    public static Vector2[] Contour(Shape shape)
    {
        ShapePart body = shape.Parts[0];
        if (body.Closed && shape.Parts.Skip(1).SelectMany(part => part.Points).All(p => Contains(body.Points, p)))
        {
            return body.Points;
        }

        Vector2[] around = PolygonSets.Around(shape, .14f);
        around = around.Length > 40 ? Straighten([.. around, around[0]], .008f)[..^1] : around;
        return around.Length >= 3 ? around : Ellipse(Vector2.Zero, 1, 1, 24);
    }

    /// <summary>The convex hull, in order around.</summary>
    public static Vector2[] Hull(Vector2[] points)
    {
        Vector2[] sorted = [.. points.OrderBy(p => p.X).ThenBy(p => p.Y)];
        var hull = new List<Vector2>();
        foreach (IEnumerable<Vector2> side in (IEnumerable<Vector2>[])[sorted, sorted.Reverse()])
        {
            int start = hull.Count;
            foreach (Vector2 point in side)
            {
                while (hull.Count >= start + 2 && Cross(hull[^1] - hull[^2], point - hull[^1]) <= 0)
                {
                    hull.RemoveAt(hull.Count - 1);
                }

                hull.Add(point);
            }

            hull.RemoveAt(hull.Count - 1);
        }

        return [.. hull];
    }

    /// <summary>The area within a closed outline.</summary>
    public static float Area(Vector2[] points)
    {
        float twice = 0;
        for (int i = 0; i < points.Length; i++)
        {
            twice += Cross(points[i], points[(i + 1) % points.Length]);
        }

        return MathF.Abs(twice) / 2;
    }

    /// <summary>True where the point lies within the closed outline (even-odd rule).</summary>
    public static bool Contains(Vector2[] outline, Vector2 point)
    {
        bool inside = false;
        for (int i = 0, j = outline.Length - 1; i < outline.Length; j = i++)
        {
            (Vector2 a, Vector2 b) = (outline[i], outline[j]);
            if (a.Y > point.Y != b.Y > point.Y && point.X < ((b.X - a.X) * (point.Y - a.Y) / (b.Y - a.Y)) + a.X)
            {
                inside = !inside;
            }
        }

        return inside;
    }

    /// <summary>The distance from a point to the nearest place on a closed outline.</summary>
    public static float DistanceTo(Vector2[] outline, Vector2 point)
    {
        float best = float.MaxValue;
        for (int i = 0; i < outline.Length; i++)
        {
            Vector2 a = outline[i];
            Vector2 edge = outline[(i + 1) % outline.Length] - a;
            float along = Math.Clamp(Vector2.Dot(point - a, edge) / MathF.Max(edge.LengthSquared(), 1e-12f), 0, 1);
            best = MathF.Min(best, Vector2.DistanceSquared(point, a + (along * edge)));
        }

        return MathF.Sqrt(best);
    }

    /// <summary>Up to <paramref name="count"/> discs within a closed outline that do not overlap, the roomiest first.</summary>
    public static List<(Vector2 Centre, float Radius)> InnerDiscs(Vector2[] outline, int count, float largest)
    {
        var room = new List<(Vector2 Centre, float Radius)>();
        for (int i = 0; i < 21 * 21; i++)
        {
            var place = new Vector2((i % 21 / 10f) - 1, (i / 21 / 10f) - 1);
            if (Contains(outline, place))
            {
                room.Add((place, MathF.Min(largest, DistanceTo(outline, place))));
            }
        }

        var discs = new List<(Vector2 Centre, float Radius)>();
        while (discs.Count < count && room.Count > 0)
        {
            (Vector2 Centre, float Radius) next = room.MaxBy(disc => disc.Radius - (.01f * disc.Centre.LengthSquared()));
            discs.Add(next);
            room = [.. room.Select(d => (d.Centre, MathF.Min(d.Radius, Vector2.Distance(d.Centre, next.Centre) - next.Radius))).Where(d => d.Item2 > .05f)];
        }

        return discs;
    }

    /// <summary>What remains of a closed outline on the inner side of a line (Sutherland-Hodgman); empty where nothing does.</summary>
    public static Vector2[] Clip(Vector2[] outline, Vector2 onLine, Vector2 outward)
    {
        var kept = new List<Vector2>(outline.Length + 2);
        for (int i = 0; i < outline.Length; i++)
        {
            (Vector2 a, Vector2 b) = (outline[i], outline[(i + 1) % outline.Length]);
            (float da, float db) = (Vector2.Dot(a - onLine, outward), Vector2.Dot(b - onLine, outward));
            if (da <= 0)
            {
                kept.Add(a);
            }

            if (da <= 0 != db <= 0)
            {
                kept.Add(Vector2.Lerp(a, b, da / (da - db)));
            }
        }

        return kept.Count >= 3 && Area([.. kept]) > Thinnest ? [.. kept] : [];
    }

    /// <summary>What remains of a shape on the inner side of a line; null where nothing does.</summary>
    public static Shape? Clip(Shape? shape, Vector2 onLine, Vector2 outward)
    {
        var parts = new List<ShapePart>();
        foreach (ShapePart part in shape?.Parts ?? [])
        {
            if (!part.Closed)
            {
                parts.AddRange(Split(part.Points, p => Vector2.Dot(p - onLine, outward) <= 0).Select(run => part with { Points = run }));
            }
            else if (Clip(part.Points, onLine, outward) is { Length: > 0 } kept)
            {
                parts.Add(part with { Points = kept });
            }
        }

        return parts.Count > 0 ? new Shape(parts) : null;
    }

    /// <summary>The piece of a shape between two rays from a point; the angle between them is less than half a turn.</summary>
    public static Shape? Wedge(Shape shape, Vector2 apex, float from, float to) =>
        Clip(Clip(shape, apex, Ray(from - (MathF.PI / 2))), apex, Ray(to + (MathF.PI / 2)));

    /// <summary>The shape broken into the cells nearest to each seed; cells without any of it are left out.</summary>
    public static List<(Shape Piece, Vector2 Seed)> Shatter(Shape shape, IReadOnlyList<Vector2> seeds)
    {
        var pieces = new List<(Shape, Vector2)>();
        foreach (Vector2 seed in seeds)
        {
            Shape? piece = shape;
            foreach (Vector2 other in seeds.Where(other => other != seed))
            {
                piece = Clip(piece, (seed + other) / 2, other - seed);
            }

            if (piece is not null)
            {
                pieces.Add((piece, seed));
            }
        }

        return pieces;
    }

    /// <summary>The shape without what lies within a closed outline that reaches over its edge; null where next to nothing remains.</summary>
    public static Shape? Subtract(Shape? shape, Vector2[] taken)
    {
        var parts = new List<ShapePart>();
        foreach (ShapePart part in shape?.Parts ?? [])
        {
            if (!Touch(part.Points, taken))
            {
                parts.Add(part);
                continue;
            }

            List<Vector2[]> rest = part.Closed
                ? [.. PolygonSets.Subtract(part.Points, taken).Where(piece => Area(piece) > .004f)]
                : Split(part.Points, p => !Contains(taken, p));
            parts.AddRange(rest.Select(piece => part with { Points = piece }));
        }

        return parts.Count > 0 ? new Shape(parts) : null;
    }

    /// <summary>The shape without what lies within a disc; null where next to nothing remains.</summary>
    public static Shape? Bite(Shape? shape, Vector2 centre, float radius) => Subtract(shape, Ellipse(centre, radius, radius, 18));

    /// <summary>The share of a shape's closed parts that an outline covers, by sampling.</summary>
    public static float Covered(Shape shape, Vector2[] cover)
    {
        (int inside, int covered) = (0, 0);
        for (int i = 0; i < 17 * 17; i++)
        {
            var place = new Vector2((i % 17 / 8f) - 1, (i / 17 / 8f) - 1);
            bool drawn = shape.Parts.Any(part => part.Closed && Contains(part.Points, place));
            inside += drawn ? 1 : 0;
            covered += drawn && Contains(cover, place) ? 1 : 0;
        }

        return covered / MathF.Max(1, inside);
    }

    /// <summary>Points at even distances along a path.</summary>
    public static Vector2[] Resample(Vector2[] path, int count, bool closed)
    {
        Vector2[] around = closed ? [.. path, path[0]] : path;
        float length = 0;
        for (int i = 1; i < around.Length; i++)
        {
            length += Vector2.Distance(around[i - 1], around[i]);
        }

        var even = new Vector2[count];
        float step = length / (closed ? count : count - 1);
        int edge = 1;
        float passed = 0;
        for (int i = 0; i < count; i++)
        {
            float place = i * step;
            while (edge < around.Length - 1 && passed + Vector2.Distance(around[edge - 1], around[edge]) < place)
            {
                passed += Vector2.Distance(around[edge - 1], around[edge++]);
            }

            float share = (place - passed) / MathF.Max(Vector2.Distance(around[edge - 1], around[edge]), Thinnest);
            even[i] = Vector2.Lerp(around[edge - 1], around[edge], Math.Clamp(share, 0, 1));
        }

        return even;
    }

    /// <summary>A likeness of at most about <paramref name="points"/> points, for things drawn small and often; later parts go first.</summary>
    public static Shape Simplify(Shape shape, int points)
    {
        var parts = new List<ShapePart>();
        int left = points;
        foreach (ShapePart part in shape.Parts)
        {
            Vector2[] likeness = part.Points;
            for (float tolerance = .03f; likeness.Length > left && tolerance < .5f; tolerance *= 1.5f)
            {
                likeness = part.Closed ? Straighten([.. part.Points, part.Points[0]], tolerance)[..^1] : Straighten(part.Points, tolerance);
            }

            if (likeness.Length <= left && likeness.Length >= (part.Closed ? 3 : 2))
            {
                parts.Add(part with { Points = likeness });
                left -= likeness.Length;
            }
        }

        return parts.Count > 0 && shape.Parts[0].Closed == parts[0].Closed ? new Shape(parts) : Shape.Polygon(Resample(Silhouette(shape), points, closed: true));
    }

    /// <summary>An ellipse as a polygon.</summary>
    public static Vector2[] Ellipse(Vector2 centre, float halfWidth, float halfHeight, int points) =>
        [.. Enumerable.Range(0, points).Select(i => centre + (new Vector2(halfWidth, halfHeight) * Ray(i * MathF.Tau / points)))];

    /// <summary>The unit vector at an angle, clockwise from the right (y down).</summary>
    public static Vector2 Ray(float angle) => new(MathF.Cos(angle), MathF.Sin(angle));

    /// <summary>A vector turned clockwise.</summary>
    public static Vector2 Turn(Vector2 vector, float angle)
    {
        (float sin, float cos) = MathF.SinCos(angle);
        return new((vector.X * cos) - (vector.Y * sin), (vector.X * sin) + (vector.Y * cos));
    }

    // Whether the boxes around two sets of points overlap.
    private static bool Touch(Vector2[] one, Vector2[] other)
    {
        (Vector2 min, Vector2 max) = Bounds(Shape.Stroke(one));
        (Vector2 low, Vector2 high) = Bounds(Shape.Stroke(other));
        return min.X < high.X && low.X < max.X && min.Y < high.Y && low.Y < max.Y;
    }

    private static float Cross(Vector2 a, Vector2 b) => (a.X * b.Y) - (a.Y * b.X);

    private static List<Vector2[]> Split(Vector2[] stroke, Func<Vector2, bool> keeps)
    {
        Vector2[] dense = Resample(stroke, Math.Max(stroke.Length, 24), closed: false);
        var runs = new List<Vector2[]>();
        var run = new List<Vector2>();
        foreach (Vector2 point in dense)
        {
            if (keeps(point))
            {
                run.Add(point);
                continue;
            }

            if (run.Count > 1)
            {
                runs.Add(Straighten([.. run], .01f));
            }

            run.Clear();
        }

        if (run.Count > 1)
        {
            runs.Add(Straighten([.. run], .01f));
        }

        return runs;
    }

    // Douglas-Peucker.
    private static Vector2[] Straighten(Vector2[] path, float tolerance)
    {
        if (path.Length < 3)
        {
            return path;
        }

        (Vector2 first, Vector2 last) = (path[0], path[^1]);
        Vector2 chord = last - first;
        int farthest = 0;
        float most = 0;
        for (int i = 1; i < path.Length - 1; i++)
        {
            float share = Math.Clamp(Vector2.Dot(path[i] - first, chord) / MathF.Max(chord.LengthSquared(), 1e-12f), 0, 1);
            float distance = Vector2.Distance(path[i], first + (share * chord));
            (farthest, most) = distance > most ? (i, distance) : (farthest, most);
        }

        return most <= tolerance
            ? [first, last]
            : [.. Straighten(path[..(farthest + 1)], tolerance)[..^1], .. Straighten(path[farthest..], tolerance)];
    }
}
