using System.Numerics;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes.Problems;

/// <summary>Plain outlines for problems: shapes in [-1, 1] x [-1, 1].</summary>
internal static class Forms
{
    private const float SubjectShare = .3f;

    private static readonly SubjectKind[] Subjects = [.. SubjectCatalog.Of(Split.Train)];

    // The place of a kind is its number.
    private static readonly Kind[] Kinds =
    [
        new(_ => Outline.Disc(0, 0, .95), FormTraits.Round | FormTraits.Convex),
        new(_ => Outline.Regular(3, 0, 0, .95), FormTraits.Convex | FormTraits.Pointed),
        new(_ => Outline.Box(-.8, -.8, .8, .8), FormTraits.Convex),
        new(_ => Outline.Regular(5, 0, 0, .95), FormTraits.Convex),
        new(_ => Outline.Star(5, 0, 0, .95, .42), FormTraits.Pointed),
        new(draw => Outline.Ring(0, 0, .95, draw.Uniform(.4f, .65f)), FormTraits.Round | FormTraits.Convex),
        new(_ => Outline.Box(-.9, -.45, .9, .45), FormTraits.Convex),
        new(draw => Outline.Blob(draw, 4, .3), FormTraits.Round),
        new(draw => Polygon(draw, draw.Whole(3, 6)), FormTraits.Convex),
        new(_ => Outline.Path(-.3, -.9, .3, -.9, .3, -.3, .9, -.3, .9, .3, .3, .3, .3, .9, -.3, .9, -.3, .3, -.9, .3, -.9, -.3, -.3, -.3), FormTraits.None),
        new(_ => Outline.Path(-.7, -.9, -.1, -.9, -.1, .4, .8, .4, .8, .9, -.7, .9), FormTraits.None),
        new(_ => [.. Outline.Arc(0, 0, .95, 60, 300), .. Outline.Arc(.45, 0, .84, 284, 76)], FormTraits.Round),
        new(_ => Drop, FormTraits.Round | FormTraits.Pointed),
        new(_ => Outline.Path(0, -.95, .8, .8, 0, .35, -.8, .8), FormTraits.Pointed),
        new(_ => Outline.Regular(6, 0, 0, .95), FormTraits.Convex),
        new(_ => Outline.Star(4, 0, 0, .95, .4), FormTraits.Pointed),
        new(_ => Outline.MirrorSmooth(0, -.5, .5, -.85, .9, -.45, .6, .2, 0, .9), FormTraits.Round),
        new(Dented, FormTraits.None),
        new(_ => Outline.Arc(0, .4, .9, 180, 360), FormTraits.Convex),
    ];

    /// <summary>Numbers of kinds that rules ask for by name.</summary>
    public const int Disc = 0, Square = 2, Pentagon = 3, Ell = 10, Arrowhead = 13, Hexagon = 14;

    /// <summary>A drop, its tip up.</summary>
    public static Vector2[] Drop => Outline.MirrorSmooth(0, -.95, .25, -.3, .6, .3, .4, .8, 0, .95);

    /// <summary>A narrow triangle that points up.</summary>
    public static Vector2[] Spike(float half) => [new(0, -1), new(half, .8f), new(-half, .8f)];

    /// <summary>How many different forms <see cref="Of"/> knows.</summary>
    public static int Count => Kinds.Length;

    /// <summary>One of the forms, the same kind for the same number.</summary>
    public static Shape Of(int kind, SceneRandom draw) => Closed(Kinds[kind].Draw(draw));

    /// <summary>Whether a kind's outline has a trait.</summary>
    public static bool Has(int kind, FormTraits trait) => Kinds[kind].Traits.HasFlag(trait);

    /// <summary>Any form: mostly a plain one, sometimes the outline of a subject.</summary>
    public static Shape Any(SceneRandom draw) => draw.Chance(SubjectShare) ? Silhouette(draw) : Of(draw.Whole(0, Count - 1), draw);

    // The first closed part is the silhouette of the body.
    private static Shape Silhouette(SceneRandom draw)
    {
        ShapePart? body = draw.Pick(Subjects).Draw(draw).Parts.FirstOrDefault(part => part.Closed);
        return body is null ? Of(draw.Whole(0, Count - 1), draw) : Closed(body.Points);
    }

