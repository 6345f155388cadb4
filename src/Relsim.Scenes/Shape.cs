using System.Numerics;

namespace Relsim.Scenes;

/// <summary>A polygon (closed) or polyline (open) of a shape, in the shape's own frame: points within [-1, 1] x [-1, 1], y down.</summary>
/// <param name="Points">At least two points (three where closed); curves are flattened.</param>
/// <param name="Closed">A filled or outlined polygon, else a stroke.</param>
/// <param name="Ink">Which of the palette's inks, counted from the element's own ink.</param>
public sealed record ShapePart(Vector2[] Points, bool Closed = true, int Ink = 0);

/// <summary>What is drawn, apart from where and how: parts painted in order, together fitting [-1, 1] x [-1, 1]. A shape with a front points up (-y).</summary>
/// <param name="Parts">Painted in order, later ones on top; the first part is the silhouette of the body.</param>
public sealed record Shape(IReadOnlyList<ShapePart> Parts)
{
    /// <summary>A shape of one closed polygon.</summary>
    public static Shape Polygon(params Vector2[] points) => new([new ShapePart(points)]);

    /// <summary>A shape of one open stroke.</summary>
    public static Shape Stroke(params Vector2[] points) => new([new ShapePart(points, Closed: false)]);

    /// <summary>The same shape with every point moved by <paramref name="map"/>.</summary>
    public Shape Map(Func<Vector2, Vector2> map) => new([.. Parts.Select(part => part with { Points = [.. part.Points.Select(map)] })]);
}
