using System.Numerics;
using Relsim.Scenes.Relations;

namespace Relsim.Scenes.Problems;

/// <summary>Something to be placed.</summary>
/// <param name="Shape">What it is.</param>
/// <param name="Half">Half its larger extent in the unit square.</param>
/// <param name="Fill">How its inside is painted.</param>
/// <param name="Turn">Clockwise turn in radians.</param>
internal sealed record Thing(Shape Shape, float Half, Fill Fill, float Turn)
{
    /// <summary>The thing at a place.</summary>
    public Element At(Vector2 place) => Placement.Fit(Shape, place, Half, Turn) with { Fill = Fill };
}

/// <summary>Draws things and strews them about.</summary>
internal static class Things
{
    /// <summary>Outline or solid, evenly.</summary>
    public static Fill Filling(SceneRandom draw) => draw.Chance(.5f) ? Fill.Outline : Fill.Solid;

    /// <summary>Nearly upright or any way round.</summary>
    public static float Turn(SceneRandom draw) => draw.Chance(.5f) ? draw.Normal(.1f) : draw.Angle();

    /// <summary>Anything of a middling size.</summary>
    public static Thing Any(SceneRandom draw, float least = .07f, float most = .16f) => new(Forms.Any(draw), draw.Uniform(least, most), Filling(draw), Turn(draw));

    /// <summary>A solid dot.</summary>
    public static Thing Dot(SceneRandom draw, float half) => new(Forms.Of(Forms.Disc, draw), half, Fill.Solid, 0);

    /// <summary>An outline that stands as it is drawn.</summary>
    public static Thing Outlined(Shape shape, float half) => new(shape, half, Fill.Outline, 0);

    /// <summary>A stroke through points of the picture.</summary>
    public static Element Line(IEnumerable<Vector2> points) => Placement.Line(points, 0);

    /// <summary>The direction square on to another.</summary>
    public static Vector2 Across(Vector2 along) => new(-along.Y, along.X);

    /// <summary>A place about the middle.</summary>
    public static Vector2 Near(SceneRandom draw) => Placement.Middle + new Vector2(draw.Normal(.04f), draw.Normal(.04f));

    /// <summary>The outline of a placed thing, in the picture.</summary>
    public static Vector2[] Edge(Element placed) => [.. placed.Shape.Parts[0].Points.Select(placed.ToScene)];

    /// <summary>Things a gap apart along a straight line through the middle.</summary>
    public static List<Element> InRow(int count, float gap, Vector2 along, Func<int, Thing> make) =>
        [.. Enumerable.Range(0, count).Select(i => make(i).At(Placement.Middle + (gap * (i - ((count - 1) / 2f)) * along)))];

    /// <summary>Places in columns and rows about the middle, row by row.</summary>
    public static IEnumerable<Vector2> Grid(int columns, int rows, float across, float down) => Enumerable.Range(0, columns * rows)
        .Select(i => new Vector2(.5f + (across * ((i % columns) - ((columns - 1) / 2f))), .5f + (down * ((i / columns) - ((rows - 1) / 2f)))));

    /// <summary>
    /// Solid dots strewn inside or outside a body's outline; <paramref name="room"/> is their least distance from it in radii, <paramref name="gap"/> that of two
    /// centres relative to the sum of their radii.
    /// </summary>
    public static List<Element> Spots(SceneRandom draw, int count, float half, Element body, bool inside, float room = 1.5f, float gap = 1.3f)
    {
        Vector2[] edge = Edge(body);
        return Strewn(draw, [.. Enumerable.Repeat(Dot(draw, half), count)], gap, (p, r) => Curves.Holds(edge, p) == inside && Curves.ToEdge(edge, p) > r * room);
    }

    /// <summary>The things in some arrangement that no rule cares about: strewn about, in a row, a column, a ring, or close together.</summary>
    public static List<Element> Arranged(SceneRandom draw, IReadOnlyList<Thing> things)
    {
        if (things.Count < 2 || draw.Chance(.5f))
        {
            return Strewn(draw, things);
        }

        float largest = things.Max(thing => thing.Half), start = draw.Angle();
        int way = draw.Whole(0, 3), count = things.Count;
        float room = way < 2 ? .86f / count / 2.2f : way == 2 ? .8f / (count + 1.5f) : .3f / MathF.Sqrt(count);
        float shrink = MathF.Min(1, room / largest);
        Vector2 middle = Placement.Middle + new Vector2(draw.Normal(.04f), draw.Normal(.04f));
        return [.. things.Select((thing, i) => (thing with { Half = MathF.Max(.02f, thing.Half * shrink) }).At(middle + Offset(i)))];

        Vector2 Offset(int i)
        {
            float along = .86f * (((i + .5f) / count) - .5f);
            Vector2 round = Placement.Unit(start + (MathF.Tau * i / count));
            return way switch
            {
                0 => new Vector2(along, draw.Normal(.02f)),
                1 => new Vector2(draw.Normal(.02f), along),
                2 => .3f * round,
                _ => largest * shrink * (count == 2 ? 1.05f : .6f + (.2f * count)) * round,
            };
        }
    }

    /// <summary>So many things made one after another, in some arrangement.</summary>
    public static List<Element> Arranged(SceneRandom draw, int count, Func<int, Thing> make) => Arranged(draw, [.. Enumerable.Range(0, count).Select(make)]);

    /// <summary>The things at places where they keep clear of each other; they shrink together where the picture is too small for them.</summary>
    public static List<Element> Strewn(SceneRandom draw, IReadOnlyList<Thing> things, float gap = 1.15f, Func<Vector2, float, bool>? allowed = null)
    {
        float[] radii = [.. things.Select(thing => 1.1f * thing.Half)];
        (Vector2[] places, float shrink) = Curves.Scatter(draw, radii, gap, allowed);
        return [.. things.Select((thing, i) => (thing with { Half = MathF.Max(.02f, thing.Half * shrink) }).At(places[i]))];
    }

    /// <summary>So many things made one after another, strewn about.</summary>
    public static List<Element> Strewn(SceneRandom draw, int count, Func<int, Thing> make, float gap = 1.15f, Func<Vector2, float, bool>? allowed = null) =>
        Strewn(draw, [.. Enumerable.Range(0, count).Select(make)], gap, allowed);
}
