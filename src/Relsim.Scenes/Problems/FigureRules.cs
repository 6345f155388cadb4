using System.Numerics;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Subjects;
using static Relsim.Scenes.Problems.Things;

namespace Relsim.Scenes.Problems;

/// <summary>Rules about one figure looked at closely: its points, dents, lobes, halves and frames.</summary>
internal static class FigureRules
{
    public static IEnumerable<Rule> Rules =>
    [
        new("slim-points-stout-points", (left, _, draw) => Some(draw, Outline.Star(draw.Whole(4, 7), 0, 0, .95, left ? draw.Uniform(.22f, .34f) : draw.Uniform(.6f, .72f)))),
        new("even-star-uneven-star", (left, _, draw) =>
        {
            int points = draw.Whole(4, 7);
            float[] reach = [.. Enumerable.Range(0, 2 * points).Select(_ => draw.Uniform(.6f, 1.25f))];
            return Some(draw, [.. Outline.Star(points, 0, 0, .8, .36).Select((p, i) => p * (left ? 1 : reach[i]))]);
        }),
        new("one-dent-more-dents", (left, _, draw) =>
        {
            int more = draw.Whole(2, 3), dents = left ? 1 : more;
            float start = draw.Angle(), depth = draw.Uniform(.4f, .6f);
            Vector2[] body = Forms.Dense(Outline.Disc(0, 0, .9));
            return Some(draw, [.. body.Select(p => p * (1 - (depth * Enumerable.Range(0, dents).Max(i => MathF.Max(0, (Vector2.Dot(Vector2.Normalize(p), Placement.Unit(start + (MathF.Tau * i / more))) - .86f) / .14f)))))]);
        }),
        new("few-lobes-many-lobes", (left, _, draw) => Some(draw, Outline.Scalloped(left ? draw.Whole(3, 4) : draw.Whole(7, 10), 0, 0, .95, draw.Uniform(.6f, .75f)))),
        Rule.Upright("leaning-left-leaning-right", (left, _, draw) =>
        {
            float lean = draw.Uniform(.3f, .5f) * (left ? -1 : 1), high = draw.Uniform(.6f, .9f), wide = draw.Uniform(.35f, .6f);
            return Upright(draw, [new(-wide + lean, -high), new(wide + lean, -high), new(wide - lean, high), new(-wide - lean, high)]);
        }),
        Rule.Upright("wide-above-wide-below", (left, _, draw) =>
        {
            float wide = draw.Uniform(.7f, .95f), narrow = draw.Uniform(.2f, .4f), high = draw.Uniform(.6f, .9f);
            Vector2[] outline = [new(wide, -high), new((wide + narrow) / 2.2f, 0), new(narrow, high), new(-narrow, high), new(-(wide + narrow) / 2.2f, 0), new(-wide, -high)];
            Vector2[] bent = draw.Chance(.5f) ? outline : Outline.Rounded(outline);
            return Upright(draw, [.. bent.Select(p => left ? p : -p)]);
        }),
        new("sharp-corners-rounded-corners", (left, _, draw) =>
        {
            Vector2[] corners = draw.Chance(.4f) ? Outline.Box(-.9, -.6, .9, .6) : Outline.Regular(draw.Whole(3, 6), 0, 0, .95);
            return Some(draw, left ? corners : Shaved(corners));
        }),
        new("all-sides-straight-one-side-curved", (left, _, draw) =>
        {
            int corners = draw.Whole(3, 6), bent = draw.Whole(0, 5) % corners;
            float bulge = draw.Uniform(.25f, .4f) * draw.Sign();
            Vector2[] outline = Outline.Regular(corners, 0, 0, .85);
            return Some(draw, [.. Enumerable.Range(0, corners).SelectMany(i => Enumerable.Range(0, 12).Select(k =>
            {
                float t = k / 12f;
                Vector2 a = outline[i], b = outline[(i + 1) % corners];
                return Vector2.Lerp(a, b, t) + (left || i != bent ? Vector2.Zero : 4 * t * (1 - t) * bulge * Across(b - a));
            }))]);
        }),
        new("half-solid-all-solid", (left, _, draw) =>
        {
            Element body = Outlined(Forms.Roomy(draw), draw.Uniform(.2f, .36f)).At(Near(draw));
            return [Filled(body, draw.Angle(), left ? 0 : -1), body];
        }),
        Rule.Upright("solid-above-solid-below", (left, _, draw) =>
        {
            Element body = Outlined(Forms.Roomy(draw), draw.Uniform(.2f, .36f)).At(Near(draw));
            return [Filled(body, (MathF.PI / 2 * (left ? -1 : 1)) + draw.Normal(.08f), 0), body];
        }),
        Rule.Upright("solid-on-the-left-solid-on-the-right", (left, _, draw) =>
        {
            Element body = Outlined(Forms.Roomy(draw), draw.Uniform(.2f, .36f)).At(Near(draw));
            return [Filled(body, (left ? MathF.PI : 0) + draw.Normal(.08f), 0), body];
        }),
        new("small-slice-out-large-slice-out", (left, _, draw) =>
        {
            float start = draw.Angle(), small = draw.Uniform(.4f, .7f), large = draw.Uniform(2.2f, 3.4f), out_ = left ? small : large;
            Vector2[] outline = [Vector2.Zero, .. Curves.Sample(40, t => .95f * Placement.Unit(start + (out_ / 2) + ((MathF.Tau - out_) * t)))];
            return Some(draw, outline);
        }),
        new("kite-dart", (left, _, draw) =>
        {
            float wide = draw.Uniform(.5f, .8f), low = draw.Uniform(.3f, .6f);
            return Some(draw, [new(0, -.95f), new(wide, left ? -.1f : .9f), new(0, left ? .9f : low - .3f), new(-wide, left ? -.1f : .9f)]);
        }),
        new("broad-rim-narrow-rim", (left, _, draw) =>
        {
            float half = draw.Uniform(.22f, .36f), rim = left ? draw.Uniform(.4f, .5f) : draw.Uniform(.1f, .16f);
            Shape shape = Forms.Roomy(draw);
            Vector2 place = Near(draw);
            return [Outlined(shape, half).At(place), Outlined(shape, half * (1 - rim)).At(place)];
        }),
        new("frames-aligned-frames-turned", (left, _, draw) =>
        {
            int corners = draw.Whole(3, 5);
            float half = draw.Uniform(.3f, .4f), turn = draw.Angle(), inner = half * draw.Uniform(.4f, .5f);
            return [Placement.Area(Curves.Ring(corners, Placement.Middle, half, turn), 0, Fill.Outline), Placement.Area(Curves.Ring(corners, Placement.Middle, inner, turn + (left ? 0 : MathF.PI / corners)), 0, Fill.Outline)];
        }),
        new("crossed-to-the-corners-crossed-to-the-sides", (left, _, draw) =>
        {
            int corners = 2 * draw.Whole(2, 3);
            float half = draw.Uniform(.26f, .38f), turn = draw.Angle(), reach = half * (left ? 1 : MathF.Cos(MathF.PI / corners)), own = left ? 0 : MathF.PI / corners;
            return [Placement.Area(Curves.Ring(corners, Placement.Middle, half, turn), 0, Fill.Outline), .. Enumerable.Range(0, corners / 2).Select(i =>
            {
                Vector2 out_ = reach * Placement.Unit(turn + own + (MathF.Tau * i / corners));
                return Line([Placement.Middle - out_, Placement.Middle + out_]);
            })];
        }),
        new("swelling-in-the-middle-thin-in-the-middle", (left, _, draw) =>
        {
            float thick = draw.Uniform(.25f, .4f), thin = .06f;
            return Some(draw, [new(-.9f, left ? -thin : -thick), new(0, left ? -thick : -thin), new(.9f, left ? -thin : -thick), new(.9f, left ? thin : thick), new(0, left ? thick : thin), new(-.9f, left ? thin : thick)]);
        }),
        new("spiral-rings", (left, _, draw) =>
        {
            int turns = draw.Whole(2, 4);
            float half = draw.Uniform(.26f, .4f), start = draw.Angle(), way = draw.Sign();
            return left
                ? [Line(Curves.Sample(40 * turns, t => Placement.Middle + (half * t * Placement.Unit(start + (way * MathF.Tau * turns * t)))))]
                : [.. Enumerable.Range(1, turns).Select(i => Outlined(Forms.Of(Forms.Disc, draw), half * i / turns).At(Placement.Middle))];
        }),
        new("headed-at-one-end-headed-at-both", (left, _, draw) =>
        {
            Vector2 along = draw.Uniform(.24f, .38f) * Placement.Unit(draw.Angle()), bend = Across(along) * draw.Uniform(-.4f, .4f);
            Vector2[] line = Curves.Smooth([Placement.Middle - along, Placement.Middle + bend, Placement.Middle + along]);
            return left ? [.. Curves.Arrow(line, .08f, 0)] : [.. Curves.Arrow(line, .08f, 0), .. Curves.Arrow([.. line.Reverse()], .08f, 0).Skip(1)];
        }),
        new("halves-alike-halves-unlike", (left, _, draw) =>
        {
            Vector2[] upper = Half(draw), lower = Half(draw);
            return Some(draw, [.. upper, .. (left ? upper : lower).Reverse().Select(p => new Vector2(p.X, -p.Y))]);
        }),
        new("half-turn-alike-half-turn-unlike", (left, _, draw) =>
        {
            Vector2[] upper = Half(draw), lower = Half(draw);
            return Some(draw, [.. upper, .. (left ? upper : lower).Select(p => -p)]);
        }),
        new("stepped-edge-slanting-edge", (left, _, draw) =>
        {
            int steps = draw.Whole(3, 6);
            Vector2[] stairs = [.. Enumerable.Range(0, steps).SelectMany(i => new[] { new Vector2(-.9f + (1.8f * i / steps), .9f - (1.8f * (i + 1) / steps)), new Vector2(-.9f + (1.8f * (i + 1) / steps), .9f - (1.8f * (i + 1) / steps)) })];
            return Some(draw, left ? [new(-.9f, .9f), .. stairs, new(.9f, .9f)] : [new(-.9f, .9f), new(.9f, -.9f), new(.9f, .9f)]);
        }),
        new("one-piece-cut-through", (left, _, draw) =>
        {
            Element body = Outlined(Forms.Roomy(draw), draw.Uniform(.22f, .36f)).At(Placement.Middle);
            float turn = draw.Angle(), apart = draw.Uniform(.04f, .08f);
            Vector2 away = apart * Placement.Unit(turn);
            Element first = Filled(body, turn, 0), second = Filled(body, turn + MathF.PI, 0);
            return left ? [body with { Fill = Fill.Solid }] : [Moved(first, away), Moved(second, -away)];
        }),
        new("fitting-ends-ends-that-do-not-fit", (left, _, draw) =>
        {
            float turn = draw.Angle(), bump = draw.Uniform(.1f, .16f), gap = .05f;
            int corners = draw.Whole(2, 3);
            Vector2[] tooth = corners == 2 ? [new(0, -.1f), new(bump, 0), new(0, .1f)] : [new(0, -.08f), new(bump, -.08f), new(bump, .08f), new(0, .08f)];
            Vector2[] one = [new(-.28f, -.2f), new(0, -.2f), .. tooth, new(0, .2f), new(-.28f, .2f)];
            Vector2[] other = [new(0, -.2f), new(.28f, -.2f), new(.28f, .2f), new(0, .2f), .. tooth.Reverse().Select(p => left ? p : p with { X = -p.X })];
            return [Piece(one, -gap), Piece(other, gap)];
            Element Piece(Vector2[] outline, float shift) => Placement.Area(outline.Select(p => Placement.Middle + Placement.Turn(p + new Vector2(shift, 0), turn)), 0, Fill.Outline);
        }),
        new("missing-piece-beside-it-other-piece-beside-it", (left, _, draw) =>
        {
            float start = draw.Angle(), wedge = draw.Uniform(.9f, 1.5f), half = .24f;
            Vector2 middle = Placement.Middle - (.12f * Placement.Unit(start)), out_ = middle + (.18f * Placement.Unit(start));
            Vector2[] rest = [middle, .. Curves.Sample(30, t => middle + (half * Placement.Unit(start + (wedge / 2) + ((MathF.Tau - wedge) * t))))];
            Vector2[] piece = left ? [out_, .. Curves.Sample(12, t => out_ + (half * Placement.Unit(start + (wedge * (t - .5f)))))] : Curves.Ellipse(out_ + (.12f * Placement.Unit(start)), .09f, .09f);
            Fill fill = Filling(draw);
            return [Placement.Area(rest, 0, fill), Placement.Area(piece, 0, fill)];
        }),
        new("rim-of-points-rim-of-bumps", (left, _, draw) =>
        {
            int teeth = draw.Whole(8, 14);
            return Some(draw, left ? Outline.Star(teeth, 0, 0, .95, .72) : Outline.Scalloped(teeth, 0, 0, .95, .78));
        }),
        new("frilled-all-round-frilled-on-one-side", (left, _, draw) =>
        {
            float towards = draw.Angle();
            Vector2[] body = Forms.Dense(Outline.Disc(0, 0, .8));
            return Some(draw, [.. body.Select((p, i) => p * ((left || Vector2.Dot(Vector2.Normalize(p), Placement.Unit(towards)) > .2f) && i % 6 < 3 ? 1.2f : 1))]);
        }),
    ];

