using System.Numerics;
using Relsim.Scenes.Relations;

namespace Relsim.Scenes.Problems;

/// <summary>Rules about lines: how they run, cross, branch and close.</summary>
internal static class LineRules
{
    public static IEnumerable<Rule> Rules =>
    [
        new("straight-curved", (left, _, draw) => Lines(draw, draw.Whole(1, 3), (from, to) => left ? [from, to] : Arc(from, to, draw.Uniform(.25f, .5f) * draw.Sign()))),
        new("zigzag-wavy", (left, _, draw) => [Wave(draw, draw.Whole(3, 6), draw.Uniform(.06f, .12f), smooth: !left)]),
        new("slow-wave-fast-wave", (left, _, draw) => [Wave(draw, left ? 2 : draw.Whole(6, 8), draw.Uniform(.07f, .13f), draw.Chance(.5f))]),
        new("shallow-wave-deep-wave", (left, _, draw) => [Wave(draw, draw.Whole(3, 5), left ? draw.Uniform(.02f, .045f) : draw.Uniform(.14f, .2f), draw.Chance(.5f))]),
        new("crossing-clear", (left, _, draw) =>
        {
            float turn = draw.Angle(), bend = draw.Normal(.06f);
            Vector2 along = Placement.Unit(turn), across = Placement.Unit(turn + draw.Uniform(.8f, 2.2f));
            return left
                ? [Line(Arc(Placement.Middle - (.36f * along), Placement.Middle + (.36f * along), bend)), Line(Arc(Placement.Middle - (.36f * across), Placement.Middle + (.36f * across), -bend))]
                : [Line(Arc(Placement.Middle - (.36f * along) + (.12f * Side(along)), Placement.Middle + (.3f * along) + (.12f * Side(along)), bend)), Line(Arc(Placement.Middle - (.3f * along) - (.12f * Side(along)), Placement.Middle + (.36f * along) - (.16f * Side(along)), -bend))];
        }),
        new("looped-unlooped", (left, _, draw) => [Line(Turned(draw, Curves.Sample(60, t => new Vector2(.1f + (.8f * t) + (left ? .2f * MathF.Sin(MathF.Tau * t) : 0), .5f + (.16f * MathF.Cos(MathF.Tau * t * (left ? 1 : draw.Uniform(.98f, 1))))))))]),
        new("one-loop-two-loops", (left, _, draw) =>
        {
            int loops = left ? 1 : draw.Whole(2, 3);
            return [Line(Turned(draw, Curves.Sample(90, t => new Vector2(.12f + (.76f * t) + ((loops == 1 ? .26f : .15f) * MathF.Sin(MathF.Tau * loops * t)), .5f + (.12f * MathF.Cos(MathF.Tau * loops * t))))))];
        }),
        new("branching-unbranched", (left, _, draw) =>
        {
            Vector2[] stem = Curves.Smooth(Turned(draw, [new(.12f, .5f + draw.Normal(.08f)), new(.4f, .5f + draw.Normal(.08f)), new(.65f, .5f + draw.Normal(.08f)), new(.88f, .5f + draw.Normal(.08f))]));
            Vector2 from = stem[draw.Whole(8, 18)];
            return left ? [Line(stem), Line(Arc(from, from + (draw.Uniform(.2f, .32f) * Placement.Unit(draw.Angle())), draw.Normal(.1f)))] : [Line(stem)];
        }),
        new("three-arms-four-arms", (left, rule, draw) =>
        {
            int arms = (left ? 0 : 1) + rule.Whole(3, 5);
            float start = draw.Angle();
            return [.. Enumerable.Range(0, arms).Select(i => Line(Arc(Placement.Middle, Placement.Middle + (draw.Uniform(.2f, .38f) * Placement.Unit(start + (MathF.Tau * (i + draw.Uniform(-.15f, .15f)) / arms))), draw.Normal(.1f))))];
        }),
        new("so-many-lines-so-many-lines", (left, rule, draw) =>
        {
            int few = rule.Whole(1, 3);
            return Lines(draw, left ? few : few + rule.Whole(1, 2), (from, to) => Arc(from, to, draw.Normal(.12f)));
        }),
        new("parallel-square-on", (left, _, draw) => Segments(draw, left ? 0 : MathF.PI / 2)),
        new("parallel-converging", (left, _, draw) => Segments(draw, left ? 0 : draw.Uniform(.35f, .6f) * draw.Sign())),
        Rule.Upright("level-upright", (left, _, draw) => Fan(draw, left ? 0 : MathF.PI / 2)),
        Rule.Upright("rising-line-falling-line", (left, _, draw) => Fan(draw, MathF.PI / 4 * (left ? -1 : 1))),
        new("long-short", (left, _, draw) => Reaching(draw, draw.Whole(1, 3), _ => left ? draw.Uniform(.55f, .75f) : draw.Uniform(.1f, .2f))),
        new("of-a-length-long-and-short", (left, _, draw) =>
        {
            float length = draw.Uniform(.25f, .4f);
            return Reaching(draw, draw.Whole(2, 3), i => left || i == 0 ? length : length * .4f);
        }),
        new("cuts-through-passes-by", (left, _, draw) =>
        {
            float turn = draw.Angle(), half = draw.Uniform(.14f, .2f);
            Vector2 along = Placement.Unit(turn), at = Placement.Middle + (Side(along) * (left ? draw.Normal(.03f) : (half + .07f) * draw.Sign()));
            return [Figure(draw, half), Line([at - (.4f * along), at + (.4f * along)])];
        }),
        new("ends-inside-ends-outside", (left, _, draw) =>
        {
            float half = draw.Uniform(.2f, .26f);
            Vector2 out_ = Placement.Unit(draw.Angle());
            return [Figure(draw, half), Line([Placement.Middle + (.44f * out_), Placement.Middle + (out_ * (left ? draw.Uniform(0, .06f) : half + .05f))])];
        }),
        Rule.Upright("bulges-up-bulges-down", (left, _, draw) => [.. Enumerable.Range(0, draw.Whole(1, 3)).Select(i => Line(Arc(new(draw.Uniform(.1f, .3f), .3f + (.2f * i)), new(draw.Uniform(.7f, .9f), .3f + (.2f * i) + draw.Normal(.03f)), draw.Uniform(.2f, .4f) * (left ? -1 : 1))))]),
        Rule.Upright("bulges-left-bulges-right", (left, _, draw) => [.. Enumerable.Range(0, draw.Whole(1, 3)).Select(i => Line(Arc(new(.3f + (.2f * i), draw.Uniform(.1f, .3f)), new(.3f + (.2f * i) + draw.Normal(.03f), draw.Uniform(.7f, .9f)), draw.Uniform(.2f, .4f) * (left ? 1 : -1))))]),
        new("one-bend-two-bends", (left, _, draw) => [Line(Turned(draw, Curves.Sample(40, t => new Vector2(.12f + (.76f * t), .5f + (left ? .32f * ((4 * t * (1 - t)) - .5f) : .17f * MathF.Sin(MathF.Tau * t))))))]),
        new("joined-in-pieces", (left, _, draw) =>
        {
            Vector2[] way = Curves.Smooth([new(.12f, draw.Uniform(.2f, .8f)), new(.37f, draw.Uniform(.2f, .8f)), new(.63f, draw.Uniform(.2f, .8f)), new(.88f, draw.Uniform(.2f, .8f))], 12);
            int pieces = draw.Whole(2, 4), each = way.Length / pieces;
            return left ? [Line(way)] : [.. Enumerable.Range(0, pieces).Select(i => Line(way[(i * each)..((i * each) + each - 5)]))];
        }),
        new("ring-open-ring", (left, _, draw) =>
        {
            float start = draw.Angle(), gap = left ? 0 : draw.Uniform(.5f, 1.4f), half = draw.Uniform(.18f, .36f), flat = draw.Uniform(.7f, 1);
            return [Line(Curves.Sample(50, t => Placement.Middle + (half * Placement.Unit(start + ((MathF.Tau - gap) * t)) * new Vector2(1, flat))))];
        }),
        new("tee-cross", (left, _, draw) =>
        {
            Vector2 along = Placement.Unit(draw.Angle()), side = Side(along);
            float arm = draw.Uniform(.22f, .34f);
            return [Line([Placement.Middle - (arm * along), Placement.Middle + (arm * along)]), Line([Placement.Middle - (side * (left ? 0 : arm)), Placement.Middle + (arm * side)])];
        }),
        new("meeting-at-ends-meeting-in-the-middle", (left, _, draw) =>
        {
            Vector2 along = Placement.Unit(draw.Angle()), other = Placement.Unit(draw.Angle());
            Vector2 start = Placement.Middle - (.3f * along), at = left ? start : Placement.Middle + (draw.Normal(.04f) * along);
            return [Line([start, Placement.Middle + (.3f * along)]), Line([at, at + (.28f * (MathF.Abs(Vector2.Dot(along, other)) > .8f ? Side(along) : other))])];
        }),
        new("radiating-ringed", (left, _, draw) =>
        {
            int count = draw.Whole(3, 5);
            float start = draw.Angle();
            return [.. Enumerable.Range(0, left ? 2 * count : count).Select(i => left
                ? Line([Placement.Middle + (.1f * Placement.Unit(start + (MathF.PI * i / count))), Placement.Middle + (.38f * Placement.Unit(start + (MathF.PI * i / count)))])
                : Line(Curves.Ellipse(Placement.Middle, .38f * (i + 1) / count, .38f * (i + 1) / count).Append(Placement.Middle + new Vector2(.38f * (i + 1) / count, 0)).ToArray()))];
        }),
        new("dashed-solid-line", (left, _, draw) => Lines(draw, draw.Whole(1, 3), (from, to) => Arc(from, to, draw.Normal(.15f))).SelectMany(e => left ? Curves.Dashed(e.Shape.Parts[0].Points, 6, 0) : [e]).ToList()),
        new("shallow-tree-deep-tree", (left, _, draw) =>
        {
            var scene = new List<Element>();
            Grow(scene, new Vector2(.5f, .9f), -MathF.PI / 2 + draw.Normal(.1f), .26f, left ? 1 : 3, draw);
            return scene;
        }),
        new("tangled-untangled", (left, _, draw) =>
        {
            int turns = draw.Whole(5, 7);
            return [Line(Curves.Smooth([.. Enumerable.Range(0, turns).Select(i => left ? new Vector2(draw.Uniform(.15f, .85f), draw.Uniform(.15f, .85f)) : new Vector2(.12f + (.76f * i / (turns - 1)), .5f + draw.Uniform(-.25f, .25f)))]))];
        }),
    ];

