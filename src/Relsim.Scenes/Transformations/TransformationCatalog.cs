using System.Numerics;
using Relsim.Scenes.Relations;

namespace Relsim.Scenes.Transformations;

/// <summary>Every transformation, in a fixed order (the index is a label).</summary>
internal static class TransformationCatalog
{
    private static readonly (string Name, (string Variant, ComposePanels Compose)[] Variants)[] Families =
    [
        ("turned", [Turned("quarter-right", 90), Turned("quarter-left", -90), Turned("half", 180), Turned("eighth-right", 45), Turned("eighth-left", -45)]),
        ("mirrored",
        [
            ("left-right", (look, draw) => Chiral(look, draw, e => e with { Mirrored = true, Rotation = -e.Rotation })),
            ("top-bottom", (look, draw) => Chiral(look, draw, e => e with { Mirrored = true, Rotation = MathF.PI - e.Rotation })),
        ]),
        ("scaled",
        [
            ("larger", (look, draw) => Resized(look, draw, draw.Uniform(1.5f, 2.1f))),
            ("smaller", (look, draw) => Swapped(Resized(look, draw, draw.Uniform(1.5f, 2.1f)))),
            ("wider", (look, draw) => Stretched(look, draw, new Vector2(draw.Uniform(1.6f, 2.1f), 1))),
            ("taller", (look, draw) => Stretched(look, draw, new Vector2(1, draw.Uniform(1.6f, 2.1f)))),
        ]),
        ("counted",
        [
            ("one-more", (look, draw) => Counted(look, draw, draw.Whole(2, 5), n => n + 1)),
            ("one-fewer", (look, draw) => Swapped(Counted(look, draw, draw.Whole(2, 5), n => n + 1))),
            ("two-more", (look, draw) => Counted(look, draw, draw.Pick([1, 3, 4]), n => n + 2)),
            ("two-fewer", (look, draw) => Swapped(Counted(look, draw, draw.Pick([1, 3, 4]), n => n + 2))),
            ("doubled", (look, draw) => Counted(look, draw, draw.Whole(2, 4), n => 2 * n)),
            ("halved", (look, draw) => Swapped(Counted(look, draw, draw.Whole(2, 4), n => 2 * n))),
            ("tripled", (look, draw) => Counted(look, draw, draw.Whole(2, 3), n => 3 * n)),
            ("a-third", (look, draw) => Swapped(Counted(look, draw, draw.Whole(2, 3), n => 3 * n))),
        ]),
        ("recoloured", [Recoloured("red", 1, .1f, .1f), Recoloured("green", .1f, .75f, .15f), Recoloured("blue", .1f, .25f, 1), Recoloured("yellow", 1, .85f, .1f)]),
        ("unchanged", [("same", (look, draw) => Chiral(look, draw, e => e))]),
        ("moved", [Moved("up", 0, -1), Moved("down", 0, 1), Moved("left", -1, 0), Moved("right", 1, 0)]),
        ("spread", [("gathered", (look, draw) => Swapped(Scattered(look, draw))), ("scattered", Scattered)]),
        ("filled", [("filled", (look, draw) => Filled(look, draw, Fill.Outline, Fill.Solid)), ("emptied", (look, draw) => Filled(look, draw, Fill.Solid, Fill.Outline))]),
        ("framed", [("enclosed", Framed), ("released", (look, draw) => Swapped(Framed(look, draw)))]),
        ("completed", [("completed", (look, draw) => Swapped(Cut(look, draw))), ("cut", Cut)]),
        ("ordered", [("aligned", Aligned), ("sorted", Sorted)]),
        ("exchanged", [("swapped", Exchanged), ("inside", (look, draw) => Swapped(Outside(look, draw))), ("outside", Outside)]),
        ("connected", [("joined", Joined), ("parted", (look, draw) => Swapped(Joined(look, draw)))]),
    ];

    /// <summary>All transformations, kind by kind.</summary>
    public static IReadOnlyList<Transformation> All { get; } =
    [
        .. Families.SelectMany((family, index) => family.Variants.Select(v => (family.Name, Index: index, v.Variant, v.Compose)))
            .Select((v, index) => new Transformation(index, v.Name, v.Index, v.Variant, v.Compose)),
    ];

