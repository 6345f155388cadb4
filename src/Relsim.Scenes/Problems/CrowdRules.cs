using System.Numerics;
using Relsim.Scenes.Relations;
using static Relsim.Scenes.Problems.Things;

namespace Relsim.Scenes.Problems;

/// <summary>Rules about how many things there are, and which of them are alike.</summary>
internal static class CrowdRules
{
    public static IEnumerable<Rule> Rules =>
    [
        new("so-many-so-many", (left, rule, draw) =>
        {
            (int few, int many) = Counts(rule);
            return Equal(draw, left ? few : many);
        }),
        new("so-many-unlike-so-many-unlike", (left, rule, draw) =>
        {
            (int few, int many) = Counts(rule);
            return Arranged(draw, left ? few : many, _ => Any(draw, .05f, .11f));
        }),
        new("few-many", (left, _, draw) => Equal(draw, left ? draw.Whole(1, 4) : draw.Whole(8, 16))),
        new("one-size-many-sizes", (left, _, draw) =>
        {
            Thing one = Any(draw, .08f, .13f);
            return Arranged(draw, draw.Whole(3, 6), i => one with { Turn = Turn(draw), Half = left ? one.Half : .045f + (.03f * i) });
        }),
        new("alike-unlike", (left, _, draw) =>
        {
            int[] kinds = draw.Permutation(Forms.Count);
            return Arranged(draw, draw.Whole(2, 6), i => new Thing(Forms.Of(kinds[left ? 0 : i], draw), draw.Uniform(.08f, .12f), Fill.Outline, Turn(draw)));
        }),
        new("alike-all-but-one", (left, _, draw) =>
        {
            (int first, int second) = Forms.Two(draw);
            Fill fill = Filling(draw);
            return Arranged(draw, draw.Whole(4, 8), i => new Thing(Forms.Of(i == 0 && !left ? second : first, draw), .085f, fill, Turn(draw)));
        }),
        new("one-filling-odd-filling", (left, _, draw) =>
        {
            Fill fill = Filling(draw), other = fill == Fill.Solid ? Fill.Outline : Fill.Solid;
            return Arranged(draw, draw.Whole(3, 8), i => Any(draw, .06f, .11f) with { Fill = i == 0 && !left ? other : fill });
        }),
        new("one-size-odd-size", (left, _, draw) =>
        {
            Thing one = Any(draw, .06f, .09f);
            return Arranged(draw, draw.Whole(3, 7), i => one with { Half = i == 0 && !left ? one.Half * 2.4f : one.Half, Turn = Turn(draw) });
        }),
        new("parallel-any-way-round", (left, _, draw) =>
        {
            Shape shape = Slender(draw);
            float turn = draw.Angle();
            int count = draw.Whole(3, 7);
            return Arranged(draw, count, i => new Thing(shape, .11f, Fill.Outline, left ? turn + draw.Normal(.06f) : turn + (MathF.PI * (i + draw.Uniform(-.2f, .2f)) / count)));
        }),
        new("more-solid-more-outline", (left, _, draw) =>
        {
            int count = draw.Whole(4, 8), most = draw.Whole((count / 2) + 1, count - 1);
            return Arranged(draw, count, i => Any(draw, .06f, .11f) with { Fill = i < most == left ? Fill.Solid : Fill.Outline });
        }),
        new("more-of-one-more-of-other", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            int count = draw.Whole(3, 8), most = draw.Whole((count / 2) + 1, count - 1);
            return Arranged(draw, count, i => new Thing(Forms.Of(i < most == left ? first : second, draw), draw.Uniform(.06f, .1f), Filling(draw), draw.Normal(.15f)));
        }),
        new("one-form-other-form", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            return Arranged(draw, draw.Whole(1, 4), _ => new Thing(Forms.Of(left ? first : second, draw), draw.Uniform(.08f, .24f), Filling(draw), Turn(draw)));
        }),
        new("has-form-lacks-form", (left, rule, draw) =>
        {
            int[] kinds = rule.Permutation(Forms.Count);
            return Arranged(draw, draw.Whole(2, 5), i => new Thing(Forms.Of(i == 0 && left ? kinds[0] : draw.Pick(kinds[1..]), draw), draw.Uniform(.08f, .14f), Filling(draw), Turn(draw)));
        }),
        new("so-many-of-form-so-many-of-form", (left, rule, draw) =>
        {
            int[] kinds = rule.Permutation(Forms.Count);
            int wanted = left ? 1 : draw.Whole(2, 3);
            return Arranged(draw, draw.Whole(4, 6), i => new Thing(Forms.Of(i < wanted ? kinds[0] : draw.Pick(kinds[1..]), draw), draw.Uniform(.07f, .11f), Filling(draw), Turn(draw)));
        }),
        new("large-solid-small-outline", (left, _, draw) => Arranged(draw, draw.Whole(2, 6), i =>
            Any(draw) with { Half = i % 2 == 0 ? draw.Uniform(.13f, .19f) : draw.Uniform(.04f, .07f), Fill = i % 2 == 0 == left ? Fill.Solid : Fill.Outline })),
        new("one-form-large-other-form-large", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            return Arranged(draw, draw.Whole(2, 5), i => new Thing(Forms.Of(i % 2 == 0 ? first : second, draw), i % 2 == 0 == left ? draw.Uniform(.13f, .2f) : draw.Uniform(.05f, .08f), Filling(draw), Turn(draw)));
        }),
        new("one-form-solid-other-form-solid", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            return Arranged(draw, draw.Whole(2, 6), i => new Thing(Forms.Of(i % 2 == 0 ? first : second, draw), draw.Uniform(.07f, .13f), i % 2 == 0 == left ? Fill.Solid : Fill.Outline, Turn(draw)));
        }),
        new("one-group-two-groups", (left, _, draw) => Groups(draw, left ? 1 : 2)),
        new("two-groups-three-groups", (left, _, draw) => Groups(draw, left ? 2 : 3)),
        new("as-many-more", (left, rule, draw) =>
        {
            (int first, int second) = Forms.Two(rule);
            int count = draw.Whole(2, 4), others = left ? count : count + (draw.Whole(1, 2) * (draw.Chance(.5f) && count > 2 ? -1 : 1));
            return Arranged(draw, count + others, i => new Thing(Forms.Of(i < count ? first : second, draw), draw.Uniform(.06f, .09f), i < count ? Fill.Solid : Fill.Outline, 0));
        }),
        new("pair-alike-pair-unlike", (left, _, draw) =>
        {
            (int first, int second) = Forms.Two(draw);
            Fill fill = Filling(draw);
            float half = draw.Uniform(.12f, .2f);
            return Arranged(draw, 2, i => new Thing(Forms.Of(i == 0 || left ? first : second, draw), half, fill, draw.Normal(.1f)));
        }),
        new("pair-of-a-size-large-and-small", (left, _, draw) =>
        {
            Thing one = Any(draw, .12f, .18f);
            return Arranged(draw, 2, i => one with { Half = i == 0 || left ? one.Half : one.Half * .45f, Turn = draw.Normal(.1f) });
        }),
        new("pairs-singles", (left, _, draw) =>
        {
            int pairs = draw.Whole(2, 3);
            int[] kinds = draw.Permutation(Forms.Count);
            return Arranged(draw, 2 * pairs, i => new Thing(Forms.Of(kinds[left ? i / 2 : i], draw), .09f, Fill.Outline, draw.Normal(.1f)));
        }),
        new("few-marks-many-marks", (left, rule, draw) =>
        {
            (int few, int many) = Counts(rule);
            Element body = Any(draw, .3f, .38f).At(Placement.Middle) with { Fill = Fill.Outline };
            return [body, .. Spots(draw, left ? few : many, .028f, body, inside: true, room: 1.3f)];
        }),
        new("all-large-all-small-crowd", (left, _, draw) => Arranged(draw, draw.Whole(4, 7), _ => Any(draw) with { Half = left ? draw.Uniform(.11f, .15f) : draw.Uniform(.03f, .055f) })),
        new("three-alike-four-alike", (left, _, draw) =>
        {
            int[] kinds = draw.Permutation(Forms.Count);
            int count = draw.Whole(5, 6);
            return Arranged(draw, count, i => new Thing(Forms.Of(kinds[i < (left ? 3 : 4) ? 0 : i], draw), .075f, Fill.Outline, draw.Normal(.1f)));
        }),
        new("one-large-among-small-one-small-among-large", (left, _, draw) =>
        {
            Thing one = Any(draw);
            return Arranged(draw, draw.Whole(4, 6), i => one with { Half = i == 0 == left ? .12f : .05f, Turn = Turn(draw) });
        }),
        new("halves-spotted-alike-halves-spotted-unlike", (left, _, draw) =>
        {
            int spots = draw.Whole(1, 4), others = draw.Chance(.5f) && spots > 1 ? spots - 1 : spots + 1;
            float turn = draw.Angle();
            List<Element> domino = [Placement.Rectangle(.16f, .33f, .84f, .67f, 0, Fill.Outline), Line([new(.5f, .33f), new(.5f, .67f)]), .. Spotted(draw, .33f, spots), .. Spotted(draw, .67f, left ? spots : others)];
            return Placement.Turned(domino, turn, Placement.Middle);
        }),
        new("as-many-inside-as-outside-unequally-many-inside", (left, _, draw) =>
        {
            int count = draw.Whole(1, 4), others = draw.Chance(.5f) && count > 1 ? count - 1 : count + draw.Whole(1, 2);
            Element body = Outlined(Forms.Roomy(draw), draw.Uniform(.24f, .28f)).At(Near(draw));
            return [body, .. Spots(draw, count, .028f, body, inside: true), .. Spots(draw, left ? count : others, .028f, body, inside: false)];
        }),
        new("groups-of-a-size-groups-unlike", (left, _, draw) =>
        {
            int groups = draw.Whole(2, 3), each = draw.Whole(2, 4), odd = draw.Chance(.5f) && each > 2 ? each - 1 : each + 1;
            Thing one = Any(draw, .026f, .034f);
            float start = draw.Angle();
            Vector2[] centres = Curves.Ring(groups, Placement.Middle, .27f, start);
            return [.. centres.SelectMany((centre, g) =>
            {
                int here = !left && g == 0 ? odd : each;
                return Curves.Ring(here, centre, .05f + (.008f * here), draw.Angle()).Select(p => one.At(p));
            })];
        }),
        new("two-rows-three-rows", (left, _, draw) =>
        {
            int rows = left ? 2 : 3, across = draw.Whole(3, 5);
            Thing one = Any(draw, .035f, .05f);
            return [.. Grid(across, rows, .16f, .22f).Select(one.At)];
        }),
        new("full-grid-one-missing", (left, _, draw) =>
        {
            int across = draw.Whole(2, 4), down = draw.Whole(2, 4), missing = draw.Whole(0, (across * down) - 1);
            Thing one = Any(draw, .045f, .06f);
            return [.. Grid(across, down, .19f, .19f).Where((_, i) => left || i != missing).Select(one.At)];
        }),
        new("each-holds-as-many-each-holds-another-number", (left, _, draw) =>
        {
            int bodies = draw.Whole(2, 3), spots = draw.Whole(1, 3);
            int[] numbers = [spots, spots + 1, Math.Max(1, spots - 1)];
            Shape shape = Forms.Roomy(draw);
            Vector2[] centres = Curves.Ring(bodies, Placement.Middle, .25f, draw.Angle());
            return [.. centres.SelectMany((centre, b) => Curves.Ring(left ? spots : numbers[b], centre, (left ? spots : numbers[b]) == 1 ? 0 : .06f, draw.Angle()).Select(p => Dot(draw, .024f).At(p)).Prepend(Outlined(shape, .15f).At(centre)))];
        }),
        new("as-many-dots-as-lines-unequally-many", (left, _, draw) =>
        {
            int count = draw.Whole(2, 4), dots = left ? count : draw.Chance(.5f) ? count - 1 : count + 1;
            float turn = draw.Angle();
            return Placement.Turned(
            [
                .. Enumerable.Range(0, count).Select(i => Line([new(.2f, .2f + (.09f * i)), new(.8f, .2f + (.09f * i))])),
                .. Enumerable.Range(0, dots).Select(i => Dot(draw, .035f).At(new Vector2(.5f + (.15f * (i - ((dots - 1) / 2f))), .76f))),
            ], turn, Placement.Middle);
        }),
    ];

    private static (int Few, int Many) Counts(SceneRandom rule)
    {
        int few = rule.Whole(1, 4);
        return (few, few + rule.Whole(1, 2));
    }

    private static List<Element> Equal(SceneRandom draw, int count)
    {
        Thing one = Any(draw, .05f, .11f);
        return Arranged(draw, count, _ => one with { Turn = Turn(draw) });
    }

    // Spots about a place on the middle line, as on a die's face.
    private static IEnumerable<Element> Spotted(SceneRandom draw, float x, int spots) =>
        Curves.Ring(spots, new Vector2(x, .5f), spots == 1 ? 0 : .08f, draw.Angle()).Select(p => Dot(draw, .028f).At(p));

    private static Shape Slender(SceneRandom draw) => draw.Whole(0, 2) switch
    {
        0 => Forms.Open(new(0, -1), new(0, 1)),
        1 => Forms.Narrowed(Forms.Of(Forms.Disc, draw), draw.Uniform(.25f, .4f)),
        _ => Forms.Narrowed(Forms.Of(Forms.Square, draw), draw.Uniform(.25f, .4f)),
    };

    private static List<Element> Groups(SceneRandom draw, int groups)
    {
        Vector2[] centres = Curves.Scatter(draw, groups, groups == 1 ? .2f : .15f);
        int total = draw.Whole(6, 9);
        Thing one = Any(draw, .028f, .036f);
        return [.. Enumerable.Range(0, total).Select(i =>
        {
            int within = (total - (i % groups) + groups - 1) / groups;
            return one.At(centres[i % groups] + (draw.Uniform(.045f, .075f) * MathF.Sqrt(within / 3f) * Placement.Unit((MathF.Tau * (i / groups) / within) + draw.Uniform(-.2f, .2f))));
        })];
    }
}
