using System.Numerics;
using SkiaSharp;

namespace Relsim.Scenes.Relations;

/// <summary>Union and difference of polygons, by Skia's path operations.</summary>
internal static class PolygonSets
{
    // Path operations are exact to about a thousandth of a unit: shapes a unit large are blown up first.
    private const float Scale = 1024;

    /// <summary>The pieces of a closed outline that lie outside another; none where it is covered, and no holes.</summary>
    public static List<Vector2[]> Subtract(Vector2[] outline, Vector2[] taken)
    {
        using SKPath from = PathOf(outline);
        using SKPath what = PathOf(taken);
        using SKPath? rest = from.Op(what, SKPathOp.Difference);
        return rest is null ? [outline] : Contours(rest);
    }

    /// <summary>The largest contour around all parts of a shape; strokes count as bands of the given width.</summary>
    public static Vector2[] Around(Shape shape, float strokeWidth)
    {
        using var union = new SKPath();
        using var band = new SKPaint { IsStroke = true, StrokeWidth = strokeWidth * Scale, StrokeJoin = SKStrokeJoin.Bevel };
        foreach (ShapePart part in shape.Parts)
        {
            using SKPath path = PathOf(part.Points, part.Closed);
            using var covered = new SKPath();
            if (part.Closed)
            {
                covered.AddPath(path);
            }
            else
            {
                band.GetFillPath(path, covered);
            }

            union.Op(covered, SKPathOp.Union, union);
        }

        return Contours(union).MaxBy(PolygonCuts.Area) ?? [];
    }

    private static SKPath PathOf(Vector2[] points, bool closed = true)
    {
        var path = new SKPath();
        path.AddPoly([.. points.Select(p => new SKPoint(p.X * Scale, p.Y * Scale))], closed);
        return path;
    }

    private static List<Vector2[]> Contours(SKPath path)
    {
        var contours = new List<Vector2[]>();
        var contour = new List<Vector2>();
        var points = new SKPoint[4];
        using SKPath.RawIterator verbs = path.CreateRawIterator();
        for (SKPathVerb verb = verbs.Next(points); verb != SKPathVerb.Done; verb = verbs.Next(points))
        {
            if (verb is SKPathVerb.Move or SKPathVerb.Close)
            {
                Finish(contour, contours);
            }

            int last = verb switch { SKPathVerb.Move => 0, SKPathVerb.Line => 1, SKPathVerb.Quad or SKPathVerb.Conic => 2, SKPathVerb.Cubic => 3, _ => -1 };
            if (last >= 0)
            {
                contour.Add(new Vector2(points[last].X, points[last].Y) / Scale);
            }
        }

        Finish(contour, contours);
        return contours;
    }

    private static void Finish(List<Vector2> contour, List<Vector2[]> contours)
    {
        if (contour.Count >= 3)
        {
            contours.Add([.. contour]);
        }

        contour.Clear();
    }
}