    /// <summary>Number of kinds.</summary>
    public static int FamilyCount => Families.Length;

    private static (string, ComposePanels) Turned(string name, float degrees) =>
        (name, (look, draw) => Chiral(look, draw, e => e with { Rotation = e.Rotation + (degrees * MathF.PI / 180) }));

    private static (string, ComposePanels) Recoloured(string name, float red, float green, float blue) =>
        (name, (look, draw) => Chiral(look, draw, e => e) with { Tint = (red, green, blue) });

    private static (string, ComposePanels) Moved(string name, float x, float y) => (name, (look, draw) =>
    {
        Vector2 way = new(x, y), side = new(-y, x), start = Placement.Middle - (way * draw.Uniform(0, .2f)) + (side * draw.Uniform(-.2f, .2f));
        Element thing = Placement.Fit(look.Any[0].Shape, start, draw.Uniform(.12f, .2f), draw.Normal(.1f));
        float reach = Vector2.Dot(Placement.Middle - start, way) + draw.Uniform(.18f, .28f);
        return new Panels([thing], [thing with { Position = thing.Position + (way * reach) }]);
    }
    );

    private static Panels Swapped(Panels panels) => new(panels.After, panels.Before);

    private static Panels Chiral(Look look, SceneRandom draw, Func<Element, Element> change)
    {
        Element thing = Centred(look.Chiral[0].Shape, draw.Uniform(.22f, .34f), draw.Chance(.7f) ? draw.Normal(.05f) : draw.Angle());
        return new Panels([thing], [change(thing)]);
    }

    // A shape whose own middle is its origin, so that turning and mirroring keep it in place.
    private static Element Centred(Shape shape, float half, float turn)
    {
        Bounds own = Placement.Box(shape);
        return new Element(shape.Map(p => (p - own.Centre) / own.Half), Placement.Middle, half) { Rotation = turn };
    }

    private static Panels Resized(Look look, SceneRandom draw, float factor)
    {
        Element thing = Centred(look.Any[0].Shape, draw.Uniform(.26f, .38f) / factor, draw.Normal(.05f));
        return new Panels([thing], [thing with { Size = thing.Size * factor }]);
    }

    private static Panels Stretched(Look look, SceneRandom draw, Vector2 factor)
    {
        Element thing = Centred(look.Any[0].Shape, draw.Uniform(.16f, .22f), 0);
        return new Panels([thing], [thing with { Shape = thing.Shape.Map(p => p * factor) }]);
    }

    private static Panels Counted(Look look, SceneRandom draw, int count, Func<int, int> change)
    {
        int after = change(count);
        float half = draw.Uniform(.07f, .1f);
        bool strewn = draw.Chance(.4f);
        Shape shape = Placement.Light(look.Any[0].Shape);
        Vector2[] places = strewn ? [] : [.. Enumerable.Range(0, 9).Select(i => new Vector2(.2f + (.3f * (i % 3)), .2f + (.3f * (i / 3))))];
        return new Panels(Some(count), Some(after));

        Element[] Some(int n)
        {
            Vector2[] at = strewn ? Curves.Scatter(draw, n, half) : places[..n];
            return [.. at.Select(p => Placement.Fit(shape, p, half))];
        }
    }

    private static Panels Scattered(Look look, SceneRandom draw)
    {
        int count = draw.Whole(3, 6);
        float half = draw.Uniform(.055f, .08f), start = draw.Angle();
        Shape shape = Placement.Light(look.Any[0].Shape);
        Vector2[] wide = Curves.Scatter(draw, count, half, 1.9f);
        return new Panels(
            [.. Enumerable.Range(0, count).Select(i => Placement.Fit(shape, Placement.Middle + (half * 1.25f * MathF.Sqrt(count / 2f) * Placement.Unit(start + (MathF.Tau * i / count))), half))],
            [.. wide.Select(p => Placement.Fit(shape, p, half))]);
    }

