using System.Numerics;
using Relsim.Scenes.Relations;
using static Relsim.Scenes.Problems.Things;

namespace Relsim.Scenes.Problems;

/// <summary>Rules about bodies in the world: depth, light and shadow, weight and support, paths of things that move.</summary>
internal static class SolidRules
{
    public static IEnumerable<Rule> Rules =>
    [
        new("solid-body-flat-figure", (left, _, draw) =>
        {
            (Vector2[] face, Vector2 depth) = Face(draw);
            Element front = Placement.Area(face, 0, Fill.Outline);
            return left ? [.. Sides(face, depth), front] : [front];
        }),
        Rule.Upright("seen-from-above-seen-from-below", (left, _, draw) =>
        {
            (Vector2[] face, Vector2 depth) = Face(draw);
            return [.. Sides(face, depth with { Y = MathF.Abs(depth.Y) * (left ? -1 : 1) }), Placement.Area(face, 0, Fill.Outline)];
        }),
        Rule.Upright("seen-from-the-left-seen-from-the-right", (left, _, draw) =>
        {
            (Vector2[] face, Vector2 depth) = Face(draw);
            return [.. Sides(face, depth with { X = MathF.Abs(depth.X) * (left ? -1 : 1) }), Placement.Area(face, 0, Fill.Outline)];
        }),
        Rule.Upright("round-pillar-pointed-cone", (left, _, draw) =>
        {
            float x = .5f + draw.Normal(.04f), wide = draw.Uniform(.14f, .24f), top = draw.Uniform(.2f, .3f), bottom = draw.Uniform(.7f, .8f), flat = wide * .3f;
            return left
                ? [Placement.Area(Curves.Ellipse(new(x, top), wide, flat), 0, Fill.Outline), Line([new(x - wide, top), new(x - wide, bottom)]), Line([new(x + wide, top), new(x + wide, bottom)]), Bowl(x, bottom, wide, flat)]
                : [Line([new(x - wide, bottom), new(x, top), new(x + wide, bottom)]), Bowl(x, bottom, wide, flat)];
        }),
        new("lit-lit-and-shadowed", (left, _, draw) =>
        {
            (Element body, Element shadow) = Shadowed(draw, draw.Sign());
            return left ? [body] : [shadow, body];
        }),
        Rule.Upright("shadow-to-the-left-shadow-to-the-right", (left, _, draw) =>
        {
            (Element body, Element shadow) = Shadowed(draw, left ? -1 : 1);
            return [shadow, body];
        }),
        Rule.Upright("light-from-the-left-light-from-the-right", (left, _, draw) => Shaded(draw, left ? -1 : 1)),
        new("lights-agree-lights-disagree", (left, _, draw) =>
        {
            int way = draw.Sign();
            Vector2[] places = Curves.Scatter(draw, 3, .13f);
            return [.. places.SelectMany((p, i) => Ball(p, .12f, !left && i == 0 ? -way : way))];
        }),
        Rule.Upright("resting-floating", (left, _, draw) =>
        {
            float ground = draw.Uniform(.68f, .82f);
            int count = draw.Whole(1, 3);
            return [Line([new(.04f, ground), new(.96f, ground)]), .. Enumerable.Range(0, count).Select(i =>
            {
                Thing one = Any(draw, .07f, .11f) with { Turn = 0 };
                return Placement.Stand(one.Shape, .5f + (.26f * (i - ((count - 1) / 2f))), left ? ground : ground - draw.Uniform(.14f, .3f), one.Half) with { Fill = one.Fill };
            })];
        }),
        Rule.Upright("stacked-side-by-side", (left, _, draw) =>
        {
            int count = draw.Whole(2, 4);
            float half = .4f / count / 1.1f;
            Shape shape = Forms.Of(draw.Chance(.5f) ? Forms.Square : Forms.Disc, draw);
            return [Line([new(.06f, .88f), new(.94f, .88f)]), .. Enumerable.Range(0, count).Select(i => Outlined(shape, half).At(left ? new Vector2(.5f + draw.Normal(.01f), .88f - (half * ((2 * i) + 1))) : new Vector2(.5f + (2.1f * half * (i - ((count - 1) / 2f))), .88f - half)))];
        }),
        new("tipped-to-the-large-tipped-to-the-small", (left, _, draw) =>
        {
            float tilt = draw.Uniform(.2f, .35f), large = draw.Uniform(.1f, .13f), small = draw.Uniform(.04f, .06f);
            int heavy = draw.Sign();
            Vector2 along = Placement.Unit(tilt * heavy * (left ? 1 : -1)), pivot = new(.5f, .62f), up = new(along.Y, -along.X);
            Thing one = Outlined(Forms.Of(draw.Chance(.5f) ? Forms.Disc : Forms.Square, draw), 1);
            return
            [
                Line([pivot - (.34f * along), pivot + (.34f * along)]), Placement.Area([pivot, pivot + new Vector2(.07f, .16f), pivot + new Vector2(-.07f, .16f)], 0, Fill.Outline),
                (one with { Half = large }).At(pivot + (.26f * heavy * along) + (large * 1.05f * up)), (one with { Half = small }).At(pivot - (.26f * heavy * along) + (small * 1.05f * up)),
            ];
        }),
        new("level-tipped", (left, _, draw) =>
        {
            float tilt = draw.Uniform(.2f, .35f) * draw.Sign();
            Vector2 along = Placement.Unit(left ? 0 : tilt), pivot = new(.5f, .6f), up = new(along.Y, -along.X);
            Thing one = Any(draw, .07f, .09f) with { Turn = 0 };
            return [Line([pivot - (.34f * along), pivot + (.34f * along)]), Placement.Area([pivot, pivot + new Vector2(.07f, .16f), pivot + new Vector2(-.07f, .16f)], 0, Fill.Outline), one.At(pivot + (.26f * along) + (one.Half * 1.05f * up)), one.At(pivot - (.26f * along) + (one.Half * 1.05f * up))];
        }),
        Rule.Upright("hung-from-above-held-from-below", (left, _, draw) =>
        {
            int count = draw.Whole(1, 3);
            float edge = left ? .1f : .9f;
            return [Line([new(.08f, edge), new(.92f, edge)]), .. Enumerable.Range(0, count).SelectMany(i =>
            {
                float x = .5f + (.27f * (i - ((count - 1) / 2f))), reach = draw.Uniform(.25f, .5f), end = left ? edge + reach : edge - reach;
                return new[] { Line([new(x, edge), new(x, end)]), (Any(draw, .06f, .09f) with { Turn = 0, Fill = Fill.Solid }).At(new(x, end)) };
            })];
        }),
        new("thrown-in-a-bow-thrown-straight", (left, _, draw) =>
        {
            float high = draw.Uniform(.35f, .55f), rise = draw.Uniform(-.2f, .2f);
            Vector2[] way = Curves.Sample(30, t => new Vector2(.12f + (.76f * t), .68f - (rise * t) - (left ? high * 4 * t * (1 - t) : 0)));
            return [.. Curves.Dashed(way, 9, 0), Dot(draw, .055f).At(way[^1])];
        }),
        new("bounces-dying-bounces-alike", (left, _, draw) =>
        {
            int bounces = draw.Whole(3, 4);
            float high = draw.Uniform(.3f, .45f), x = .1f;
            var way = new List<Vector2>();
            for (int i = 0; i < bounces; i++)
            {
                float share = left ? MathF.Pow(.6f, i) : .6f, wide = left ? .34f * MathF.Pow(.75f, i) : .8f / bounces, from = x;
                way.AddRange(Curves.Sample(14, t => new Vector2(from + (wide * t), .8f - (high * share * 4 * t * (1 - t)))));
                x += wide;
            }

            return [Line([new(.04f, .8f), new(.96f, .8f)]), Line(way)];
        }),
        new("whole-covered-in-part", (left, _, draw) =>
        {
            Vector2 along = Placement.Unit(draw.Angle());
            Element under = (Any(draw, .15f, .19f) with { Fill = Fill.Striped, Turn = 0 }).At(Placement.Middle - (.1f * along)), over = (Any(draw, .12f, .15f) with { Fill = Fill.Solid, Turn = 0 }).At(Placement.Middle + (along * (left ? .26f : .08f)));
            return [under, over];
        }),
        new("widening-path-even-path", (left, _, draw) =>
        {
            float x = .5f + draw.Normal(.06f), wide = draw.Uniform(.22f, .34f), far = left ? .02f : wide;
            return [Line([new(x - wide, .92f), new(x - far, .16f)]), Line([new(x + wide, .92f), new(x + far, .16f)]), .. Enumerable.Range(0, 5).Select(i =>
            {
                float t = i / 5f, y = left ? .92f - (.76f * (1 - MathF.Pow(.6f, i))) : .92f - (.76f * t), half = float.Lerp(wide, far, (.92f - y) / .76f);
                return Line([new(x - half, y), new(x + half, y)]);
            })];
        }),
        new("smaller-far-off-as-large-far-off", (left, _, draw) =>
        {
            Thing one = Any(draw) with { Turn = 0 };
            int count = draw.Whole(3, 5), side = draw.Sign();
            return [Line([new(.02f, .3f), new(.98f, .3f)]), .. Enumerable.Range(0, count).Select(i =>
            {
                float near = 1 - (i / (float)count), half = left ? .13f * near : .06f;
                return Placement.Stand(one.Shape, .5f + (side * (near - .55f) * .62f), .34f + (.58f * near * near), half) with { Fill = one.Fill };
            })];
        }),
    ];

