using System.Numerics;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes.Relations;

/// <summary>An upright box.</summary>
/// <param name="Min">Its upper left corner.</param>
/// <param name="Max">Its lower right corner.</param>
internal readonly record struct Bounds(Vector2 Min, Vector2 Max)
{
    /// <summary>The middle.</summary>
    public Vector2 Centre => (Min + Max) / 2;

    /// <summary>Width and height.</summary>
    public Vector2 Extent => Max - Min;

    /// <summary>The larger half extent; at least a small positive number.</summary>
    public float Half => MathF.Max(.05f, MathF.Max(Extent.X, Extent.Y) / 2);

    /// <summary>The smallest box that holds both.</summary>
    public Bounds With(Bounds other) => new(Vector2.Min(Min, other.Min), Vector2.Max(Max, other.Max));
}

/// <summary>Puts shapes at places by what they really cover, so that layouts hold for narrow, flat and off-centre subjects alike.</summary>
internal static class Placement
{
    /// <summary>The middle of the picture.</summary>
    public static readonly Vector2 Middle = new(.5f, .5f);

    /// <summary>What a shape covers in its own frame after a turn.</summary>
    public static Bounds Box(Shape shape, float turn = 0) => Box(new Element(shape, Vector2.Zero, 1) { Rotation = turn });

    /// <summary>What an element covers in the scene, as far as its clip lets it.</summary>
    public static Bounds Box(Element element)
    {
        Vector2 min = new(float.MaxValue), max = new(float.MinValue);
        foreach (Vector2 point in element.Shape.Parts.SelectMany(part => part.Points).Select(element.ToScene))
        {
            min = Vector2.Min(min, point);
            max = Vector2.Max(max, point);
        }

        if (element.ClipTo is { } clip)
        {
            Bounds seen = Box(clip);
            min = Vector2.Clamp(min, seen.Min, seen.Max);
            max = Vector2.Clamp(max, seen.Min, seen.Max);
        }

        return new Bounds(min, max);
    }

    /// <summary>The shape centred on a place; its larger half extent (before the turn) becomes <paramref name="half"/>.</summary>
    public static Element Fit(Shape shape, Vector2 centre, float half, float turn = 0)
    {
        Bounds own = Box(shape);
        float size = half / own.Half;
        return new Element(shape, centre - (size * Turn(own.Centre, turn)), size) { Rotation = turn };
    }

    /// <summary>The shape as large as fits the box of the given half extents about a place.</summary>
    public static Element FitInto(Shape shape, Vector2 centre, Vector2 half)
    {
        Bounds own = Box(shape);
        float size = MathF.Min(half.X / MathF.Max(.05f, own.Extent.X / 2), half.Y / MathF.Max(.05f, own.Extent.Y / 2));
        return new Element(shape, centre - (size * own.Centre), size);
    }

    /// <summary>The shape with its lowest point on the ground.</summary>
    public static Element Stand(Shape shape, float x, float ground, float half, float turn = 0)
    {
        Element put = Fit(shape, new Vector2(x, ground), half, turn);
        return put with { Position = put.Position + new Vector2(0, ground - Box(put).Max.Y) };
    }

    /// <summary>The shape with its highest point at the given height.</summary>
    public static Element Hang(Shape shape, float x, float top, float half, float turn = 0)
    {
        Element put = Fit(shape, new Vector2(x, top), half, turn);
        return put with { Position = put.Position + new Vector2(0, top - Box(put).Min.Y) };
    }

    /// <summary>A stroke through points of the scene.</summary>
    public static Element Line(IEnumerable<Vector2> points, int ink = 2, float stroke = 1) =>
        Element.Line([.. points]) with { Ink = ink, Stroke = stroke };

    /// <summary>A polygon through points of the scene.</summary>
    public static Element Area(IEnumerable<Vector2> points, int ink = 2, Fill fill = Fill.StyleDecides) =>
        Element.Area([.. points]) with { Ink = ink, Fill = fill };

    /// <summary>An upright rectangle from corner to corner.</summary>
    public static Element Rectangle(float left, float top, float right, float bottom, int ink = 2, Fill fill = Fill.StyleDecides) =>
        Area([new(left, top), new(right, top), new(right, bottom), new(left, bottom)], ink, fill);

    /// <summary>A vector after a clockwise turn (y down).</summary>
    public static Vector2 Turn(Vector2 vector, float angle)
    {
        (float sin, float cos) = MathF.SinCos(angle);
        return new Vector2((vector.X * cos) - (vector.Y * sin), (vector.X * sin) + (vector.Y * cos));
    }

