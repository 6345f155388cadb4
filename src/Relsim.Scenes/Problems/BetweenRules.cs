using System.Numerics;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Subjects;
using static Relsim.Scenes.Problems.Things;

namespace Relsim.Scenes.Problems;

/// <summary>Rules about what stands between things: who is near whom, what lies between, what balances, what comes after what.</summary>
internal static class BetweenRules
{
    public static IEnumerable<Rule> Rules =>
    [
        new("two-close-all-apart", (left, _, draw) =>
        {
            int count = draw.Whole(4, 6);
            Thing one = Any(draw, .04f, .055f);
            Vector2[] places = Curves.Scatter(draw, count, .055f, 2.4f);
            Vector2 beside = Placement.Unit(draw.Angle());
            return [.. places.Select((p, i) => one.At(left && i == 1 ? places[0] + (2.15f * one.Half * beside) : p))];
        }),
        new("nearer-to-one-nearer-to-other", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            Vector2 along = .3f * Placement.Unit(draw.Angle());
            float near = draw.Uniform(.3f, .45f) * (left ? -1 : 1);
            return
            [
                new Thing(Forms.Of(first, draw), .09f, Fill.Outline, 0).At(Placement.Middle - along), new Thing(Forms.Of(second, draw), .09f, Fill.Outline, 0).At(Placement.Middle + along),
                Dot(draw, .035f).At(Placement.Middle + (near * along)),
            ];
        }),
        new("nearer-to-the-large-nearer-to-the-small", (left, _, draw) =>
        {
            Vector2 along = .28f * Placement.Unit(draw.Angle());
            float near = draw.Uniform(.35f, .5f) * (left ? -1 : 1);
            Thing one = Any(draw) with { Fill = Fill.Outline };
            return [(one with { Half = .12f }).At(Placement.Middle - along), (one with { Half = .06f }).At(Placement.Middle + along), Dot(draw, .032f).At(Placement.Middle + ((near + (left ? .25f : .1f)) * along))];
        }),
        new("equally-far-unequally-far", (left, _, draw) =>
        {
            int count = draw.Whole(3, 6);
            float start = draw.Angle(), far = draw.Uniform(.22f, .34f);
            Thing centre = Any(draw, .045f, .06f), one = Dot(draw, .03f);
            return [centre.At(Placement.Middle), .. Enumerable.Range(0, count).Select(i => one.At(Placement.Middle + (far * (left ? 1 : draw.Uniform(.45f, 1.2f)) * Placement.Unit(start + (MathF.Tau * (i + draw.Uniform(-.2f, .2f)) / count)))))];
        }),
        new("three-in-line-none-in-line", (left, _, draw) =>
        {
            Vector2 along = draw.Uniform(.14f, .2f) * Placement.Unit(draw.Angle()), off = draw.Uniform(.5f, .8f) * Across(along) * draw.Sign();
            Thing one = Dot(draw, .03f);
            List<Element> dots = [.. Enumerable.Range(-1, 3).Select(i => one.At(Placement.Middle + (i * along) + (left || i != 0 ? Vector2.Zero : off)))];
            return draw.Chance(.5f) ? [.. dots, new Thing(Forms.Of(Forms.Disc, draw), .36f, Fill.Outline, 0).At(Placement.Middle)] : dots;
        }),
        new("parted-mingled", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            bool byFilling = rule.Chance(.5f), drawn = draw.Chance(.5f);
            Vector2 along = Placement.Unit(draw.Angle());
            int count = draw.Whole(3, 5);
            Vector2[] places = [.. Curves.Scatter(draw, 2 * count, .05f, 1.5f).OrderBy(p => Vector2.Dot(p, Across(along)))];
            Element[] things = [.. places.Select((p, i) =>
            {
                bool one = left ? i < count : i % 2 == 0;
                return new Thing(Forms.Of(byFilling || one ? first : second, draw), .045f, byFilling && one ? Fill.Solid : Fill.Outline, 0).At(p);
            })];
            Vector2 between = (places[count - 1] + places[count]) / 2;
            return drawn ? [.. things, Line([between - (.4f * along), between + (.4f * along)])] : things;
        }),
        new("denser-inside-denser-outside", (left, _, draw) =>
        {
            Element body = Body(draw, .24f, .3f);
            int many = draw.Whole(7, 10), few = draw.Whole(1, 3);
            return [body, .. Spots(draw, left ? many : few, .024f, body, inside: true, room: 1.4f), .. Spots(draw, left ? few : many, .024f, body, inside: false, room: 1.4f)];
        }),
        new("more-inside-more-outside", (left, _, draw) =>
        {
            Element body = Body(draw, .24f, .3f);
            int more = draw.Whole(3, 4), fewer = more - draw.Whole(1, 2);
            return [body, .. Spots(draw, left ? more : fewer, .024f, body, inside: true, room: 1.4f), .. Spots(draw, left ? fewer : more, .024f, body, inside: false, room: 1.4f)];
        }),
        new("even-triangle-uneven-triangle", (left, _, draw) =>
        {
            float start = draw.Angle(), radius = draw.Uniform(.22f, .32f), off = draw.Uniform(.7f, 1.1f) * draw.Sign();
            Thing one = Any(draw, .035f, .05f);
            return [.. Enumerable.Range(0, 3).Select(i => one.At(Placement.Middle + (radius * Placement.Unit(start + (MathF.Tau * i / 3) + (!left && i == 1 ? off : 0)))))];
        }),
        new("on-one-curve-on-two-curves", (left, _, draw) =>
        {
            Vector2[][] curves = [.. Enumerable.Range(0, 2).Select(i => Curves.Smooth([new(.12f, .3f + (.36f * i) + draw.Normal(.05f)), new(.4f, .3f + (.36f * i) + draw.Normal(.07f)), new(.65f, .3f + (.36f * i) + draw.Normal(.07f)), new(.88f, .3f + (.36f * i) + draw.Normal(.05f))]))];
            Thing one = Dot(draw, .032f);
            int first = draw.Whole(3, 11), second = draw.Whole(18, 27);
            return [Line(curves[0]), Line(curves[1]), one.At(curves[0][first]), one.At(curves[left ? 0 : 1][second])];
        }),
        new("angle-halved-angle-parted-unevenly", (left, _, draw) =>
        {
            float middle = draw.Angle(), half = draw.Uniform(.45f, .9f), off = draw.Uniform(.5f, .65f) * draw.Sign(), reach = draw.Uniform(.4f, .55f);
            Vector2 tip = Placement.Middle - (reach / 2 * Placement.Unit(middle));
            return [Ray(-half), Ray(half), Ray(left ? 0 : half * off)];
            Element Ray(float angle) => Line([tip, tip + (reach * Placement.Unit(middle + angle))]);
        }),
        new("towards-one-point-towards-none", (left, _, draw) =>
        {
            int count = draw.Whole(3, 5);
            float start = draw.Angle(), wide = draw.Uniform(1.2f, 2);
            Vector2 point = Placement.Middle - (.3f * Placement.Unit(start));
            float[] off = [.. Enumerable.Range(0, count).Select(_ => draw.Uniform(.6f, 1.1f) * draw.Sign())];
            return [.. Enumerable.Range(0, count).Select(i =>
            {
                Vector2 out_ = Placement.Unit(start + (wide * ((i / (count - 1f)) - .5f))), centre = point + (.42f * out_), along = left ? out_ : Placement.Turn(out_, off[i]);
                return Line([centre - (.13f * along), centre + (.13f * along)]);
            })];
        }),
        new("on-the-axis-off-the-axis", (left, _, draw) =>
        {
            float turn = draw.Angle(), half = draw.Uniform(.15f, .2f), off = draw.Uniform(.7f, 1.2f) * draw.Sign();
            Vector2 along = Placement.Unit(turn), centre = Placement.Middle - (.14f * along);
            Shape slim = Forms.Narrowed(Forms.Of(draw.Chance(.5f) ? Forms.Disc : Forms.Square, draw), draw.Uniform(.3f, .45f));
            Vector2 out_ = left ? along : Placement.Turn(along, off);
            return [new Thing(slim, half, Filling(draw), turn + (MathF.PI / 2)).At(centre), Any(draw, .035f, .05f).At(centre + ((half + .13f) * out_))];
        }),
        new("pointing-at-it-pointing-past-it", (left, _, draw) =>
        {
            float turn = draw.Angle(), off = draw.Uniform(.7f, 1.4f) * draw.Sign();
            Vector2 along = Placement.Unit(turn);
            Vector2 from = Placement.Middle - (.3f * along), way = left ? along : Placement.Turn(along, off);
            return [.. Curves.Arrow([from, from + (.26f * way)], .07f, 0), Any(draw, .05f, .08f).At(Placement.Middle + (.22f * along))];
        }),
        new("mirrored-over-the-line-shifted-over-the-line", (left, _, draw) =>
        {
            Shape shape = Forms.Lopsided(draw);
            float half = draw.Uniform(.1f, .15f), turn = draw.Angle();
            Element one = new Thing(shape, half, Filling(draw), draw.Normal(.3f)).At(new Vector2(.28f, .5f)), other = left ? Placement.Mirrored([one])[0] : one with { Position = one.Position + new Vector2(.44f, 0) };
            return Placement.Turned([one, other, Line([new(.5f, .12f), new(.5f, .88f)])], turn, Placement.Middle);
        }),
        new("large-in-the-middle-small-in-the-middle", (left, _, draw) =>
        {
            int count = draw.Whole(4, 7);
            float start = draw.Angle();
            Thing one = Any(draw);
            return [(one with { Half = left ? .12f : .04f }).At(Placement.Middle), .. Curves.Ring(count, Placement.Middle, .33f, start).Select(p => (one with { Half = left ? .04f : .085f }).At(p))];
        }),
        new("solid-in-the-middle-solid-at-the-end", (left, _, draw) =>
        {
            int count = (2 * draw.Whole(1, 2)) + 1;
            bool far = draw.Chance(.5f);
            Thing one = Any(draw, .05f, .07f);
            return Row(draw, count, i => one with { Fill = i == (left ? count / 2 : far ? count - 1 : 0) ? Fill.Solid : Fill.Outline });
        }),
        new("odd-one-in-the-middle-odd-one-at-the-end", (left, _, draw) =>
        {
            (int first, int second) = Forms.Two(draw);
            int count = (2 * draw.Whole(1, 2)) + 1;
            bool far = draw.Chance(.5f);
            Fill fill = Filling(draw);
            return Row(draw, count, i => new Thing(Forms.Of(i == (left ? count / 2 : far ? count - 1 : 0) ? second : first, draw), .06f, fill, 0));
        }),
        Rule.Upright("one-way-round-other-way-round", (left, rule, draw) =>
        {
            int[] kinds = rule.Permutation(Forms.Count);
            float start = draw.Angle(), radius = draw.Uniform(.2f, .3f);
            Fill fill = Filling(draw);
            return [.. Enumerable.Range(0, 3).Select(i => new Thing(Forms.Of(kinds[i], draw), .085f, fill, 0).At(Placement.Middle + (radius * Placement.Unit(start + (MathF.Tau * i / 3 * (left ? 1 : -1))))))];
        }),
        new("in-one-in-two", (left, _, draw) =>
        {
            Vector2 along = .24f * Placement.Unit(draw.Angle());
            Element first = (BodyThing(draw) with { Half = .18f }).At(Placement.Middle - along), second = (BodyThing(draw) with { Half = .18f }).At(Placement.Middle + along);
            Thing mark = Any(draw, .03f, .04f);
            Vector2 shift = .06f * Placement.Unit(draw.Angle());
            return [first, second, mark.At(Placement.Middle - along + shift), mark.At(left ? Placement.Middle - along - shift : Placement.Middle + along - shift)];
        }),
        new("in-the-overlap-beside-the-overlap", (left, _, draw) =>
        {
            Vector2 along = Placement.Unit(draw.Angle());
            float half = draw.Uniform(.2f, .25f);
            int side = draw.Sign();
            Shape shape = draw.Chance(.6f) ? Forms.Of(Forms.Disc, draw) : Forms.Of(Forms.Hexagon, draw);
            return [Whole(-1), Whole(1), Dot(draw, .035f).At(Placement.Middle + (left ? Vector2.Zero : along * side * half * .95f))];
            Element Whole(int sign) => new Thing(shape, half, Fill.Outline, 0).At(Placement.Middle + (along * sign * half * .55f));
        }),
        new("as-many-either-side-unequally-many", (left, _, draw) =>
        {
            Vector2 along = Placement.Unit(draw.Angle()), across = Across(along);
            int count = draw.Whole(1, 3), more = count + draw.Whole(1, 3), side = draw.Sign();
            Thing one = Any(draw, .032f, .042f);
            return [Line([Placement.Middle - (.45f * along), Placement.Middle + (.45f * along)]), .. Half(count, side), .. Half(left ? count : more, -side)];
            IEnumerable<Element> Half(int number, int sign) => Enumerable.Range(0, number).Select(i => one.At(Placement.Middle + (along * .62f * (((i + .5f) / number) - .5f)) + (across * sign * draw.Uniform(.1f, .22f))));
        }),
        new("one-turned-all-one-way", (left, _, draw) =>
        {
            Shape shape = draw.Chance(.5f) ? Forms.Of(Forms.Arrowhead, draw) : Forms.Lopsided(draw);
            float turn = draw.Angle(), other = turn + (MathF.PI / 2 * draw.Whole(1, 3));
            Fill fill = Filling(draw);
            return Arranged(draw, draw.Whole(4, 7), i => new Thing(shape, .08f, fill, left && i == 0 ? other : turn));
        }),
        new("all-of-one-hand-one-of-the-other", (left, _, draw) =>
        {
            Shape shape = Forms.Lopsided(draw), mirrored = shape.Map(p => p with { X = -p.X });
            Fill fill = Filling(draw);
            return Arranged(draw, draw.Whole(3, 5), i => new Thing(left || i > 0 ? shape : mirrored, .1f, fill, draw.Angle()));
        }),
        new("twice-as-many-as-many", (left, _, draw) =>
        {
            (int first, int second) = Forms.Two(draw);
            int count = draw.Whole(2, 3);
            return Arranged(draw, (left ? 3 : 2) * count, i => new Thing(Forms.Of(i < count ? first : second, draw), .06f, i < count ? Fill.Solid : Fill.Outline, 0));
        }),
        new("two-make-up-the-third-two-do-not", (left, _, draw) =>
        {
            int first = draw.Whole(1, 3), second = draw.Whole(1, 3), third = first + second + (left ? 0 : draw.Chance(.5f) ? 1 : -1);
            int[] counts = [first, second, third], kinds = draw.Permutation(Forms.Count);
            return [.. counts.SelectMany((count, row) => Enumerable.Range(0, count).Select(i => new Thing(Forms.Of(kinds[row], draw), .045f, Filling(draw), 0).At(new Vector2(.14f + (.12f * i), .25f + (.25f * row)))))];
        }),
        new("equal-rows-unequal-rows", (left, _, draw) =>
        {
            int rows = draw.Whole(2, 4), count = draw.Whole(2, 4), odd = draw.Whole(0, rows - 1), other = count + (draw.Chance(.5f) ? 1 : -1);
            Thing one = Any(draw, .035f, .045f);
            return [.. Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, !left && row == odd ? other : count).Select(i => one.At(new Vector2(.2f + (.15f * i), .5f + (.17f * (row - ((rows - 1) / 2f)))))))];
        }),
        new("each-row-more-each-row-as-many", (left, _, draw) =>
        {
            int rows = draw.Whole(3, 4), count = draw.Whole(2, 3);
            Thing one = Any(draw, .03f, .045f);
            return [.. Enumerable.Range(0, rows).SelectMany(row =>
            {
                int here = left ? row + 1 : count;
                return Enumerable.Range(0, here).Select(i => one.At(new Vector2(.5f + (.15f * (i - ((here - 1) / 2f))), .5f + (.17f * (row - ((rows - 1) / 2f))))));
            })];
        }),
        new("swelling-even-wave", (left, _, draw) =>
        {
            int swings = draw.Whole(4, 6);
            float turn = draw.Angle(), height = draw.Uniform(.1f, .16f);
            Vector2[] corners = [.. Enumerable.Range(0, (2 * swings) + 1).Select(i => new Vector2(-.38f + (.76f * i / (2 * swings)), height * (i % 2 == 0 ? 1 : -1) * (left ? (i + .5f) / swings / 1.6f : 1)))];
            return [Line((draw.Chance(.5f) ? corners : Curves.Smooth(corners, 8)).Select(p => Placement.Middle + Placement.Turn(p, turn)))];
        }),
        new("gaps-widening-gaps-even", (left, _, draw) =>
        {
            int count = draw.Whole(5, 7);
            float turn = draw.Angle(), tall = draw.Uniform(.1f, .2f);
            bool lines = draw.Chance(.5f);
            Thing one = Any(draw, .028f, .034f);
            return [.. Enumerable.Range(0, count).Select(i =>
            {
                float t = i / (count - 1f), x = .8f * ((left ? t * t : t) - .5f);
                Vector2 At(float y) => Placement.Middle + Placement.Turn(new Vector2(x, y), turn);
                return lines ? Line([At(-tall), At(tall)]) : one.At(At(0));
            })];
        }),
        new("each-in-another-two-in-one", (left, _, draw) =>
        {
            float half = draw.Uniform(.3f, .38f), angle = draw.Angle();
            Vector2 side = .45f * half * Placement.Unit(angle);
            return
            [
                (BodyThing(draw) with { Half = half }).At(Placement.Middle),
                (BodyThing(draw) with { Half = left ? .58f * half : .26f * half }).At(Placement.Middle + (left ? Vector2.Zero : side)),
                (BodyThing(draw) with { Half = .26f * half }).At(Placement.Middle - (left ? Vector2.Zero : side)),
            ];
        }),
        new("long-ways-alike-square-on", (left, _, draw) =>
        {
            float turn = draw.Angle();
            Vector2 apart = .19f * Placement.Unit(draw.Angle());
            Thing[] slim = [.. new[] { Forms.Disc, Forms.Square }.Select(kind => new Thing(Forms.Narrowed(Forms.Of(kind, draw), draw.Uniform(.35f, .5f)), draw.Uniform(.12f, .15f), Filling(draw), turn))];
            return [slim[0].At(Placement.Middle - apart), (slim[1] with { Turn = turn + (left ? 0 : MathF.PI / 2) }).At(Placement.Middle + apart)];
        }),
        new("corners-on-a-square-corners-on-none", (left, _, draw) =>
        {
            float start = draw.Angle(), radius = draw.Uniform(.22f, .34f);
            float[] off = [.. Enumerable.Range(0, 4).Select(_ => draw.Uniform(.25f, .5f) * draw.Sign())], far = [.. Enumerable.Range(0, 4).Select(_ => draw.Uniform(.55f, 1.1f))];
            Thing one = Any(draw, .035f, .05f);
            return [.. Enumerable.Range(0, 4).Select(i => one.At(Placement.Middle + (radius * (left ? 1 : far[i]) * Placement.Unit(start + (MathF.Tau * i / 4) + (left ? 0 : off[i])))))];
        }),
        new("in-step-out-of-step", (left, _, draw) =>
        {
            int count = draw.Whole(3, 5);
            float turn = draw.Angle(), gap = .72f / count;
            Thing one = Any(draw, .035f, .045f), other = Any(draw, .035f, .045f);
            return Placement.Turned([.. Enumerable.Range(0, count).SelectMany(i => new[] { one.At(new Vector2(.14f + (gap * (i + .25f)), .4f)), other.At(new Vector2(.14f + (gap * (i + (left ? .25f : .75f))), .6f)) })], turn, Placement.Middle);
        }),
        new("size-goes-with-filling-against-filling", (left, _, draw) => Arranged(draw, 2 * draw.Whole(2, 3), i =>
            Any(draw) with { Half = i % 2 == 0 ? .1f : .05f, Fill = i % 2 == 0 == left ? Fill.Solid : Fill.Striped })),
    ];

    private static Thing BodyThing(SceneRandom draw) => new(
        draw.Chance(.3f) ? Forms.Closed(Outline.Blob(draw, 3, .14)) : Forms.Plain(draw), .2f, Fill.Outline, draw.Normal(.1f));

    private static Element Body(SceneRandom draw, float least, float most) =>
        (BodyThing(draw) with { Half = draw.Uniform(least, most) }).At(Placement.Middle + new Vector2(draw.Normal(.04f), draw.Normal(.04f)));

    private static List<Element> Row(SceneRandom draw, int count, Func<int, Thing> make) => InRow(count, .17f, Placement.Unit(draw.Angle()), make);
}