    private static (Vector2[] Face, Vector2 Depth) Face(SceneRandom draw)
    {
        int corners = draw.Whole(3, 6);
        float half = draw.Uniform(.18f, .26f), turn = corners == 4 && draw.Chance(.7f) ? MathF.PI / 4 : draw.Angle();
        Vector2 depth = new(draw.Uniform(.1f, .18f) * draw.Sign(), draw.Uniform(.1f, .18f) * draw.Sign());
        return (Curves.Ring(corners, Placement.Middle - (depth / 2), half, turn), depth);
    }

    // The edges of a prism behind its face that the face does not hide.
    private static IEnumerable<Element> Sides(Vector2[] face, Vector2 depth)
    {
        for (int i = 0; i < face.Length; i++)
        {
            Vector2 a = face[i], b = face[(i + 1) % face.Length], outward = new(b.Y - a.Y, a.X - b.X);
            if (Vector2.Dot(outward, depth) > 0)
            {
                yield return Line([a, a + depth, b + depth, b]);
            }
        }
    }

    private static Element Bowl(float x, float y, float wide, float flat) => Line(Curves.Sample(20, t => new Vector2(x, y) + (new Vector2(wide, flat) * Placement.Unit(MathF.PI * t))));

    private static (Element Body, Element Shadow) Shadowed(SceneRandom draw, int way)
    {
        Thing one = Any(draw, .14f, .2f) with { Turn = 0, Fill = Fill.Outline };
        Element body = Placement.Stand(one.Shape, .5f - (.08f * way), .66f, one.Half) with { Fill = Fill.Outline };
        Vector2 foot = new(Placement.Box(body).Centre.X, .66f);
        return (body, Placement.Area(Curves.Ellipse(foot + new Vector2(way * one.Half * 1.1f, .03f), one.Half * 1.2f, .045f, .12f * way), 0, Fill.Solid));
    }

    private static List<Element> Shaded(SceneRandom draw, int way) =>
        [.. Curves.Scatter(draw, draw.Whole(1, 3), .14f).SelectMany(p => Ball(p, draw.Uniform(.11f, .15f), way))];

    // A ball with a solid crescent on the side that the light does not reach.
    private static IEnumerable<Element> Ball(Vector2 place, float half, int light)
    {
        Vector2[] dark = [.. Curves.Sample(16, t => place + (half * Placement.Unit((MathF.PI * t) - (MathF.PI / 2)))), .. Curves.Sample(16, t => place + (half * new Vector2(.35f, 1) * Placement.Unit((MathF.PI / 2) - (MathF.PI * t))))];
        yield return Placement.Area(Curves.Ellipse(place, half, half), 0, Fill.Outline);
        yield return Placement.Area(dark.Select(p => light < 0 ? p : new Vector2((2 * place.X) - p.X, p.Y)), 0, Fill.Solid);
    }
}
