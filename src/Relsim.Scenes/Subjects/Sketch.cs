using System.Numerics;

namespace Relsim.Scenes.Subjects;

/// <summary>
/// A subject on the drawing board: parts in any convenient frame, which finishing gives individual proportions and fits
/// into [-1, 1] x [-1, 1].
/// </summary>
internal sealed class Sketch(SceneRandom random)
{
    // Just inside the frame, so that rounding never carries a point over its edge.
    private const float Reach = .99f;

    private readonly List<ShapePart> _parts = [];

    /// <summary>Adds a closed part.</summary>
    public Sketch Fill(int ink, Vector2[] outline)
    {
        _parts.Add(new ShapePart(outline, Closed: true, ink));
        return this;
    }

    /// <summary>Adds a closed part and its mirror image on the other side.</summary>
    public Sketch FillBoth(int ink, Vector2[] outline) => Fill(ink, outline).Fill(ink, Outline.Flipped(outline));

    /// <summary>Adds an open stroke.</summary>
    public Sketch Line(int ink, params Vector2[] points)
    {
        _parts.Add(new ShapePart(points, Closed: false, ink));
        return this;
    }

    /// <summary>Adds an open stroke and its mirror image on the other side.</summary>
    public Sketch LineBoth(int ink, params Vector2[] points) => Line(ink, points).Line(ink, Outline.Flipped(points));

    /// <summary>Adds one part per number from 0, as <paramref name="add"/> says.</summary>
    public Sketch Repeat(int count, Action<Sketch, int> add)
    {
        for (int i = 0; i < count; i++)
        {
            add(this, i);
        }

        return this;
    }

    /// <summary>Upright, left-right symmetry kept: proportions vary by about the given share.</summary>
    public Shape Finish(double vary = .1, double? stretch = null) => Finished(vary, stretch ?? vary, 0, turned: false);

    /// <summary>Upright and seen from the side: there is no symmetry to keep.</summary>
    public Shape FinishSide(double vary = .1) => Finished(vary, vary, vary, turned: false);

    /// <summary>Seen from the side and drawn facing right; the front comes to point up.</summary>
    public Shape FinishTurned(double vary = .1) => Finished(vary, vary, vary, turned: true);

    // Tens of subjects are drawn for every scene: plain loops, in place on copies.
    private Shape Finished(double vary, double stretch, double sideways, bool turned)
    {
        ShapePart[] parts = [.. _parts.Select(part => part with { Points = [.. part.Points] })];
        Fit(parts);
        Vary(parts, vary, stretch, sideways);
        Fit(parts);
        if (turned)
        {
            foreach (ShapePart part in parts)
            {
                foreach (ref Vector2 point in part.Points.AsSpan())
                {
                    point = new Vector2(point.Y, -point.X);
                }
            }
        }

        return new Shape(parts);
    }

    private static void Fit(ShapePart[] parts)
    {
        var low = new Vector2(float.MaxValue);
        var high = new Vector2(float.MinValue);
        foreach (ShapePart part in parts)
        {
            foreach (Vector2 point in part.Points)
            {
                low = Vector2.Min(low, point);
                high = Vector2.Max(high, point);
            }
        }

        Vector2 middle = (low + high) / 2;
        float scale = 2 * Reach / MathF.Max(high.X - low.X, high.Y - low.Y);
        foreach (ShapePart part in parts)
        {
            foreach (ref Vector2 point in part.Points.AsSpan())
            {
                point = (point - middle) * scale;
            }
        }
    }

    // Widths depend on height only, and heights on sideways place only where a side view allows it.
    private void Vary(ShapePart[] parts, double vary, double stretch, double sideways)
    {
        float wide = MathF.Exp(Draw(stretch));
        float taper = Draw(vary);
        float bulge = Draw(vary);
        float sink = Draw(vary);
        float side = Draw(sideways);
        foreach (ShapePart part in parts)
        {
            foreach (ref Vector2 p in part.Points.AsSpan())
            {
                p = new Vector2(
                    p.X * wide * (1 + (taper * p.Y) + (bulge * (.5f - (p.Y * p.Y)))),
                    (p.Y + (sink * (1 - (p.Y * p.Y)))) * (1 + (side * p.X)));
            }
        }
    }

    private float Draw(double deviation) => Math.Clamp(random.Normal((float)deviation), (float)(-2 * deviation), (float)(2 * deviation));
}
