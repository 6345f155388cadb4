using System.Numerics;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes.Problems;

/// <summary>Plain outlines for problems: shapes in [-1, 1] x [-1, 1].</summary>
internal static class Forms
{
    private const float SubjectShare = .3f;

    private static readonly SubjectKind[] Subjects = [.. SubjectCatalog.Of(Split.Train)];

    private static readonly Func<SceneRandom, Vector2[]>[] Kinds =
    [
        _ => Outline.Disc(0, 0, .95), _ => Outline.Regular(3, 0, 0, .95), _ => Outline.Box(-.8, -.8, .8, .8), _ => Outline.Regular(5, 0, 0, .95),
        _ => Outline.Star(5, 0, 0, .95, .42), draw => Outline.Ring(0, 0, .95, draw.Uniform(.4f, .65f)), draw => Outline.Box(-.9, -.45, .9, .45),
        draw => Outline.Blob(draw, 4, .3), draw => Polygon(draw, draw.Whole(3, 6)), _ => Cross, _ => Ell, _ => Crescent, _ => Drop, _ => Arrowhead,
        _ => Outline.Regular(6, 0, 0, .95), _ => Outline.Star(4, 0, 0, .95, .4), _ => Heart, draw => Dented(draw), _ => Outline.Arc(0, .4, .9, 180, 360),
    ];

    private static Vector2[] Cross => Outline.Path(-.3, -.9, .3, -.9, .3, -.3, .9, -.3, .9, .3, .3, .3, .3, .9, -.3, .9, -.3, .3, -.9, .3, -.9, -.3, -.3, -.3);

    private static Vector2[] Ell => Outline.Path(-.7, -.9, -.1, -.9, -.1, .4, .8, .4, .8, .9, -.7, .9);

    private static Vector2[] Crescent => [.. Outline.Arc(0, 0, .95, 60, 300), .. Outline.Arc(.45, 0, .84, 284, 76)];

    private static Vector2[] Drop => Outline.MirrorSmooth(0, -.95, .25, -.3, .6, .3, .4, .8, 0, .95);

    private static Vector2[] Arrowhead => Outline.Path(0, -.95, .8, .8, 0, .35, -.8, .8);

    private static Vector2[] Heart => Outline.MirrorSmooth(0, -.5, .5, -.85, .9, -.45, .6, .2, 0, .9);

    private static readonly HashSet<int> Round = [0, 5, 7, 11, 12, 16];
    private static readonly HashSet<int> Convex = [0, 1, 2, 3, 5, 6, 8, 14, 18];

    private static readonly HashSet<int> Pointed = [1, 4, 12, 13, 15];

    /// <summary>How many different forms <see cref="Of"/> knows.</summary>
    public static int Count => Kinds.Length;

    /// <summary>One of the forms, the same kind for the same number.</summary>
    public static Shape Of(int kind, SceneRandom draw) => Closed(Kinds[kind](draw));

    /// <summary>Whether a kind's outline bends without corners.</summary>
    public static bool IsRound(int kind) => Round.Contains(kind);

    /// <summary>Whether a kind's outline has no dent.</summary>
    public static bool IsConvex(int kind) => Convex.Contains(kind);

    /// <summary>Whether a kind's outline has a sharp point.</summary>
    public static bool IsPointed(int kind) => Pointed.Contains(kind);

    /// <summary>Any form: mostly a plain one, sometimes the outline of a subject.</summary>
    public static Shape Any(SceneRandom draw) => draw.Chance(SubjectShare) ? Silhouette(draw) : Of(draw.Whole(0, Count - 1), draw);

    // The first closed part is the silhouette of the body.
    private static Shape Silhouette(SceneRandom draw)
    {
        ShapePart? body = draw.Pick(Subjects).Draw(draw).Parts.FirstOrDefault(part => part.Closed);
        return body is null ? Of(draw.Whole(0, Count - 1), draw) : Closed(body.Points);
    }

    /// <summary>Two different kinds.</summary>
    public static (int First, int Second) Two(SceneRandom rule)
    {
        int[] order = rule.Permutation(Count);
        return (order[0], order[1]);
    }

    /// <summary>A shape of one closed outline, moved and scaled to just fit its frame.</summary>
    public static Shape Closed(Vector2[] outline)
    {
        Bounds box = Placement.Box(Shape.Polygon(outline));
        return Shape.Polygon([.. outline.Select(p => (p - box.Centre) / (1.02f * box.Half))]);
    }

    /// <summary>A shape of one open stroke, moved and scaled to just fit its frame.</summary>
    public static Shape Open(params Vector2[] line)
    {
        Bounds box = Placement.Box(Shape.Stroke(line));
        return Shape.Stroke([.. line.Select(p => (p - box.Centre) / (1.02f * box.Half))]);
    }

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
}
