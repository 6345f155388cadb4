using System.Numerics;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Subjects;
using static Relsim.Scenes.Problems.Things;

namespace Relsim.Scenes.Problems;

/// <summary>Rules about rows: what follows what, and what grows, turns or fills from one to the next.</summary>
internal static class SequenceRules
{
    // An order that neither rises nor falls.
    private static readonly int[] Shuffled = [2, 0, 3, 1, 4];

    public static IEnumerable<Rule> Rules =>
    [
        new("alternating-grouped", (left, _, draw) => Sequence(draw, left ? [0, 1, 0, 1, 0, 1] : [0, 0, 0, 1, 1, 1])),
        new("same-from-either-end-unlike-from-the-ends", (left, _, draw) => Sequence(draw, left ? [0, 1, 2, 1, 0] : [0, 1, 2, 0, 1])),
        new("repeating-unordered", (left, _, draw) => Sequence(draw, left ? [0, 1, 2, 0, 1, 2] : [0, 2, 1, 1, 0, 2])),
        new("corners-in-order-corners-out-of-order", (left, _, draw) =>
        {
            Fill fill = Filling(draw);
            bool back = draw.Chance(.5f);
            return InARow(draw, 4, i => new Thing(Forms.Closed(Outline.Regular(3 + Order(left, i, 4, back), 0, 0, .95)), .08f, fill, 0));
        }),
        new("turning-step-by-step-turning-at-random", (left, _, draw) =>
        {
            Shape shape = draw.Chance(.5f) ? Forms.Of(Forms.Arrowhead, draw) : Forms.Lopsided(draw);
            float start = draw.Angle(), step = draw.Uniform(.5f, .9f) * draw.Sign();
            float[] random = [.. Enumerable.Range(0, 5).Select(_ => draw.Angle())];
            Fill fill = Filling(draw);
            return InARow(draw, 5, i => new Thing(shape, .07f, fill, left ? start + (step * i) : random[i]));
        }),
        new("filling-up-filled-at-random", (left, _, draw) =>
        {
            bool back = draw.Chance(.5f);
            Vector2[] places = [.. Enumerable.Range(0, 4).Select(i => new Vector2(.17f + (.22f * i), .5f))];
            return [.. places.SelectMany((p, i) =>
            {
                float level = .26f * Order(left, i, 4, back) / 3f;
                return new[] { Placement.Rectangle(p.X - .07f, p.Y + .14f - level, p.X + .07f, p.Y + .14f, 0, Fill.Solid), Placement.Rectangle(p.X - .075f, p.Y - .15f, p.X + .075f, p.Y + .145f, 0, Fill.Outline) };
            })];
        }),
        new("one-more-each-time-at-random", (left, _, draw) =>
        {
            bool back = draw.Chance(.5f);
            Thing one = Any(draw, .028f, .034f);
            return [.. Enumerable.Range(0, 4).SelectMany(i => Enumerable.Range(0, Order(left, i, 4, back) + 1).Select(k => one.At(new Vector2(.17f + (.22f * i), .74f - (.12f * k)))))];
        }),
        new("swelling-to-the-middle-growing-to-the-end", (left, _, draw) =>
        {
            Thing one = Any(draw);
            bool back = draw.Chance(.5f);
            return InARow(draw, 5, i => one with { Half = .025f + (.0125f * (left ? 4 - (2 * Math.Abs(i - 2)) : back ? 4 - i : i)) });
        }),
        new("large-and-small-in-turn-growing", (left, _, draw) =>
        {
            Thing one = Any(draw);
            return InARow(draw, 5, i => one with { Half = left ? (i % 2 == 0 ? .03f : .075f) : .03f + (.011f * i) });
        }),
        new("nearing-steadily-nearing-at-random", (left, _, draw) =>
        {
            float turn = draw.Angle();
            Thing one = Any(draw, .03f, .04f);
            return Placement.Turned([Line([new(.1f, .8f), new(.9f, .8f)]), .. Enumerable.Range(0, 5).Select(i => one.At(new Vector2(.16f + (.17f * i), .24f + (.11f * Order(left, i, 5, false)))))], turn, Placement.Middle);
        }),
        new("bars-in-order-bars-out-of-order", (left, _, draw) =>
        {
            int count = draw.Whole(4, 5);
            bool back = draw.Chance(.5f);
            Fill fill = Filling(draw);
            return [.. Enumerable.Range(0, count).Select(i =>
            {
                float x = .15f + (.7f * i / (count - 1)), high = .12f + (.13f * Order(left, i, count, back));
                return Placement.Rectangle(x - .05f, .85f - high, x + .05f, .85f, 0, fill);
            })];
        }),
        Rule.Upright("bars-standing-bars-hanging", (left, _, draw) =>
        {
            int count = draw.Whole(3, 6);
            Fill fill = Filling(draw);
            return [.. Enumerable.Range(0, count).Select(i =>
            {
                float x = .15f + (.7f * i / (count - 1)), high = draw.Uniform(.15f, .6f);
                return Placement.Rectangle(x - .04f, left ? .8f - high : .2f, x + .04f, left ? .8f : .2f + high, 0, fill);
            })];
        }),
        new("bars-from-one-line-bars-about-a-line", (left, _, draw) =>
        {
            int count = draw.Whole(4, 6);
            Fill fill = Filling(draw);
            return [.. Enumerable.Range(0, count).Select(i =>
            {
                float x = .15f + (.7f * i / (count - 1)), high = draw.Uniform(.15f, .55f), bottom = left ? .8f : .5f + (high / 2);
                return Placement.Rectangle(x - .04f, bottom - high, x + .04f, bottom, 0, fill);
            })];
        }),
        new("one-after-another-two-and-two-facing", (left, _, draw) =>
        {
            int count = 2 * draw.Whole(2, 3);
            Shape shape = draw.Chance(.5f) ? Forms.Of(Forms.Arrowhead, draw) : Forms.Closed(Forms.Spike(.5f));
            float start = draw.Angle(), way = MathF.PI / 2 * draw.Sign();
            Fill fill = Filling(draw);
            return [.. Enumerable.Range(0, count).Select(i =>
            {
                float angle = start + (MathF.Tau * i / count);
                return new Thing(shape, .08f, fill, Placement.Heading(Placement.Unit(angle + (left || i % 2 == 0 ? way : -way)))).At(Placement.Middle + (.28f * Placement.Unit(angle)));
            })];
        }),
        new("closing-step-by-step-closed-at-random", (left, _, draw) =>
        {
            bool back = draw.Chance(.5f);
            float start = draw.Angle();
            return [.. Enumerable.Range(0, 4).Select(i =>
            {
                float gap = MathF.PI * 1.4f * (1 - (Order(left, i, 4, back) / 3f));
                return Line(Curves.Sample(30, t => new Vector2(.16f + (.225f * i), .5f) + (.09f * Placement.Unit(start + (gap / 2) + ((MathF.Tau - gap) * t)))));
            })];
        }),
        new("darker-step-by-step-dark-at-random", (left, _, draw) =>
        {
            bool back = draw.Chance(.5f);
            Element[] row = [.. InARow(draw, 4, _ => Outlined(Forms.Of(Forms.Square, draw), .085f))];
            return [.. row.SelectMany((box, i) =>
            {
                int lines = (2 * Order(left, i, 4, back)) + 1;
                Bounds at = Placement.Box(box);
                return Enumerable.Range(0, lines).Select(k => Line([new(at.Min.X, at.Min.Y + (at.Extent.Y * (k + 1) / (lines + 1))), new(at.Max.X, at.Min.Y + (at.Extent.Y * (k + 1) / (lines + 1)))]) with { ClipTo = box }).Append(box);
            })];
        }),
    ];

    private static int Order(bool inOrder, int place, int count, bool back) => inOrder
        ? (back ? count - 1 - place : place)
        : Shuffled.Where(i => i < count).ElementAt(place);

    private static List<Element> InARow(SceneRandom draw, int count, Func<int, Thing> make) =>
        InRow(count, .84f / count, Placement.Unit(draw.Chance(.5f) ? draw.Normal(.08f) : draw.Angle()), make);

    // A row in which equal numbers are equal things: of another form, or of one form and another filling or size.
    private static List<Element> Sequence(SceneRandom draw, int[] pattern)
    {
        int[] kinds = draw.Permutation(Forms.Count);
        bool byForm = draw.Chance(.6f) || pattern.Max() > 1;
        Fill fill = Filling(draw);
        Vector2 along = Placement.Unit(draw.Angle());
        float gap = .8f / pattern.Length;
        return InRow(pattern.Length, gap, along, i => new Thing(
            Forms.Of(byForm ? kinds[pattern[i]] : kinds[0], draw), .4f * gap, byForm ? fill : pattern[i] == 0 ? Fill.Solid : Fill.Outline, 0));
    }
}
