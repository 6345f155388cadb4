using System.Numerics;
using Relsim.Scenes.Relations;
using static Relsim.Scenes.Problems.Things;

namespace Relsim.Scenes.Problems;

/// <summary>Rules about what is joined to what: chains, branches, rings, crossings.</summary>
internal static class GraphRules
{
    public static IEnumerable<Rule> Rules =>
    [
        new("chain-branched-chain", (left, _, draw) =>
        {
            Vector2[] chain = Chain(draw, 5);
            Vector2 twig = chain[2] + (.19f * Across(Vector2.Normalize(chain[3] - chain[1])) * draw.Sign());
            return Drawn(draw, left ? chain : [.. chain[..4], twig], left ? Path(5) : [(0, 1), (1, 2), (2, 3), (2, 4)]);
        }),
        new("chain-ring", (left, _, draw) =>
        {
            int count = draw.Whole(4, 7);
            Vector2[] nodes = Curves.Ring(count, Placement.Middle, draw.Uniform(.26f, .34f), draw.Angle());
            return Drawn(draw, nodes, left ? Path(count) : [.. Path(count), (count - 1, 0)]);
        }),
        new("hub-chain", (left, _, draw) =>
        {
            int count = draw.Whole(4, 6);
            Vector2[] nodes = [Placement.Middle, .. Curves.Ring(count, Placement.Middle, draw.Uniform(.28f, .36f), draw.Angle())];
            return Drawn(draw, nodes, left ? [.. Enumerable.Range(1, count).Select(i => (0, i))] : Path(count + 1));
        }),
        new("in-one-piece-in-two-pieces", (left, _, draw) =>
        {
            int count = draw.Whole(5, 8);
            Vector2[] nodes = Curves.Ring(count, Placement.Middle, draw.Uniform(.28f, .36f), draw.Angle());
            int cut = draw.Whole(1, count - 3);
            return Drawn(draw, nodes, [.. Path(count).Where(e => left || e.From != cut)]);
        }),
        new("all-linked-one-loose", (left, _, draw) =>
        {
            int count = draw.Whole(4, 6);
            Vector2[] nodes = Curves.Ring(count, Placement.Middle, .33f, draw.Angle());
            return Drawn(draw, nodes, [.. Path(count).Where(e => left || e.To != count - 1)]);
        }),
        new("branching-at-the-solid-branching-elsewhere", (left, _, draw) =>
        {
            int arms = draw.Whole(3, 4), solid = draw.Whole(1, 3);
            Vector2[] nodes = [Placement.Middle, .. Curves.Ring(arms, Placement.Middle, .31f, draw.Angle())];
            return Drawn(draw, nodes, [.. Enumerable.Range(1, arms).Select(i => (0, i))], left ? 0 : solid);
        }),
        new("solid-at-the-end-solid-within", (left, _, draw) =>
        {
            Vector2[] chain = Chain(draw, 5);
            int within = draw.Whole(1, 3);
            return Drawn(draw, chain, Path(5), left ? 0 : within);
        }),
        new("links-clear-links-crossing", (left, _, draw) =>
        {
            Vector2[] nodes = Curves.Ring(4, Placement.Middle, draw.Uniform(.26f, .36f), draw.Angle());
            return Drawn(draw, nodes, left ? [(0, 1), (1, 2), (2, 3)] : [(0, 2), (2, 1), (1, 3)]);
        }),
        new("all-to-all-round", (left, _, draw) =>
        {
            int count = draw.Whole(4, 6);
            Vector2[] nodes = Curves.Ring(count, Placement.Middle, draw.Uniform(.28f, .36f), draw.Angle());
            return Drawn(draw, nodes, left ? [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(i + 1, count - i - 1).Select(j => (i, j)))] : [.. Path(count), (count - 1, 0)]);
        }),
        new("joined-by-a-line-on-lines-of-their-own", (left, _, draw) =>
        {
            Vector2[] Way(float y) => Curves.Smooth([new(.14f, y), new(.38f, y + draw.Normal(.05f)), new(.62f, y + draw.Normal(.05f)), new(.86f, y + draw.Normal(.03f))]);
            Vector2[] first = Way(draw.Uniform(.28f, .38f)), second = Way(draw.Uniform(.62f, .72f));
            Thing one = Any(draw, .05f, .065f) with { Fill = Fill.Solid };
            return [Line(first), Line(second), one.At(first[0]), one.At(left ? first[^1] : second[^1])];
        }),
        new("branches-opposite-branches-in-turn", (left, _, draw) =>
        {
            (Vector2 root, Vector2 up, Vector2 side) = Stem(draw);
            int pairs = draw.Whole(2, 3);
            float slant = draw.Uniform(.3f, .8f), reach = draw.Uniform(.15f, .22f), step = .5f / pairs;
            return [Line([root, root + (.76f * up)]), .. Enumerable.Range(0, pairs).SelectMany(i => new[] { Branch(.16f + (i * step), 1), Branch(.16f + ((i + (left ? 0 : .5f)) * step), -1) })];
            Element Branch(float at, int sign) => Line([root + (at * up), root + ((at + (reach * slant)) * up) + (reach * sign * side)]);
        }),
        new("branches-on-one-side-branches-on-both", (left, _, draw) =>
        {
            (Vector2 root, Vector2 up, Vector2 side) = Stem(draw);
            int count = draw.Whole(3, 5), sign = draw.Sign();
            float slant = draw.Uniform(.3f, .8f), reach = draw.Uniform(.15f, .25f);
            return [Line([root, root + (.76f * up)]), .. Enumerable.Range(0, count).Select(i =>
            {
                float at = .12f + (.55f * i / count);
                return Line([root + (at * up), root + ((at + (reach * slant)) * up) + (reach * sign * (left || i % 2 == 0 ? 1 : -1) * side)]);
            })];
        }),
        new("branches-upwards-branches-downwards", (left, _, draw) =>
        {
            (Vector2 root, Vector2 up, Vector2 side) = Stem(draw);
            int count = draw.Whole(3, 5);
            float reach = draw.Uniform(.15f, .22f), slant = draw.Uniform(.6f, 1) * (left ? 1 : -1);
            return [Line([root, root + (.76f * up)]), Dot(draw, .035f).At(root), .. Enumerable.Range(0, count).Select(i =>
            {
                float at = .25f + (.4f * i / count);
                return Line([root + (at * up), root + ((at + (reach * slant)) * up) + (reach * (i % 2 == 0 ? 1 : -1) * side)]);
            })];
        }),
        new("so-many-ends-so-many-ends", (left, rule, draw) =>
        {
            int few = rule.Whole(2, 4), ends = left ? few : few + 1;
            (Vector2 root, Vector2 up, _) = Stem(draw);
            Vector2 fork = root + (draw.Uniform(.25f, .4f) * up);
            return [Line([root, fork]), .. Enumerable.Range(0, ends).Select(i => Line([fork, fork + (.34f * Placement.Unit(MathF.Atan2(up.Y, up.X) + (1.6f * (((i + .5f) / ends) - .5f)) + draw.Normal(.04f)))]))];
        }),
        new("crossing-once-crossing-twice", (left, _, draw) =>
        {
            float turn = draw.Angle(), high = draw.Uniform(.14f, .22f);
            Vector2[] straight = [new(-.38f, 0), new(.38f, 0)], bent = Curves.Sample(30, t => new Vector2(-.34f + (.68f * t), left ? high * 1.4f * ((2 * t) - 1) : high * ((8 * t * (1 - t)) - 1)));
            return [Line(straight.Select(Put)), Line(bent.Select(Put))];
            Vector2 Put(Vector2 p) => Placement.Middle + Placement.Turn(p, turn);
        }),
        new("rings-linked-rings-apart", (left, _, draw) =>
        {
            int count = draw.Whole(2, 4);
            float half = .34f / count, turn = draw.Angle();
            Vector2 along = Placement.Unit(turn);
            float gap = half * (left ? 1.5f : 2.25f);
            return InRow(count, gap, along, _ => Outlined(Forms.Of(Forms.Disc, draw), half));
        }),
        new("way-out-dead-end", (left, _, draw) =>
        {
            float turn = draw.Angle(), wide = draw.Uniform(.1f, .14f);
            Vector2[] way = Curves.Smooth([new(-.4f, draw.Normal(.06f)), new(-.15f, draw.Normal(.1f)), new(.15f, draw.Normal(.1f)), new(.4f, draw.Normal(.06f))]);
            Vector2[] upper = Curves.Beside(way, wide), lower = Curves.Beside(way, -wide);
            IEnumerable<Vector2> Put(IEnumerable<Vector2> line) => line.Select(p => Placement.Middle + Placement.Turn(p, turn));
            return left ? [Line(Put(upper)), Line(Put(lower))] : [Line(Put(upper)), Line(Put(lower)), Line(Put([upper[^1], lower[^1]]))];
        }),
        new("twigs-on-twigs-plain-twigs", (left, _, draw) =>
        {
            (Vector2 root, Vector2 up, Vector2 side) = Stem(draw);
            int count = draw.Whole(2, 4);
            List<Element> tree = [Line([root, root + (.76f * up)])];
            for (int i = 0; i < count; i++)
            {
                Vector2 from = root + ((.15f + (.5f * i / count)) * up), way = Vector2.Normalize((.6f * up) + (side * (i % 2 == 0 ? 1 : -1))), tip = from + (.26f * way), fork = from + (.15f * way);
                tree.Add(Line([from, tip]));
                if (left)
                {
                    tree.Add(Line([fork, fork + (.11f * up)]));
                }
            }

            return tree;
        }),
    ];

    private static (int From, int To)[] Path(int count) => [.. Enumerable.Range(0, count - 1).Select(i => (i, i + 1))];

    private static Vector2[] Chain(SceneRandom draw, int count)
    {
        float turn = draw.Angle();
        return [.. Enumerable.Range(0, count).Select(i => Placement.Middle + Placement.Turn(new Vector2(.76f * ((i / (count - 1f)) - .5f), draw.Uniform(-.13f, .13f)), turn))];
    }

    private static (Vector2 Root, Vector2 Up, Vector2 Side) Stem(SceneRandom draw)
    {
        float turn = draw.Chance(.6f) ? draw.Normal(.12f) : draw.Angle();
        Vector2 up = Placement.Turn(new Vector2(0, -1), turn);
        return (Placement.Middle - (.38f * up), up, Across(up));
    }

    // Nodes all alike but, where one is named, for a solid one among outlines; sometimes no more than the links show where they are.
    private static List<Element> Drawn(SceneRandom draw, Vector2[] nodes, (int From, int To)[] links, int solid = -1)
    {
        Thing one = solid < 0 ? Any(draw, .04f, .055f) with { Fill = Fill.Solid } : Any(draw, .06f, .075f) with { Fill = Fill.Outline };
        return
        [
            .. links.Select(link => Line([nodes[link.From], nodes[link.To]])),
            .. nodes.Select((p, i) => (i == solid ? one with { Fill = Fill.Solid } : one).At(p)),
        ];
    }
}