    private static List<Element> Some(SceneRandom draw, Vector2[] outline)
    {
        Thing one = new(Forms.Closed(outline), draw.Uniform(.14f, .3f), Filling(draw), draw.Angle());
        int count = draw.Chance(.6f) ? 1 : draw.Whole(2, 3);
        return Arranged(draw, count, i => one with { Half = count == 1 ? one.Half : .13f, Turn = one.Turn + i });
    }

    private static List<Element> Upright(SceneRandom draw, Vector2[] outline)
    {
        Thing one = new(Forms.Closed(outline), draw.Uniform(.12f, .22f), Filling(draw), 0);
        return Arranged(draw, draw.Whole(1, 3), _ => one with { Turn = draw.Normal(.06f) });
    }

    // From left to right along the upper side.
    private static Vector2[] Half(SceneRandom draw)
    {
        Vector2[] points = [new(-.9f, 0), .. Enumerable.Range(0, 4).Select(i => new Vector2(-.7f + (.45f * i), -draw.Uniform(.2f, .95f))), new(.9f, 0)];
        return draw.Chance(.5f) ? points : Curves.Smooth(points, 6);
    }

    private static Vector2[] Shaved(Vector2[] corners) => [.. Enumerable.Range(0, corners.Length).SelectMany(i =>
    {
        Vector2 before = corners[(i + corners.Length - 1) % corners.Length], at = corners[i], after = corners[(i + 1) % corners.Length];
        Vector2 from = Vector2.Lerp(at, before, .3f), to = Vector2.Lerp(at, after, .3f);
        return Enumerable.Range(0, 7).Select(k => Vector2.Lerp(Vector2.Lerp(from, at, k / 6f), Vector2.Lerp(at, to, k / 6f), k / 6f));
    })];

    // What of a body lies beyond a line square on to an angle, offset from its centre in units of its half extent.
    private static Element Filled(Element body, float angle, float offset)
    {
        Bounds box = Placement.Box(body);
        Vector2 along = Placement.Unit(angle), from = box.Centre + (along * box.Half * 1.5f * offset);
        Vector2 wide = 2 * box.Half * Across(along), far = 3 * box.Half * along;
        return Placement.Area([from - wide, from + wide, from + wide + far, from - wide + far], 0, Fill.Solid) with { ClipTo = body };
    }

    private static Element Moved(Element element, Vector2 by) =>
        element with { Position = element.Position + by, ClipTo = element.ClipTo is { } clip ? clip with { Position = clip.Position + by } : null };
}