    private static Panels Filled(Look look, SceneRandom draw, Fill before, Fill after)
    {
        Element thing = Centred(look.Simple[0].Shape, draw.Uniform(.2f, .34f), draw.Normal(.1f));
        return new Panels([thing with { Fill = before }], [thing with { Fill = after }]);
    }

    private static Panels Framed(Look look, SceneRandom draw)
    {
        Element thing = Centred(look.Any[0].Shape, draw.Uniform(.16f, .22f), draw.Normal(.1f));
        Element frame = draw.Chance(.5f) ? GuideLines.Ring(Placement.Middle, .36f) : GuideLines.Frame(Placement.Middle, .34f, .34f);
        return new Panels([thing], [thing, frame]);
    }

    private static Panels Cut(Look look, SceneRandom draw)
    {
        Element thing = Centred(look.Simple[0].Shape, draw.Uniform(.24f, .36f), 0);
        return new Panels([thing], [thing with { Shape = Relations.Cut.Beyond(thing.Shape, MathF.PI / 2 * draw.Whole(0, 3), draw.Uniform(.45f, .55f)) }]);
    }

    private static Panels Aligned(Look look, SceneRandom draw)
    {
        int count = draw.Whole(3, 5);
        float half = draw.Uniform(.06f, .08f), turn = draw.Pick([0, MathF.PI / 2]);
        Shape shape = Placement.Light(look.Any[0].Shape);
        Vector2[] strewn = Curves.Scatter(draw, count, half, 1.4f);
        return new Panels(
            [.. strewn.Select(p => Placement.Fit(shape, p, half))],
            [.. Enumerable.Range(0, count).Select(i => Placement.Fit(shape, Placement.Middle + (.76f * ((i / (count - 1f)) - .5f) * Placement.Unit(turn)), half))]);
    }

    private static Panels Sorted(Look look, SceneRandom draw)
    {
        Shape shape = Placement.Light(look.Any[0].Shape);
        int[] order = draw.Pick<int[]>([[2, 0, 3, 1], [1, 3, 0, 2], [3, 0, 2, 1], [2, 3, 0, 1]]);
        Element[] Row(Func<int, int> rank) => [.. Enumerable.Range(0, 4).Select(i => Placement.Fit(shape, new Vector2(.14f + (.24f * i), .5f), .045f + (.025f * rank(i))))];
        return new Panels(Row(i => order[i]), Row(i => i));
    }

    private static Panels Exchanged(Look look, SceneRandom draw)
    {
        Element one = Placement.Fit(look.Any[0].Shape, new Vector2(.27f, .5f), draw.Uniform(.13f, .18f)), other = Placement.Fit(look.Any[1].Shape, new Vector2(.73f, .5f), draw.Uniform(.13f, .18f)) with { Ink = 1 };
        Vector2 across = new(.46f, 0);
        return new Panels([one, other], [one with { Position = one.Position + across }, other with { Position = other.Position - across }]);
    }

    private static Panels Outside(Look look, SceneRandom draw)
    {
        int side = draw.Sign();
        Element ring = GuideLines.Ring(new Vector2(.5f + (.12f * side), .5f), .26f), thing = Placement.Fit(look.Any[0].Shape, new Vector2(.5f + (.12f * side), .5f), draw.Uniform(.08f, .11f));
        return new Panels([ring, thing], [ring, thing with { Position = thing.Position - new Vector2(.44f * side, 0) }]);
    }

    private static Panels Joined(Look look, SceneRandom draw)
    {
        Vector2 reach = .3f * Placement.Unit(draw.Chance(.6f) ? draw.Normal(.1f) : draw.Angle());
        Element one = Placement.Fit(look.Any[0].Shape, Placement.Middle - reach, draw.Uniform(.1f, .14f)), other = Placement.Fit(look.Any[draw.Whole(0, 1)].Shape, Placement.Middle + reach, draw.Uniform(.1f, .14f));
        Element line = Placement.Line([Placement.Middle - (reach * .9f), Placement.Middle + (reach * .9f)], 3, 1.4f);
        return new Panels([one, other], [line, one, other]);
    }
}
