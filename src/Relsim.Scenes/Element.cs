using System.Numerics;

namespace Relsim.Scenes;

/// <summary>How the inside of an element's closed parts is painted.</summary>
public enum Fill
{
    /// <summary>As the style draws things.</summary>
    StyleDecides,

    /// <summary>Filled, in any style.</summary>
    Solid,

    /// <summary>Outline only, in any style.</summary>
    Outline,

    /// <summary>Parallel stripes within an outline.</summary>
    Striped,

    /// <summary>Dots within an outline.</summary>
    Dotted,

    /// <summary>A chequered inside within an outline.</summary>
    Checked,
}

/// <summary>One thing in a scene: a shape, where it stands in the unit square (y down), and what the relation demands of its look.</summary>
/// <param name="Shape">In its own frame, [-1, 1] x [-1, 1].</param>
/// <param name="Position">Where the shape's origin lands in the unit square.</param>
/// <param name="Size">Half the side of the square that the shape's frame becomes; 0.5 spans the whole picture.</param>
public sealed record Element(Shape Shape, Vector2 Position, float Size)
{
    /// <summary>Clockwise turn in radians about the shape's origin.</summary>
    public float Rotation { get; init; }

    /// <summary>Mirrored left to right in its own frame, before the turn.</summary>
    public bool Mirrored { get; init; }

    /// <summary>How closed parts are painted.</summary>
    public Fill Fill { get; init; }

    /// <summary>The first ink that the shape uses: 0-3, taken modulo 4.</summary>
    public int Ink { get; init; }

    /// <summary>0 = full ink, 1 = the background's colour: trails, ghosts, things far away.</summary>
    public float Fade { get; init; }

    /// <summary>Where set, the ink is a place on the style's colour ramp, 0 (one end) to 1 (the other): ripening, colour order, odd colour.</summary>
    public float? Tone { get; init; }

    /// <summary>Stroke width relative to the style's.</summary>
    public float Stroke { get; init; } = 1;

    /// <summary>Where set, only what lies within this element's closed parts (which is not itself drawn) is painted.</summary>
    public Element? ClipTo { get; init; }

    /// <summary>A point of the shape's frame in the unit square.</summary>
    public Vector2 ToScene(Vector2 point)
    {
        if (Mirrored)
        {
            point.X = -point.X;
        }

        (float sin, float cos) = MathF.SinCos(Rotation);
        return Position + (Size * new Vector2((point.X * cos) - (point.Y * sin), (point.X * sin) + (point.Y * cos)));
    }

    /// <summary>A stroke through points of the unit square itself.</summary>
    public static Element Line(params Vector2[] scenePoints) => new(Shape.Stroke(scenePoints), Vector2.Zero, 1);

    /// <summary>A closed polygon through points of the unit square itself.</summary>
    public static Element Area(params Vector2[] scenePoints) => new(Shape.Polygon(scenePoints), Vector2.Zero, 1);
}
