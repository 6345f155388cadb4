using System.Numerics;

namespace Relsim.Scenes.Relations;

/// <summary>Parts cut off a shape.</summary>
internal static class Cut
{
    /// <summary>The end of a shape that a straight cut takes off, in the shape's own frame.</summary>
    /// <param name="shape">What is cut.</param>
    /// <param name="direction">Which end is kept: the angle of the outward direction, clockwise from the right.</param>
    /// <param name="share">How much of the shape's length along the direction is kept, 0-1.</param>
    /// <returns>The kept end; the whole shape where nothing of it would remain.</returns>
    public static Shape Beyond(Shape shape, float direction, float share)
    {
        Vector2 outward = Placement.Unit(direction);
        float[] reach = [.. shape.Parts.SelectMany(part => part.Points).Select(p => Vector2.Dot(p, outward))];
        float edge = reach.Max() - (share * (reach.Max() - reach.Min()));
        ShapePart[] parts = [.. shape.Parts.SelectMany(part => Kept(part, outward, edge))];
        return parts.Length == 0 ? shape : new Shape(parts);
    }

    private static IEnumerable<ShapePart> Kept(ShapePart part, Vector2 outward, float edge)
    {
        var kept = new List<Vector2>();
        int count = part.Points.Length;
        for (int i = 0; i < count; i++)
        {
            Vector2 a = part.Points[i];
            float ofA = Vector2.Dot(a, outward) - edge;
            if (ofA >= 0)
            {
                kept.Add(a);
            }

            if (i == count - 1 && !part.Closed)
            {
                break;
            }

            Vector2 b = part.Points[(i + 1) % count];
            float ofB = Vector2.Dot(b, outward) - edge;
            if (ofA * ofB < 0)
            {
                kept.Add(Vector2.Lerp(a, b, ofA / (ofA - ofB)));
            }
        }

        if (kept.Count >= (part.Closed ? 3 : 2))
        {
            yield return part with { Points = [.. kept] };
        }
    }
}