    /// <summary>A round or angular outline without deep dents, that other things find room in.</summary>
    public static Shape Roomy(SceneRandom draw) => draw.Whole(0, 4) switch
    {
        0 => Of(Disc, draw),
        1 => Of(Square, draw),
        2 => Closed(Outline.Blob(draw, 3, .14)),
        3 => Of(Hexagon, draw),
        _ => Closed(Polygon(draw, draw.Whole(5, 8))),
    };

    /// <summary>A form that is not its own mirror image.</summary>
    public static Shape Lopsided(SceneRandom draw) => draw.Chance(.4f)
        ? Of(Ell, draw)
        : Lump(draw);

    /// <summary>A rounded form without any regularity.</summary>
    public static Shape Lump(SceneRandom draw) =>
        Closed(Outline.Rounded([.. Enumerable.Range(0, 6).Select(i => draw.Uniform(.3f, 1) * Placement.Unit(MathF.Tau * i / 6))]));

    /// <summary>A disc, a square, a pentagon or a hexagon.</summary>
    public static Shape Plain(SceneRandom draw) => Of(draw.Pick([Disc, Square, Pentagon, Hexagon]), draw);

    /// <summary>Two different kinds.</summary>
    public static (int First, int Second) Two(SceneRandom rule)
    {
        int[] order = rule.Permutation(Count);
        return (order[0], order[1]);
    }

    /// <summary>A shape of one closed outline, moved and scaled to just fit its frame.</summary>
    public static Shape Closed(Vector2[] outline) => Fitted(Shape.Polygon(outline));

    /// <summary>A shape of one open stroke, moved and scaled to just fit its frame.</summary>
    public static Shape Open(params Vector2[] line) => Fitted(Shape.Stroke(line));

    /// <summary>A convex polygon of uneven sides.</summary>
    public static Vector2[] Polygon(SceneRandom draw, int corners)
    {
        float start = draw.Angle(), flat = draw.Uniform(.65f, 1);
        return [.. Enumerable.Range(0, corners).Select(i =>
            Placement.Unit(start + (MathF.Tau * (i + draw.Uniform(-.22f, .22f)) / corners)) * new Vector2(.95f, .95f * flat))];
    }

    /// <summary>Points about a centre whose distance jumps: joined by straight lines a jagged outline, joined smoothly a wavy one.</summary>
    public static Vector2[] Knobbly(SceneRandom draw, int corners, float depth)
    {
        float start = draw.Angle();
        return [.. Enumerable.Range(0, corners).Select(i =>
            (1 - (i % 2 == 0 ? 0 : depth * draw.Uniform(.7f, 1.2f))) * .95f * Placement.Unit(start + (MathF.Tau * (i + draw.Uniform(-.15f, .15f)) / corners)))];
    }

    /// <summary>A convex outline with one deep dent.</summary>
    public static Vector2[] Dented(SceneRandom draw)
    {
        Vector2[] outline = draw.Chance(.5f) ? Outline.Ring(0, 0, .95, draw.Uniform(.7f, .95f)) : Polygon(draw, draw.Whole(5, 8));
        Vector2 towards = Placement.Unit(draw.Angle());
        float depth = draw.Uniform(.6f, .9f);
        return [.. Dense(outline).Select(p =>
        {
            float near = Vector2.Dot(Vector2.Normalize(p), towards);
            return near > .75f ? p * (1 - (depth * (near - .75f) * 4)) : p;
        })];
    }

    /// <summary>The outline with points so dense that bending it shows.</summary>
    public static Vector2[] Dense(Vector2[] outline) =>
        [.. Enumerable.Range(0, outline.Length).SelectMany(i => Enumerable.Range(0, 8).Select(k => Vector2.Lerp(outline[i], outline[(i + 1) % outline.Length], k / 8f)))];

    /// <summary>A shape narrower across by a factor.</summary>
    public static Shape Narrowed(Shape shape, float factor) => shape.Map(p => p with { X = p.X * factor });

    private static Shape Fitted(Shape shape)
    {
        Bounds box = Placement.Box(shape);
        return shape.Map(p => (p - box.Centre) / (1.02f * box.Half));
    }

    private sealed record Kind(Func<SceneRandom, Vector2[]> Draw, FormTraits Traits);
}

/// <summary>What rules may ask of a form's outline.</summary>
[Flags]
internal enum FormTraits
{
    /// <summary>Nothing in particular.</summary>
    None = 0,

    /// <summary>Bends without corners.</summary>
    Round = 1,

    /// <summary>Has no dent.</summary>
    Convex = 2,

    /// <summary>Has a sharp point.</summary>
    Pointed = 4,
}
