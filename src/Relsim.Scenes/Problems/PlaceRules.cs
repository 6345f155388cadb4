using System.Numerics;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Subjects;
using static Relsim.Scenes.Problems.Things;

namespace Relsim.Scenes.Problems;

/// <summary>Rules about where things stand, in the picture and to each other.</summary>
internal static class PlaceRules
{
    public static IEnumerable<Rule> Rules =>
    [
        Rule.Upright("on-the-left-on-the-right", (left, _, draw) => Within(draw, (p, _) => left ? p.X < .38f : p.X > .62f)),
        Rule.Upright("at-the-top-at-the-bottom", (left, _, draw) => Within(draw, (p, _) => left ? p.Y < .38f : p.Y > .62f)),
        new("in-the-middle-at-the-edge", (left, _, draw) => Within(draw, (p, _) => left ? Vector2.Distance(p, Placement.Middle) < .2f : Vector2.Distance(p, Placement.Middle) > .36f)),
        new("gathered-dispersed", (left, _, draw) =>
        {
            Vector2 centre = new(draw.Uniform(.3f, .7f), draw.Uniform(.3f, .7f));
            int count = draw.Whole(3, 6);
            return left ? [.. Enumerable.Range(0, count).Select(i => Any(draw, .04f, .055f).At(centre + (.11f * Placement.Unit(MathF.Tau * i / count))))] : Strewn(draw, count, _ => Any(draw, .04f, .055f), 2.4f);
        }),
        new("in-line-strewn", (left, _, draw) => Laid(draw, draw.Whole(3, 6), left ? Row(draw, draw.Angle()) : null)),
        Rule.Upright("in-a-row-in-a-column", (left, _, draw) => Laid(draw, draw.Whole(3, 5), Row(draw, draw.Normal(.05f) + (left ? 0 : MathF.PI / 2)))),
        Rule.Upright("row-rising-row-falling", (left, _, draw) => Laid(draw, draw.Whole(3, 5), Row(draw, draw.Normal(.08f) + (MathF.PI / 4 * (left ? -1 : 1))))),
        new("on-a-ring-strewn", (left, _, draw) => Laid(draw, draw.Whole(5, 8), left ? Round(draw) : null)),
        new("on-a-ring-in-line", (left, _, draw) => Laid(draw, draw.Whole(5, 7), left ? Round(draw) : Row(draw, draw.Angle()))),
        Rule.Upright("arched-up-arched-down", (left, _, draw) => Laid(draw, draw.Whole(4, 7), t => new Vector2(.12f + (.76f * t), .5f + ((left ? -1 : 1) * ((.25f * 4 * t * (1 - t)) - .12f))))),
        new("on-a-line-on-a-bend", (left, _, draw) =>
        {
            float turn = draw.Angle();
            return Laid(draw, draw.Whole(4, 7), t => Placement.Middle + Placement.Turn(new Vector2(.76f * (t - .5f), left ? 0 : (.3f * 4 * t * (1 - t)) - .15f), turn));
        }),
        new("gridded-strewn", (left, _, draw) =>
        {
            int columns = draw.Whole(2, 4), rows = draw.Whole(2, 4);
            Thing one = Any(draw, .045f, .06f);
            return left
                ? [.. Grid(columns, rows, .19f, .19f).Select(one.At)]
                : Strewn(draw, columns * rows, _ => one, 1.5f);
        }),
        new("inside-outside", (left, _, draw) =>
        {
            Element vessel = Vessel(draw);
            Vector2[] edge = Edge(vessel);
            int count = draw.Whole(1, 3);
            return [vessel, .. Strewn(draw, count, _ => Any(draw, .035f, .06f), 1.2f, (p, r) => Curves.Holds(edge, p) == left && Curves.ToEdge(edge, p) > r * 1.2f)];
        }),
        new("on-the-edge-inside", (left, _, draw) =>
        {
            Element vessel = Vessel(draw);
            Vector2[] edge = Edge(vessel);
            int count = draw.Whole(1, 4);
            (Vector2 Place, Vector2 Direction)[] round = Curves.Along([.. edge, edge[0]], 60);
            return left
                ? [vessel, .. Enumerable.Range(0, count).Select(i => Any(draw, .035f, .05f).At(round[draw.Whole(0, 59)].Place))]
                : [vessel, .. Strewn(draw, count, _ => Any(draw, .035f, .05f), 1.2f, (p, r) => Curves.Holds(edge, p) && Curves.ToEdge(edge, p) > r * 1.3f)];
        }),
        new("nested-side-by-side", (left, _, draw) =>
        {
            Thing outer = new(Forms.Roomy(draw), draw.Uniform(.17f, .22f), Fill.Outline, 0), inner = Any(draw, .05f, .08f);
            Vector2 place = new(draw.Uniform(.3f, .7f), draw.Uniform(.3f, .7f));
            return left ? [outer.At(place), inner.At(place)] : Strewn(draw, [outer, inner]);
        }),
        new("solid-within-outline-outline-within-solid", (left, _, draw) =>
        {
            Thing outer = new(Forms.Roomy(draw), draw.Uniform(.2f, .32f), left ? Fill.Outline : Fill.Solid, 0), inner = Any(draw, .06f, .1f) with { Fill = left ? Fill.Solid : Fill.Outline };
            return [outer.At(Placement.Middle), inner.At(Placement.Middle) with { Ink = 1 }];
        }),
        new("one-form-within-other-form-within", (left, rule, draw) =>
        {
            (int first, int second) = (rule.Whole(0, 2), rule.Whole(3, Forms.Count - 1));
            Thing outer = new(Forms.Of(left ? first : second, draw), draw.Uniform(.28f, .38f), Fill.Outline, 0), inner = new(Forms.Of(left ? second : first, draw), draw.Uniform(.06f, .09f), Filling(draw), 0);
            return [outer.At(Placement.Middle), inner.At(Placement.Middle)];
        }),
        new("two-layers-three-layers", (left, _, draw) =>
        {
            Shape shape = Forms.Roomy(draw);
            int layers = left ? 2 : draw.Whole(3, 4);
            float half = draw.Uniform(.26f, .4f);
            return [.. Enumerable.Range(0, layers).Select(i => new Thing(shape, half * (1 - (i / (float)layers)), Fill.Outline, 0).At(Placement.Middle))];
        }),
        new("touching-apart", (left, _, draw) => Two(draw, left ? 1.02f : draw.Uniform(1.45f, 1.9f))),
        new("overlapping-touching", (left, _, draw) => Two(draw, left ? draw.Uniform(.5f, .75f) : 1.02f)),
        new("overlapping-apart", (left, _, draw) => Two(draw, left ? draw.Uniform(.45f, .75f) : draw.Uniform(1.3f, 1.9f))),
        new("near-far", (left, _, draw) => Pair(draw, draw.Angle(), left ? draw.Uniform(.14f, .18f) : draw.Uniform(.45f, .6f), .055f, .055f)),
        Rule.Upright("above-beside", (left, _, draw) => Pair(draw, draw.Normal(.12f) + (left ? MathF.PI / 2 : 0), draw.Uniform(.28f, .45f), draw.Uniform(.07f, .12f), draw.Uniform(.07f, .12f))),
        Rule.Upright("small-above-large-above", (left, _, draw) => Pair(draw, draw.Normal(.25f) + (MathF.PI / 2), draw.Uniform(.34f, .42f), left ? .06f : .14f, left ? .14f : .06f)),
        Rule.Upright("small-left-large-left", (left, _, draw) => Pair(draw, draw.Normal(.25f), draw.Uniform(.34f, .42f), left ? .06f : .14f, left ? .14f : .06f)),
        Rule.Upright("one-form-above-other-form-above", (left, rule, draw) => Ordered(left, rule, draw, draw.Normal(.25f) + (MathF.PI / 2))),
        Rule.Upright("one-form-left-other-form-left", (left, rule, draw) => Ordered(left, rule, draw, draw.Normal(.25f))),
        Rule.Upright("solid-above-outline-above", (left, _, draw) =>
        {
            List<Element> pair = Pair(draw, draw.Normal(.25f) + (MathF.PI / 2), draw.Uniform(.34f, .45f), .11f, .11f);
            return [pair[0] with { Fill = left ? Fill.Solid : Fill.Outline }, pair[1] with { Fill = left ? Fill.Outline : Fill.Solid }];
        }),
        Rule.Upright("growing-shrinking", (left, _, draw) => Sized(draw, i => left ? i : 1 - i, draw.Normal(.08f))),
        Rule.Upright("growing-downwards-shrinking-downwards", (left, _, draw) => Sized(draw, i => left ? i : 1 - i, (MathF.PI / 2) + draw.Normal(.08f))),
        new("ordered-by-size-out-of-order", (left, _, draw) =>
        {
            int[] order = [2, 0, 3, 1];
            bool back = draw.Chance(.5f);
            return Sized(draw, i => left ? (back ? 1 - i : i) : order[(int)((i * 3) + .5f)] / 3f, draw.Normal(.08f), 4);
        }),
        new("even-gaps-uneven-gaps", (left, _, draw) =>
        {
            float[] at = left ? [0, .25f, .5f, .75f, 1] : [0, draw.Uniform(.12f, .16f), draw.Uniform(.28f, .34f), draw.Uniform(.8f, .86f), 1];
            Thing one = Any(draw, .04f, .05f);
            float turn = draw.Chance(.5f) ? 0 : draw.Angle();
            return [.. at.Select(t => one.At(Placement.Middle + Placement.Turn(new Vector2(.74f * (t - .5f), 0), turn)))];
        }),
        new("facing-each-other-facing-away", (left, _, draw) => Facing(draw, left ? 1 : -1, 1)),
        new("facing-one-way-facing-each-other", (left, _, draw) => Facing(draw, 1, left ? -1 : 1)),
        new("pointing-in-pointing-out", (left, _, draw) =>
        {
            int count = draw.Whole(3, 6);
            float start = draw.Angle();
            Shape shape = Pointer(draw);
            Fill fill = Filling(draw);
            return [.. Enumerable.Range(0, count).Select(i =>
            {
                Vector2 out_ = Placement.Unit(start + (MathF.Tau * i / count));
                return new Thing(shape, .09f, fill, Placement.Heading(left ? -out_ : out_)).At(Placement.Middle + (.28f * out_));
            })];
        }),
        new("mirrored-pair-copied-pair", (left, _, draw) =>
        {
            Shape shape = Forms.Lopsided(draw);
            float half = draw.Uniform(.12f, .19f), turn = draw.Normal(.1f), apart = half + draw.Uniform(.03f, .06f);
            Element one = new Thing(shape, half, Fill.Outline, turn).At(new Vector2(.5f - apart, .5f));
            Element other = left ? Placement.Mirrored([one])[0] : one with { Position = one.Position + new Vector2(2 * apart, 0) };
            return [one, other];
        }),
        new("copied-pair-turned-pair", (left, _, draw) =>
        {
            Shape shape = Forms.Lopsided(draw);
            float half = draw.Uniform(.13f, .18f), turn = draw.Angle();
            return Strewn(draw, 2, i => new Thing(shape, half, Fill.Outline, turn + (left || i == 0 ? 0 : MathF.PI / 2 * draw.Whole(1, 3))));
        }),
        new("mirror-picture-lopsided-picture", (left, _, draw) =>
        {
            int count = draw.Whole(2, 4);
            List<Element> half = [.. Enumerable.Range(0, count).Select(i => Any(draw, .05f, .09f).At(new Vector2(draw.Uniform(.12f, .4f), .15f + (.7f * (i + draw.Uniform(-.1f, .1f)) / (count - 1)))))];
            IEnumerable<Element> other = left ? Placement.Mirrored(half) : Enumerable.Range(0, count).Select(_ => Any(draw, .05f, .09f).At(new Vector2(draw.Uniform(.6f, .88f), draw.Uniform(.12f, .88f))));
            return [.. half, .. other];
        }),
        Rule.Upright("stands-hangs", (left, _, draw) =>
        {
            float y = draw.Uniform(.4f, .6f);
            Thing one = Any(draw, .09f, .15f);
            Element put = left ? Placement.Stand(one.Shape, draw.Uniform(.3f, .7f), y, one.Half) : Placement.Hang(one.Shape, draw.Uniform(.3f, .7f), y, one.Half);
            return [Placement.Line([new(.08f, y), new(.92f, y)], 0), put with { Fill = one.Fill }];
        }),
        new("same-side-both-sides", (left, _, draw) =>
        {
            float turn = draw.Angle();
            Vector2 along = Placement.Unit(turn), across = new(-along.Y, along.X);
            int count = draw.Whole(2, 4), side = draw.Sign();
            List<Element> scene = [Placement.Line([Placement.Middle - (.45f * along), Placement.Middle + (.45f * along)], 0)];
            scene.AddRange(Enumerable.Range(0, count).Select(i => Any(draw, .045f, .07f).At(
                Placement.Middle + (along * .6f * (((i + .5f) / count) - .5f)) + (across * draw.Uniform(.13f, .25f) * side * (left || i % 2 == 0 ? 1 : -1)))));
            return scene;
        }),
        new("on-the-line-off-the-line", (left, _, draw) =>
        {
            Vector2[] line = Curves.Smooth([new(.08f, draw.Uniform(.3f, .7f)), new(.36f, draw.Uniform(.2f, .8f)), new(.64f, draw.Uniform(.2f, .8f)), new(.92f, draw.Uniform(.3f, .7f))]);
            int count = draw.Whole(2, 4);
            (Vector2 Place, Vector2 Direction)[] at = Curves.Along(line, count + 2);
            return [Placement.Line(line, 0), .. Enumerable.Range(1, count).Select(i => Any(draw, .035f, .05f).At(at[i].Place + (left ? Vector2.Zero : draw.Sign() * .13f * new Vector2(-at[i].Direction.Y, at[i].Direction.X))))];
        }),
        new("linked-unlinked", (left, _, draw) =>
        {
            int count = draw.Whole(2, 4);
            Vector2[] places = Curves.Scatter(draw, count, .12f);
            List<Element> scene = left ? [Placement.Line(places, 0)] : [];
            scene.AddRange(places.Select(p => Any(draw, .05f, .08f).At(p) with { Fill = Fill.Solid }));
            return scene;
        }),
        new("in-front-behind", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            Vector2 shift = .12f * Placement.Unit(draw.Angle());
            Element one = new Thing(Forms.Of(first, draw), .19f, Fill.Solid, 0).At(Placement.Middle + shift), other = new Thing(Forms.Of(second, draw), .19f, Fill.Striped, 0).At(Placement.Middle - shift) with { Ink = 1 };
            return left ? [other, one] : [one, other];
        }),
        new("cluttered-bare", (left, _, draw) => Strewn(draw, left ? draw.Whole(9, 14) : draw.Whole(1, 2), _ => Any(draw, .05f, .1f))),
        new("on-a-spiral-on-a-ring", (left, _, draw) =>
        {
            float start = draw.Angle();
            return Laid(draw, draw.Whole(9, 12), t => Placement.Middle + ((left ? .08f + (.28f * t) : .32f) * Placement.Unit(start + (MathF.Tau * t * (left ? 1.6f : .92f)))));
        }),
        new("on-a-zigzag-on-a-straight-row", (left, _, draw) =>
        {
            float turn = draw.Angle(), high = draw.Uniform(.1f, .16f);
            int count = draw.Whole(5, 7);
            Thing one = Any(draw, .04f, .05f);
            return [.. Enumerable.Range(0, count).Select(i => one.At(Placement.Middle + Placement.Turn(new Vector2(.76f * ((i / (count - 1f)) - .5f), left ? (i % 2 == 0 ? high : -high) : 0), turn)))];
        }),
        Rule.Upright("in-a-vee-in-a-roof", (left, _, draw) => Laid(draw, (2 * draw.Whole(2, 3)) + 1, t => new Vector2(.14f + (.72f * t), .5f + ((left ? 1 : -1) * ((.4f * (1 - MathF.Abs((2 * t) - 1))) - .2f))))),
        new("in-a-corner-along-a-side", (left, _, draw) =>
        {
            float along = left ? .1f : draw.Uniform(.42f, .58f);
            Element frame = Placement.Rectangle(.08f, .08f, .92f, .92f, 0, Fill.Outline);
            Thing one = Any(draw, .06f, .09f);
            return Placement.Turned([frame, one.At(new Vector2(left ? .1f + one.Half : along, .1f + one.Half))], MathF.PI / 2 * draw.Whole(0, 3), Placement.Middle);
        }),
        new("same-spots-in-both-other-spots", (left, _, draw) =>
        {
            int spots = draw.Whole(2, 4);
            int[] cells = draw.Permutation(9), others = draw.Permutation(9);
            float turn = draw.Angle();
            return Placement.Turned([.. Framed(.29f, cells), .. Framed(.71f, left ? cells : others)], turn, Placement.Middle);
            IEnumerable<Element> Framed(float x, int[] at) => at[..spots].Select(cell => Dot(draw, .032f).At(new Vector2(x + (.11f * ((cell % 3) - 1)), .5f + (.11f * ((cell / 3) - 1))))).Prepend(Placement.Rectangle(x - .18f, .32f, x + .18f, .68f, 0, Fill.Outline));
        }),
        new("touching-from-inside-touching-from-outside", (left, _, draw) =>
        {
            float large = draw.Uniform(.2f, .25f), small = draw.Uniform(.07f, .1f);
            Vector2 towards = Placement.Unit(draw.Angle()), centre = Placement.Middle - (.06f * towards);
            Shape disc = Forms.Of(Forms.Disc, draw);
            return [Outlined(disc, large).At(centre), new Thing(disc, small, Filling(draw), 0).At(centre + (towards * (left ? large - small : large + small)))];
        }),
        new("between-beyond", (left, _, draw) =>
        {
            Vector2 along = Placement.Unit(draw.Angle());
            Thing one = Any(draw, .08f, .11f) with { Fill = Fill.Outline };
            Thing dot = Dot(draw, .035f);
            int side = draw.Sign();
            float[] at = left ? [-.3f, .3f, 0] : [.12f * side, -.34f * side, .34f * side];
            return [one.At(Placement.Middle + (at[0] * along)), one.At(Placement.Middle + (at[1] * along)), dot.At(Placement.Middle + (at[2] * along))];
        }),
        new("surrounded-flanked-on-one-side", (left, _, draw) =>
        {
            int count = draw.Whole(5, 8);
            float start = draw.Angle(), span = left ? MathF.Tau * (count - 1) / count : draw.Uniform(1.4f, 2);
            Thing one = Any(draw, .03f, .04f);
            return [Any(draw, .1f, .14f).At(Placement.Middle), .. Enumerable.Range(0, count).Select(i => one.At(Placement.Middle + (.3f * Placement.Unit(start + (span * i / (count - 1))))))];
        }),
        new("all-overlapping-overlapping-in-a-chain", (left, _, draw) =>
        {
            float half = draw.Uniform(.16f, .2f), start = draw.Angle();
            Shape shape = draw.Chance(.6f) ? Forms.Of(Forms.Disc, draw) : Forms.Of(Forms.Hexagon, draw);
            Vector2 along = Placement.Unit(start);
            return [.. Enumerable.Range(0, 3).Select(i => Outlined(shape, left ? half : half * .8f).At(Placement.Middle + (left ? half * .62f * Placement.Unit(start + (MathF.Tau * i / 3)) : half * 1.2f * (i - 1) * along)))];
        }),
        new("ends-in-line-middles-in-line", (left, _, draw) =>
        {
            int count = draw.Whole(3, 5);
            float turn = draw.Angle();
            return Placement.Turned([.. Enumerable.Range(0, count).Select(i =>
            {
                float y = .5f + (.15f * (i - ((count - 1) / 2f))), length = draw.Uniform(.15f, .66f), from = left ? .17f : .5f - (length / 2);
                return Line([new(from, y), new(from + length, y)]);
            })], turn, Placement.Middle);
        }),
        Rule.Upright("ends-in-line-on-the-left-ends-in-line-on-the-right", (left, _, draw) =>
        {
            int count = draw.Whole(3, 6);
            return [.. Enumerable.Range(0, count).Select(i =>
            {
                float y = .5f + (.14f * (i - ((count - 1) / 2f))), length = draw.Uniform(.15f, .6f), from = left ? .17f : .83f - length;
                return Line([new(from, y), new(from + length, y)]);
            })];
        }),
        new("half-turned-pair-mirrored-pair", (left, _, draw) =>
        {
            Shape shape = Forms.Lopsided(draw);
            float half = draw.Uniform(.13f, .18f), own = draw.Normal(.2f);
            Element one = new Thing(shape, half, Filling(draw), own).At(new Vector2(.28f, .5f));
            return Placement.Turned([one, left ? Placement.Turned([one], MathF.PI, Placement.Middle)[0] : Placement.Mirrored([one])[0]], draw.Angle(), Placement.Middle);
        }),
        new("one-links-the-others-each-by-itself", (left, _, draw) =>
        {
            Vector2 along = Placement.Unit(draw.Angle());
            Thing one = Any(draw, .09f, .12f) with { Fill = Fill.Outline };
            float near = left ? .17f : .4f, half = left ? .19f : .08f;
            return [one.At(Placement.Middle - (.28f * along)), one.At(Placement.Middle + (.28f * along)), Line([Placement.Middle - (half * along) + (left ? Vector2.Zero : .3f * near * Across(along)), Placement.Middle + (half * along) + (left ? Vector2.Zero : .3f * near * Across(along))])];
        }),
        new("all-hold-one-one-is-empty", (left, _, draw) =>
        {
            int count = draw.Whole(2, 3);
            Thing body = Outlined(Forms.Roomy(draw), .13f), inner = Any(draw, .04f, .05f);
            Vector2[] centres = Curves.Ring(count, Placement.Middle, .25f, draw.Angle());
            int empty = draw.Whole(0, count - 1);
            return [.. centres.SelectMany((p, i) => left || i != empty ? new[] { body.At(p), inner.At(p) } : [body.At(p)])];
        }),
    ];

    private static List<Element> Within(SceneRandom draw, Func<Vector2, float, bool> allowed) =>
        Strewn(draw, draw.Whole(1, 3), _ => Any(draw, .05f, .1f), 1.1f, allowed);

    private static Func<float, Vector2> Row(SceneRandom draw, float turn)
    {
        Vector2 centre = Placement.Middle + new Vector2(draw.Normal(.03f), draw.Normal(.03f));
        float reach = draw.Uniform(.6f, .76f);
        return t => centre + (reach * (t - .5f) * Placement.Unit(turn));
    }

    private static Func<float, Vector2> Round(SceneRandom draw)
    {
        float start = draw.Angle(), radius = draw.Uniform(.26f, .34f);
        return t => Placement.Middle + (radius * Placement.Unit(start + (MathF.Tau * t)));
    }

    // Things along a way (a closed one ends where it starts), or strewn.
    private static List<Element> Laid(SceneRandom draw, int count, Func<float, Vector2>? way)
    {
        Thing one = Any(draw, .04f, .055f);
        bool mixed = draw.Chance(.4f);
        Thing Make() => mixed ? Any(draw, .04f, .055f) : one with { Turn = Turn(draw) };
        bool closed = way is not null && Vector2.Distance(way(0), way(1)) < .05f;
        return way is null
            ? Strewn(draw, count, _ => Make())
            : [.. Enumerable.Range(0, count).Select(i => Make().At(way(closed ? i / (float)count : i / (count - 1f))))];
    }

    private static Element Vessel(SceneRandom draw) => new Thing(Forms.Roomy(draw), draw.Uniform(.22f, .3f), Fill.Outline, draw.Normal(.1f)).At(new Vector2(draw.Uniform(.38f, .62f), draw.Uniform(.38f, .62f)));

    private static Shape Pointer(SceneRandom draw) => draw.Chance(.5f) ? Forms.Of(Forms.Arrowhead, draw) : Forms.Closed(Forms.Spike(.55f));

    private static List<Element> Two(SceneRandom draw, float apart)
    {
        float first = draw.Uniform(.11f, .17f), second = draw.Uniform(.11f, .17f);
        Vector2 along = Placement.Unit(draw.Angle());
        Vector2[] a = Outline.Disc(0, 0, 1), b = draw.Chance(.5f) ? a : Outline.Regular(8, 0, 0, 1);
        Fill fill = apart < 1 ? Fill.Outline : Filling(draw);
        return [new Thing(Forms.Closed(a), first, fill, 0).At(Placement.Middle + (apart * first * along)), new Thing(Forms.Closed(b), second, fill, 0).At(Placement.Middle - (apart * second * along))];
    }

    private static List<Element> Pair(SceneRandom draw, float angle, float apart, float first, float second)
    {
        Vector2 centre = Placement.Middle + new Vector2(draw.Normal(.03f), draw.Normal(.03f)), half = apart / 2 * Placement.Unit(angle);
        return [(Any(draw) with { Half = first }).At(centre - half), (Any(draw) with { Half = second }).At(centre + half)];
    }

    private static List<Element> Ordered(bool left, SceneRandom rule, SceneRandom draw, float angle)
    {
        (int first, int second) = Forms.Two(rule);
        Vector2 half = draw.Uniform(.18f, .25f) * Placement.Unit(angle);
        return [new Thing(Forms.Of(left ? first : second, draw), draw.Uniform(.08f, .14f), Filling(draw), 0).At(Placement.Middle - half), new Thing(Forms.Of(left ? second : first, draw), draw.Uniform(.08f, .14f), Filling(draw), 0).At(Placement.Middle + half)];
    }

    private static List<Element> Sized(SceneRandom draw, Func<float, float> size, float turn, int count = 0)
    {
        int things = count > 0 ? count : draw.Whole(3, 5);
        Thing one = Any(draw);
        return [.. Enumerable.Range(0, things).Select(i =>
        {
            float t = i / (things - 1f);
            return (one with { Half = .03f + (.075f * size(t)) }).At(Placement.Middle + (.72f * (t - .5f) * Placement.Unit(turn)));
        })];
    }

    private static List<Element> Facing(SceneRandom draw, int first, int second)
    {
        Shape shape = Pointer(draw);
        float axis = draw.Chance(.6f) ? 0 : draw.Angle(), half = draw.Uniform(.1f, .15f);
        Fill fill = Filling(draw);
        Element one = new Thing(shape, half, fill, MathF.PI / 2 * first).At(new Vector2(.28f, .5f)), other = new Thing(shape, half, fill, -MathF.PI / 2 * first * second).At(new Vector2(.72f, .5f));
        return Placement.Turned([one, other], axis, Placement.Middle);
    }
}