    /// <summary>The unit vector at an angle, clockwise from the right.</summary>
    public static Vector2 Unit(float angle) => new(MathF.Cos(angle), MathF.Sin(angle));

    /// <summary>The turn that makes a shape drawn pointing up point along a direction.</summary>
    public static float Heading(Vector2 direction) => MathF.Atan2(direction.X, -direction.Y);

    /// <summary>The turn for a subject that moves along a direction: its front leads if it has one, else it stays nearly upright.</summary>
    public static float Heading(Subject subject, Vector2 direction) =>
        subject.Kind.Traits.HasFlag(SubjectTraits.Directed) ? Heading(direction) : 0;

    /// <summary>Mostly nearly upright, sometimes any way round.</summary>
    public static float Tilt(SceneRandom layout) => layout.Chance(.65f) ? layout.Normal(.08f) : layout.Angle();

    /// <summary>The shape with as few points and details as show it when it is drawn small.</summary>
    public static Shape Light(Shape shape) => new([.. shape.Parts
        .Where((part, i) => i == 0 || Box(new Shape([part])).Half > .12f)
        .Select(part => part with { Points = Curves.Thinned(part.Points, part.Closed, .045f) })]);

    /// <summary>The look's subjects of different kinds, the main one first, padded with squeezed and stretched ones to the given number.</summary>
    public static Shape[] Unlike(Look look, int count)
    {
        Shape[] kinds = [.. look.Any.Concat(look.Chiral).Concat(look.Directed).Concat(look.Simple).DistinctBy(s => s.Kind.Name).Select(s => Light(s.Shape))];
        return [.. Enumerable.Range(0, count).Select(i => Squeezed(kinds[i % kinds.Length], i / kinds.Length))];
    }

    /// <summary>The elements turned together about a place.</summary>
    public static List<Element> Turned(IEnumerable<Element> elements, float angle, Vector2 about) =>
        [.. elements.Select(e => Turned(e, angle, about))];

    /// <summary>The scene mirrored left to right.</summary>
    public static List<Element> Mirrored(IEnumerable<Element> elements) => [.. elements.Select(Mirrored)];

    /// <summary>Moves and scales a whole scene so that it lies in the picture, at a random place and size within what the picture leaves free.</summary>
    /// <param name="layout">Draws size and place.</param>
    /// <param name="elements">The scene in any coordinates.</param>
    /// <param name="least">The least part of the picture that the longer side of the scene takes up.</param>
    /// <param name="grow">The most by which the scene is enlarged.</param>
    public static IReadOnlyList<Element> Settle(SceneRandom layout, IReadOnlyList<Element> elements, float least = .8f, float grow = 1.25f)
    {
        Bounds all = elements.Select(Box).Aggregate((a, b) => a.With(b));
        float scale = MathF.Min(grow, layout.Uniform(least, .92f) / (2 * all.Half));
        Vector2 slack = Vector2.Max(Vector2.Zero, new Vector2(.92f) - (scale * all.Extent));
        Vector2 corner = new Vector2(.04f) + (slack * new Vector2(layout.Uniform(0, 1), layout.Uniform(0, 1)));
        Vector2 shift = corner - (scale * all.Min);
        return [.. elements.Select(e => Moved(e, scale, shift))];
    }

    /// <summary>The element scaled about the picture's corner, then shifted.</summary>
    public static Element Moved(Element element, float scale, Vector2 shift) => element with
    {
        Position = (scale * element.Position) + shift,
        Size = scale * element.Size,
        ClipTo = element.ClipTo is { } clip ? Moved(clip, scale, shift) : null,
    };

    private static Element Turned(Element element, float angle, Vector2 about) => element with
    {
        Position = about + Turn(element.Position - about, angle),
        Rotation = element.Rotation + angle,
        ClipTo = element.ClipTo is { } clip ? Turned(clip, angle, about) : null,
    };

    private static Element Mirrored(Element element) => element with
    {
        Position = new Vector2(1 - element.Position.X, element.Position.Y),
        Rotation = -element.Rotation,
        Mirrored = !element.Mirrored,
        ClipTo = element.ClipTo is { } clip ? Mirrored(clip) : null,
    };

    private static Shape Squeezed(Shape shape, int step) => step switch
    {
        0 => shape,
        1 => shape.Map(p => p with { X = p.X * .45f }),
        2 => shape.Map(p => p with { Y = p.Y * .45f }),
        3 => shape.Map(p => new Vector2(p.X * (.65f + (.35f * p.Y)), p.Y)),
        _ => shape.Map(p => new Vector2(p.X, p.Y * (.55f + (.45f * p.X)))),
    };
}
