using System.Numerics;
using SkiaSharp;

namespace Relsim.Scenes.Styles;

/// <summary>
/// Turns parts into paths in pixels, along which a hand strays. The stray is a field over the whole picture, so that
/// things which touch still touch.
/// </summary>
/// <param name="side">Of the picture, pixels.</param>
/// <param name="wobble">Greatest stray, pixels.</param>
/// <param name="offset">Where in the field the picture lies.</param>
internal sealed class PathMaker(int side, float wobble, (int X, int Y) offset)
{
    // The field and the subdivision are laid out for pictures of this side.
    private const float ReferenceSide = 128;
    private const float LongestStep = 6;

    private readonly float _toField = ReferenceSide / side;
    private SKPoint[] _points = new SKPoint[512];

    /// <summary>Adds a part to a path.</summary>
    /// <param name="path">Receives the points; not cleared.</param>
    /// <param name="element">Whose part it is.</param>
    /// <param name="part">The part.</param>
    /// <param name="pass">Each pass strays otherwise.</param>
    /// <param name="shift">Added to each point, pixels.</param>
    /// <returns>The part's bounds before it strays, without the shift.</returns>
    public SKRect Add(SKPath path, Element element, ShapePart part, int pass = 0, SKPoint shift = default)
    {
        SKRect bounds = Place(element, part);
        int count = part.Points.Length;
        float stray = wobble <= 0 ? 0 : MathF.Min(wobble, 0.06f * Extent(bounds, part.Closed));
        if (stray > 0.05f)
        {
            count = Stray(count, part.Closed, stray, pass);
        }

        Span<SKPoint> points = _points.AsSpan(0, count);
        if (shift != default)
        {
            foreach (ref SKPoint point in points)
            {
                point += shift;
            }
        }

        path.AddPoly(points, part.Closed);
        return bounds;
    }

    /// <summary>The shorter side of a closed part, the longer one of a stroke: what widths and strays are measured against.</summary>
    public static float Extent(SKRect bounds, bool closed) =>
        closed ? MathF.Min(bounds.Width, bounds.Height) : MathF.Max(bounds.Width, bounds.Height);

    private SKRect Place(Element element, ShapePart part)
    {
        Reserve(part.Points.Length);
        var low = new Vector2(float.MaxValue);
        var high = new Vector2(float.MinValue);
        for (int i = 0; i < part.Points.Length; i++)
        {
            Vector2 point = element.ToScene(part.Points[i]) * side;
            low = Vector2.Min(low, point);
            high = Vector2.Max(high, point);
            _points[i] = new SKPoint(point.X, point.Y);
        }

        return new SKRect(low.X, low.Y, high.X, high.Y);
    }

    /// <summary>Splits long edges and moves every point; returns the new number of points.</summary>
    private int Stray(int count, bool closed, float stray, int pass)
    {
        SKPoint[] corners = _points.AsSpan(0, count).ToArray();
        int written = 0;
        int edges = closed ? count : count - 1;
        for (int i = 0; i < edges; i++)
        {
            (SKPoint from, SKPoint to) = (corners[i], corners[(i + 1) % count]);
            int steps = Math.Clamp((int)((to - from).Length * _toField / LongestStep), 1, 64);
            Reserve(written + steps + 1);
            for (int step = 0; step < steps; step++)
            {
                float t = step / (float)steps;
                _points[written++] = Move(new SKPoint(from.X + ((to.X - from.X) * t), from.Y + ((to.Y - from.Y) * t)), stray, pass);
            }
        }

        if (!closed)
        {
            _points[written++] = Move(corners[^1], stray, pass);
        }

        return written;
    }

    private SKPoint Move(SKPoint point, float stray, int pass)
    {
        // Tiles are 256 wide and pictures half of that: another pass reads another quarter.
        int x = (int)MathF.Floor(point.X * _toField) + offset.X + (pass * 131);
        int y = (int)MathF.Floor(point.Y * _toField) + offset.Y + (pass * 77);
        float scale = stray / 127;
        return new SKPoint(point.X + (scale * NoiseTile.WarpX[x, y]), point.Y + (scale * NoiseTile.WarpY[x, y]));
    }

    private void Reserve(int count)
    {
        if (_points.Length < count)
        {
            Array.Resize(ref _points, count * 2);
        }
    }
}
