using System.Numerics;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Subjects;
using static Relsim.Scenes.Problems.Things;

namespace Relsim.Scenes.Problems;

/// <summary>Rules about parts and wholes: holes, necks, tails, corners, and large forms made of small things.</summary>
internal static class PartRules
{
    public static IEnumerable<Rule> Rules =>
    [
        new("large-hole-small-hole", (left, _, draw) =>
        {
            Shape body = Forms.Roomy(draw);
            float half = draw.Uniform(.22f, .34f), large = draw.Uniform(.6f, .72f), small = draw.Uniform(.16f, .28f);
            Vector2 place = Near(draw);
            return [Outlined(body, half).At(place), Outlined(draw.Chance(.5f) ? body : Forms.Roomy(draw), half * (left ? large : small)).At(place)];
        }),
        new("hole-along-hole-across", (left, _, draw) =>
        {
            float half = draw.Uniform(.26f, .38f), turn = draw.Angle(), slit = draw.Uniform(.32f, .42f) * half;
            Shape body = Forms.Narrowed(Forms.Roomy(draw), draw.Uniform(.5f, .6f)), hole = Forms.Narrowed(Forms.Roomy(draw), .3f);
            return [new Thing(body, half, Fill.Outline, turn).At(Placement.Middle), new Thing(hole, slit, Fill.Outline, turn + (left ? 0 : MathF.PI / 2)).At(Placement.Middle)];
        }),
        new("one-hole-more-holes", (left, _, draw) =>
        {
            float half = draw.Uniform(.28f, .38f), start = draw.Angle(), hole = draw.Uniform(.05f, .07f);
            int more = draw.Whole(2, 4);
            Shape inner = Forms.Roomy(draw);
            return [Outlined(Forms.Roomy(draw), half).At(Placement.Middle), .. Curves.Ring(left ? 1 : more, Placement.Middle, .45f * half, start).Select(p => Outlined(inner, hole).At(p))];
        }),
        Rule.Upright("neck-level-neck-upright", (left, _, draw) => [Dumbbell(draw, (left ? 0 : MathF.PI / 2) + draw.Normal(.06f)).Body]),
        new("same-end-either-end", (left, _, draw) =>
        {
            (Element body, Vector2 first, Vector2 second) = Dumbbell(draw, draw.Angle());
            Vector2 shift = .055f * Placement.Unit(draw.Angle());
            Thing mark = Any(draw, .03f, .036f);
            return [body, mark.At(first + (left ? shift : Vector2.Zero)), mark.At(left ? first - shift : second)];
        }),
        new("tail-at-the-tip-tail-at-the-blunt-end", (left, _, draw) =>
        {
            float turn = draw.Angle(), half = draw.Uniform(.15f, .22f);
            Shape[] kinds = [Forms.Closed(Forms.Drop), Forms.Closed(Forms.Spike(draw.Uniform(.45f, .7f)))];
            Vector2 out_ = Placement.Unit(turn - (MathF.PI / 2)) * (left ? 1 : -1), from = Placement.Middle + (out_ * half * (left ? .95f : .75f));
            Element body = new Thing(draw.Pick(kinds), half, Filling(draw), turn).At(Placement.Middle);
            return [body, Wriggle(draw, from, out_)];
        }),
        new("stroke-from-the-long-side-stroke-from-the-short-side", (left, _, draw) =>
        {
            float turn = draw.Angle(), half = draw.Uniform(.18f, .26f), narrow = draw.Uniform(.35f, .5f);
            Vector2 along = Placement.Unit(turn - (MathF.PI / 2)), across = Across(along) * draw.Sign();
            Element body = new Thing(Forms.Narrowed(Forms.Of(draw.Chance(.5f) ? Forms.Disc : Forms.Square, draw), narrow), half, Filling(draw), turn).At(Placement.Middle);
            return [body, Wriggle(draw, Placement.Middle + (left ? across * half * narrow : along * half), left ? across : along)];
        }),
        new("in-the-hollow-behind-the-bow", (left, _, draw) =>
        {
            float turn = draw.Angle(), radius = draw.Uniform(.22f, .3f), open = draw.Uniform(.9f, 1.4f);
            Vector2 towards = Placement.Unit(turn), centre = Placement.Middle + (.06f * towards);
            Thing thing = Any(draw, .055f, .08f);
            return [Line(Curves.Sample(30, t => centre + (radius * Placement.Unit(turn + MathF.PI + (open * ((2 * t) - 1)))))), thing.At(centre + (towards * (left ? -.3f * radius : -(radius + .12f))))];
        }),
        new("before-the-notch-behind-it", (left, _, draw) =>
        {
            float half = draw.Uniform(.18f, .24f), turn = draw.Angle();
            Vector2 towards = Placement.Unit(turn);
            Vector2[] body = [.. Forms.Dense(draw.Chance(.5f) ? Outline.Disc(0, 0, .9) : Outline.Regular(6, 0, 0, .9)).Select(p => Vector2.Dot(Vector2.Normalize(p), towards) > .88f ? p * .35f : p)];
            Thing thing = Any(draw, .04f, .06f);
            return [Outlined(Forms.Closed(body), half).At(Placement.Middle), thing.At(Placement.Middle + (towards * (half + draw.Uniform(.08f, .12f)) * (left ? 1 : -1)))];
        }),
        new("large-one-form-large-other-form", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            Thing small = Any(draw, .024f, .034f);
            return Beaded(draw, Forms.Of(left ? first : second, draw), _ => small);
        }),
        new("made-of-one-form-made-of-other-form", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            Fill fill = Filling(draw);
            Shape whole = Forms.Of(draw.Whole(0, Forms.Count - 1), draw);
            return Beaded(draw, whole, _ => new Thing(Forms.Of(left ? first : second, draw), .036f, fill, 0));
        }),
        new("made-of-its-like-made-of-others", (left, _, draw) =>
        {
            (int first, int second) = (draw.Whole(0, 4), draw.Whole(0, 4));
            second = second == first ? (first + 1) % 5 : second;
            Fill fill = Filling(draw);
            return Beaded(draw, Forms.Of(first, draw), _ => new Thing(Forms.Of(left ? first : second, draw), .036f, fill, 0));
        }),
        new("ends-near-ends-far", (left, _, draw) =>
        {
            float turn = draw.Angle(), near = draw.Uniform(.04f, .1f), far = draw.Uniform(.5f, .66f), high = draw.Uniform(.3f, .45f) * draw.Sign();
            float apart = left ? near : far, belly = left ? .26f : .12f;
            Vector2[] bends = [new(-apart / 2, 0), new(-belly - draw.Uniform(0, .06f), high * .5f), new(draw.Normal(.04f), high), new(belly + draw.Uniform(0, .06f), high * .5f), new(apart / 2, 0)];
            return [Line(Curves.Smooth([.. bends.Select(p => Placement.Middle + Placement.Turn(p - new Vector2(0, high / 2), turn))]))];
        }),
        new("ends-parallel-ends-square-on", (left, _, draw) =>
        {
            float turn = draw.Angle(), rise = draw.Uniform(.1f, .2f) * draw.Sign(), leg = draw.Uniform(.2f, .28f);
            Vector2 away = left ? new Vector2(1, 0) : new Vector2(0, MathF.Sign(rise));
            Vector2 knee = new(.1f, rise), end = knee + (leg * away);
            Vector2[] bends = [new(-.1f - leg, -rise / 2), new(-.1f, -rise / 2), knee, end];
            return [Line(Curves.Smooth([bends[0], Vector2.Lerp(bends[0], bends[1], .5f), bends[1], bends[2], Vector2.Lerp(bends[2], bends[3], .5f), bends[3]]).Select(p => Placement.Middle + Placement.Turn(p, turn)))];
        }),
        new("spots-as-corners-spots-unlike-corners", (left, _, draw) =>
        {
            int corners = draw.Whole(3, 6), others = Math.Max(1, corners + (draw.Whole(1, 2) * draw.Sign()));
            Element body = Outlined(Forms.Closed(Outline.Regular(corners, 0, 0, .95)), .36f).At(Placement.Middle);
            return [body, .. Spots(draw, left ? corners : others, .026f, body, inside: true, gap: 1.4f)];
        }),
        new("fewer-corners-inside-fewer-corners-outside", (left, _, draw) =>
        {
            int few = draw.Whole(3, 4), many = few + draw.Whole(1, 3);
            Thing outer = Outlined(Forms.Closed(Outline.Regular(left ? many : few, 0, 0, .95)), draw.Uniform(.3f, .38f)), inner = Outlined(Forms.Closed(Outline.Regular(left ? few : many, 0, 0, .95)), draw.Uniform(.09f, .13f));
            return [outer.At(Placement.Middle), inner.At(Placement.Middle)];
        }),
        new("inner-like-outer-inner-unlike-outer", (left, _, draw) =>
        {
            int first = draw.Whole(0, 4), second = (first + draw.Whole(1, 4)) % 5;
            float turn = draw.Normal(.1f);
            return [new Thing(Forms.Of(first, draw), draw.Uniform(.3f, .38f), Fill.Outline, turn).At(Placement.Middle), new Thing(Forms.Of(left ? first : second, draw), draw.Uniform(.08f, .12f), Filling(draw), turn).At(Placement.Middle)];
        }),
        new("centred-off-centre", (left, _, draw) =>
        {
            float half = draw.Uniform(.24f, .36f), off = draw.Uniform(.42f, .55f);
            Vector2 place = Near(draw), away = Placement.Unit(draw.Angle());
            return [Outlined(Forms.Roomy(draw), half).At(place), Any(draw, .03f, .06f).At(place + (left ? Vector2.Zero : away * half * off))];
        }),
        new("fitting-loose", (left, _, draw) =>
        {
            float half = draw.Uniform(.26f, .36f), turn = draw.Angle(), loose = draw.Uniform(.35f, .6f);
            int corners = draw.Whole(3, 6);
            return [Outlined(Forms.Of(Forms.Disc, draw), half).At(Placement.Middle), Placement.Area(Curves.Ring(corners, Placement.Middle, half * (left ? 1 : loose), turn), 0, Fill.Outline)];
        }),
        new("halved-cut-off-centre", (left, _, draw) =>
        {
            float half = draw.Uniform(.24f, .36f), off = draw.Uniform(.45f, .6f) * draw.Sign();
            Vector2 along = Placement.Unit(draw.Angle()), at = Placement.Middle + (Across(along) * (left ? 0 : off * half));
            Element body = Outlined(Forms.Roomy(draw), half).At(Placement.Middle);
            return [body, Line(Within(body, at, along))];
        }),
        new("few-slices-many-slices", (left, rule, draw) =>
        {
            int few = rule.Whole(2, 4), many = few + rule.Whole(1, 3);
            float half = draw.Uniform(.26f, .38f), start = draw.Angle();
            return [Outlined(Forms.Of(Forms.Disc, draw), half).At(Placement.Middle), .. Curves.Ring(left ? few : many, Placement.Middle, half, start).Select(p => Line([Placement.Middle, p]))];
        }),
        new("right-angled-skew-triangle", (left, _, draw) =>
        {
            float a = draw.Uniform(.5f, .95f), b = draw.Uniform(.5f, .95f), skew = draw.Uniform(.35f, .6f) * draw.Sign();
            return Some(draw, [new(-a, b), new(a, b), new(-a + (left ? 0 : a + (skew * a)), -b)]);
        }),
        new("even-sided-uneven-sided", (left, _, draw) =>
        {
            float flat = draw.Uniform(.4f, .6f), lean = draw.Uniform(.5f, .9f) * draw.Sign();
            return Some(draw, [.. Outline.Regular(3, 0, 0, .95).Select(p => left ? p : new Vector2((p.X * flat) + (lean * p.Y), p.Y))]);
        }),
        new("opposite-sides-parallel-none-parallel", (left, _, draw) =>
        {
            float lean = draw.Uniform(-.4f, .4f), high = draw.Uniform(.4f, .9f);
            float[] off = [.. Enumerable.Range(0, 4).Select(_ => draw.Uniform(.2f, .4f) * draw.Sign())];
            Vector2[] corners = [new(-.7f + lean, -high), new(.7f + lean, -high), new(.7f - lean, high), new(-.7f - lean, high)];
            return Some(draw, left ? corners : [corners[0] + new Vector2(0, off[0]), corners[1] + new Vector2(off[1], 0), corners[2] + new Vector2(-off[1], off[2] * .5f), corners[3] + new Vector2(off[3], 0)]);
        }),
        new("tapering-even-width", (left, _, draw) =>
        {
            Vector2[] spine = Curves.Smooth([new(-.9f, draw.Normal(.3f)), new(-.3f, draw.Normal(.3f)), new(.3f, draw.Normal(.3f)), new(.9f, draw.Normal(.3f))]);
            float width = draw.Uniform(.12f, .2f);
            return [new Thing(Forms.Closed(Outline.Band(spine, left ? width * 1.7f : width, left ? .02f : width)), draw.Uniform(.28f, .4f), Filling(draw), draw.Angle()).At(Placement.Middle)];
        }),
        new("arms-alike-one-arm-long", (left, _, draw) =>
        {
            int arms = draw.Whole(3, 6), odd = draw.Whole(0, arms - 1);
            float start = draw.Angle(), reach = draw.Uniform(.14f, .22f);
            return [.. Enumerable.Range(0, arms).Select(i => Line([Placement.Middle, Placement.Middle + (reach * (!left && i == odd ? 2 : 1) * Placement.Unit(start + (MathF.Tau * i / arms)))]))];
        }),
        Rule.Upright("hooked-left-hooked-right", (left, _, draw) =>
        {
            float turn = draw.Angle(), half = draw.Uniform(.16f, .3f), hook = draw.Uniform(.4f, .8f);
            Vector2[] line = [new(0, -.9f), new(0, .6f), new(.3f * hook * (left ? -1 : 1), .9f), new(hook * (left ? -1 : 1), .7f)];
            return [new Thing(Forms.Open(draw.Chance(.5f) ? line : Curves.Smooth(line)), half, Fill.Outline, turn).At(Placement.Middle)];
        }),
        new("arms-bent-one-way-arms-bent-either-way", (left, _, draw) =>
        {
            int arms = 2 * draw.Whole(2, 3);
            float start = draw.Angle(), bend = draw.Uniform(.35f, .6f) * draw.Sign(), reach = draw.Uniform(.28f, .38f);
            return [.. Enumerable.Range(0, arms).Select(i =>
            {
                float angle = start + (MathF.Tau * i / arms), way = left || i % 2 == 0 ? bend : -bend;
                return Line(Curves.Smooth([Placement.Middle, Placement.Middle + (.55f * reach * Placement.Unit(angle)), Placement.Middle + (reach * Placement.Unit(angle + way))]));
            })];
        }),
        new("turned-so-often-turned-so-often", (left, rule, draw) =>
        {
            int few = rule.Whole(2, 4), count = left ? few : few + rule.Whole(1, 2);
            Shape lump = Forms.Lump(draw);
            float start = draw.Angle();
            Thing motif = new(lump, draw.Uniform(.08f, .11f), Filling(draw), 0);
            return [.. Enumerable.Range(0, count).Select(i => (motif with { Turn = start + (MathF.Tau * i / count) }).At(Placement.Middle + (.25f * Placement.Unit(start + (MathF.Tau * i / count)))))];
        }),
        new("one-way-through-closed-off", (left, _, draw) =>
        {
            float half = draw.Uniform(.24f, .34f), start = draw.Angle(), gap = draw.Uniform(.5f, .8f);
            int rings = draw.Whole(2, 3);
            return [.. Enumerable.Range(0, rings).Select(i => OpenRing(half * (rings - i) / rings, start + (i * draw.Uniform(.8f, 2.2f)), left || i != rings - 1 ? gap : 0)), Any(draw, .02f, .03f).At(Placement.Middle)];
        }),
        new("one-centre-touching-inside", (left, _, draw) =>
        {
            int rings = draw.Whole(2, 4);
            float half = draw.Uniform(.26f, .4f);
            Vector2 towards = Placement.Unit(draw.Angle());
            Shape shape = Forms.Of(Forms.Disc, draw);
            return [.. Enumerable.Range(0, rings).Select(i =>
            {
                float radius = half * (rings - i) / rings;
                return Outlined(shape, radius).At(Placement.Middle + (left ? Vector2.Zero : towards * (half - radius)));
            })];
        }),
        new("edge-drawn-edge-left-out", (left, _, draw) =>
        {
            Element body = Outlined(Forms.Roomy(draw), draw.Uniform(.22f, .36f)).At(Near(draw));
            Vector2 along = Placement.Unit(draw.Angle());
            int lines = draw.Whole(5, 8);
            float half = Placement.Box(body).Half;
            Element[] hatching = [.. Enumerable.Range(0, lines).Select(i => Line(Within(body, Placement.Box(body).Centre + (Across(along) * half * .9f * (((i + .5f) / lines * 2) - 1)), along)))];
            return left ? [body, .. hatching] : hatching;
        }),
        new("hatched-patch-of-one-form-of-other-form", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            Element patch = Outlined(Forms.Of(left ? first : second, draw), draw.Uniform(.28f, .4f)).At(Near(draw));
            Vector2 along = Placement.Unit(draw.Angle());
            int lines = draw.Whole(14, 22);
            return [.. Enumerable.Range(0, lines).Select(i => Placement.Middle + (Across(along) * (((i + .5f) / lines) - .5f))).Select(at => Line([at - (.6f * along), at + (.6f * along)]) with { ClipTo = patch })];
        }),
        new("marked-at-a-corner-marked-at-a-side", (left, _, draw) =>
        {
            int corners = draw.Whole(3, 6), which = draw.Whole(0, 5);
            float start = draw.Angle(), half = draw.Uniform(.22f, .34f);
            Vector2[] outline = Curves.Ring(corners, Placement.Middle, half, start);
            Vector2 a = outline[which % corners], b = outline[(which + 1) % corners];
            return [Placement.Area(outline, 0, Fill.Outline), (Any(draw, .03f, .04f) with { Fill = Fill.Solid }).At(left ? a : (a + b) / 2)];
        }),
        new("corner-touching-side-touching", (left, _, draw) =>
        {
            float half = draw.Uniform(.12f, .17f), turn = draw.Angle();
            Vector2 along = Placement.Unit(turn);
            int corners = draw.Whole(1, 2) * 2 + 2;
            float inner = half * MathF.Cos(MathF.PI / corners), apart = left ? half : inner, own = left ? 0 : MathF.PI / corners;
            return [Placement.Area(Curves.Ring(corners, Placement.Middle - (apart * along), half, turn + own), 0, Fill.Outline), Placement.Area(Curves.Ring(corners, Placement.Middle + (apart * along), half, turn + own), 0, Fill.Outline)];
        }),
    ];

    private static List<Element> Some(SceneRandom draw, Vector2[] outline)
    {
        Thing one = new(Forms.Closed(outline), draw.Uniform(.12f, .22f), Filling(draw), 0);
        return Arranged(draw, draw.Whole(1, 3), _ => one with { Turn = draw.Angle() });
    }

    private static (Element Body, Vector2 First, Vector2 Second) Dumbbell(SceneRandom draw, float turn)
    {
        float waist = draw.Uniform(.1f, .2f), end = draw.Uniform(.42f, .55f), half = draw.Uniform(.3f, .4f);
        Vector2[] outline = Outline.Rounded([new(.95f, 0), new(.75f, end), new(.4f, end), new(0, waist), new(-.4f, end), new(-.75f, end), new(-.95f, 0), new(-.75f, -end), new(-.4f, -end), new(0, -waist), new(.4f, -end), new(.75f, -end)]);
        Vector2 along = half * .58f * Placement.Unit(turn);
        return (new Thing(Forms.Closed(outline), half, Fill.Outline, turn).At(Placement.Middle), Placement.Middle + along, Placement.Middle - along);
    }

    private static Element Wriggle(SceneRandom draw, Vector2 from, Vector2 out_)
    {
        Vector2 bend = Across(out_);
        return Line(Curves.Smooth([from, from + (.05f * out_) + (bend * draw.Normal(.02f)), from + (.11f * out_) + (bend * draw.Normal(.035f)), from + (.17f * out_) + (bend * draw.Normal(.03f))]));
    }

    // A large outline strung with small things.
    private static List<Element> Beaded(SceneRandom draw, Shape whole, Func<int, Thing> bead)
    {
        Element large = Outlined(whole, draw.Uniform(.32f, .4f)).At(Near(draw));
        Vector2[] edge = Edge(large);
        int count = draw.Whole(14, 18);
        return [.. Curves.Along([.. edge, edge[0]], count + 1)[..count].Select((at, i) => bead(i).At(at.Place))];
    }

    // The stretch of a straight line that lies inside a body.
    private static Vector2[] Within(Element body, Vector2 at, Vector2 along)
    {
        Vector2[] edge = Edge(body);
        Vector2[] inside = [.. Curves.Sample(201, t => at + (along * ((t * 1.4f) - .7f))).Where(p => Curves.Holds(edge, p))];
        return inside.Length < 2 ? [at, at + (.01f * along)] : [inside[0], inside[^1]];
    }

    private static Element OpenRing(float radius, float start, float gap) =>
        Line(Curves.Sample(50, t => Placement.Middle + (radius * Placement.Unit(start + ((MathF.Tau - (gap * .3f / MathF.Max(.1f, radius))) * t)))));
}