    private static Element Line(IEnumerable<Vector2> points) => Placement.Line(points, 0);

    private static Vector2 Side(Vector2 along) => new(-along.Y, along.X);

    // From end to end over a bulge, as a share of the distance.
    private static Vector2[] Arc(Vector2 from, Vector2 to, float bulge) =>
        Curves.Sample(24, t => Vector2.Lerp(from, to, t) + (4 * t * (1 - t) * bulge * Side(to - from)));

    private static Vector2[] Turned(SceneRandom draw, Vector2[] line)
    {
        float turn = draw.Chance(.5f) ? draw.Normal(.15f) : draw.Angle();
        return [.. line.Select(p => Placement.Middle + Placement.Turn(p - Placement.Middle, turn))];
    }

    private static Element Wave(SceneRandom draw, int swings, float height, bool smooth)
    {
        Vector2[] corners = [.. Enumerable.Range(0, (2 * swings) + 1).Select(i => new Vector2(.12f + (.76f * i / (2 * swings)), .5f + (height * (i % 2 == 0 ? 1 : -1))))];
        return Line(Turned(draw, smooth ? Curves.Smooth(corners, 8) : corners));
    }

    private static List<Element> Lines(SceneRandom draw, int count, Func<Vector2, Vector2, Vector2[]> make)
    {
        float turn = draw.Chance(.5f) ? draw.Normal(.1f) : draw.Angle();
        Vector2 along = Placement.Unit(turn), across = Side(along);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            Vector2 centre = Placement.Middle + (across * .56f * (((i + .5f) / count) - .5f));
            float half = draw.Uniform(.24f, .36f);
            return Line(make(centre - (half * along), centre + (half * along)));
        })];
    }

    private static List<Element> Segments(SceneRandom draw, float angle)
    {
        float turn = draw.Angle();
        int count = draw.Whole(2, 4);
        return [.. Curves.Scatter(draw, count, .14f).Select((p, i) =>
        {
            Vector2 along = draw.Uniform(.12f, .16f) * Placement.Unit(turn + (i % 2 == 0 ? 0 : angle));
            return Line([p - along, p + along]);
        })];
    }

    private static List<Element> Fan(SceneRandom draw, float angle)
    {
        int count = draw.Whole(1, 5);
        return [.. Curves.Scatter(draw, count, .1f).Select(p =>
        {
            Vector2 along = (count == 1 ? .36f : .12f) * Placement.Unit(angle + draw.Normal(.08f));
            Vector2 centre = count == 1 ? Placement.Middle : p;
            return Line([centre - along, centre + along]);
        })];
    }

    private static List<Element> Reaching(SceneRandom draw, int count, Func<int, float> length)
    {
        float turn = draw.Angle();
        Vector2 along = Placement.Unit(turn), across = Side(along);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            Vector2 centre = Placement.Middle + (across * .5f * (((i + .5f) / count) - .5f));
            return Line(Arc(centre - (length(i) / 2 * along), centre + (length(i) / 2 * along), draw.Normal(.05f)));
        })];
    }

    private static Element Figure(SceneRandom draw, float half) => new Thing(Forms.Of(draw.Pick([Forms.Disc, Forms.Square, Forms.Pentagon, Forms.Hexagon]), draw), half, Fill.Outline, draw.Angle()).At(Placement.Middle);

    private static void Grow(List<Element> scene, Vector2 from, float heading, float length, int depth, SceneRandom draw)
    {
        Vector2 to = from + (length * Placement.Unit(heading));
        scene.Add(Line([from, to]));
        if (depth > 0)
        {
            Grow(scene, to, heading - draw.Uniform(.35f, .7f), length * .75f, depth - 1, draw);
            Grow(scene, to, heading + draw.Uniform(.35f, .7f), length * .75f, depth - 1, draw);
        }
    }
}
