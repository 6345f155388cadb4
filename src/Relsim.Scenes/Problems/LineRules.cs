using System.Numerics;
using Relsim.Scenes.Relations;
using static Relsim.Scenes.Problems.Things;

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
                : [Line(Arc(Placement.Middle - (.36f * along) + (.12f * Across(along)), Placement.Middle + (.3f * along) + (.12f * Across(along)), bend)), Line(Arc(Placement.Middle - (.3f * along) - (.12f * Across(along)), Placement.Middle + (.36f * along) - (.16f * Across(along)), -bend))];
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
            Vector2 along = Placement.Unit(turn), at = Placement.Middle + (Across(along) * (left ? draw.Normal(.03f) : (half + .07f) * draw.Sign()));
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
            Vector2 along = Placement.Unit(draw.Angle()), side = Across(along);
            float arm = draw.Uniform(.22f, .34f);
            return [Line([Placement.Middle - (arm * along), Placement.Middle + (arm * along)]), Line([Placement.Middle - (side * (left ? 0 : arm)), Placement.Middle + (arm * side)])];
        }),
        new("meeting-at-ends-meeting-in-the-middle", (left, _, draw) =>
        {
            Vector2 along = Placement.Unit(draw.Angle()), other = Placement.Unit(draw.Angle());
            Vector2 start = Placement.Middle - (.3f * along), at = left ? start : Placement.Middle + (draw.Normal(.04f) * along);
            return [Line([start, Placement.Middle + (.3f * along)]), Line([at, at + (.28f * (MathF.Abs(Vector2.Dot(along, other)) > .8f ? Across(along) : other))])];
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
        new("so-many-bends-so-many-bends", (left, rule, draw) =>
        {
            int few = rule.Whole(1, 3), bends = left ? few : few + rule.Whole(1, 2), way = draw.Sign();
            return [Line(Turned(draw, [.. Enumerable.Range(0, bends + 2).Select(i => new Vector2(.14f + (.72f * i / (bends + 1)), .5f + (draw.Uniform(.09f, .17f) * way * (i % 2 == 0 ? 1 : -1))))]))];
        }),
        new("sharp-bends-gentle-bends", (left, _, draw) =>
        {
            int bends = draw.Whole(2, 4);
            float high = left ? draw.Uniform(.24f, .34f) : draw.Uniform(.05f, .08f);
            return [Line(Turned(draw, [.. Enumerable.Range(0, bends + 2).Select(i => new Vector2(.14f + (.72f * i / (bends + 1)), .5f + (high * (i % 2 == 0 ? 1 : -1))))]))];
        }),
        new("plain-loop-figure-of-eight", (left, _, draw) =>
        {
            float wide = draw.Uniform(.26f, .38f), high = draw.Uniform(.14f, .22f);
            return [Line(Turned(draw, Curves.Sample(60, t => Placement.Middle + new Vector2(wide * MathF.Cos(MathF.Tau * t), high * MathF.Sin((left ? 1 : 2) * MathF.Tau * t)))))];
        }),
        new("dot-at-one-end-dots-at-both-ends", (left, _, draw) =>
        {
            Vector2[] line = Turned(draw, Curves.Smooth([new(.16f, .5f + draw.Normal(.1f)), new(.4f, .5f + draw.Normal(.12f)), new(.65f, .5f + draw.Normal(.12f)), new(.84f, .5f + draw.Normal(.1f))]));
            Thing dot = Dot(draw, draw.Uniform(.03f, .05f));
            return left ? [Line(line), dot.At(line[0])] : [Line(line), dot.At(line[0]), dot.At(line[^1])];
        }),
        new("dashed-dotted-line", (left, _, draw) =>
        {
            Vector2[] line = Curves.Smooth([new(.12f, draw.Uniform(.25f, .75f)), new(.38f, draw.Uniform(.25f, .75f)), new(.64f, draw.Uniform(.25f, .75f)), new(.88f, draw.Uniform(.25f, .75f))]);
            Thing dot = Dot(draw, .018f);
            return left ? [.. Curves.Dashed(line, 8, 0)] : [.. Curves.Along(line, 14).Select(at => dot.At(at.Place))];
        }),
        new("running-alike-mirroring", (left, _, draw) =>
        {
            float[] bends = [.. Enumerable.Range(0, 4).Select(_ => draw.Uniform(-.09f, .09f))];
            Vector2[] Way(float y, int sign) => Curves.Smooth([.. bends.Select((bend, i) => new Vector2(.14f + (.24f * i), y + (sign * bend)))]);
            float turn = draw.Angle();
            return Placement.Turned([Line(Way(.36f, 1)), Line(Way(.64f, left ? 1 : -1))], turn, Placement.Middle);
        }),
        new("meeting-in-one-point-meeting-in-three", (left, _, draw) =>
        {
            float start = draw.Angle(), off = draw.Uniform(.1f, .14f);
            return [.. Enumerable.Range(0, 3).Select(i =>
            {
                Vector2 along = .36f * Placement.Unit(start + (MathF.PI * i / 3)), at = Placement.Middle + (left ? Vector2.Zero : off * Placement.Unit(start + (MathF.PI * i / 3) + (MathF.PI / 2 * (i == 1 ? -1 : 1))));
                return Line([at - along, at + along]);
            })];
        }),
        new("square-on-to-the-line-slanting-to-it", (left, _, draw) =>
        {
            float turn = draw.Angle(), slant = draw.Uniform(.5f, .8f) * draw.Sign();
            int count = draw.Whole(3, 6);
            Vector2 along = Placement.Unit(turn), up = Placement.Unit(turn + (MathF.PI / 2) + (left ? 0 : slant));
            return [Line([Placement.Middle - (.4f * along), Placement.Middle + (.4f * along)]), .. Enumerable.Range(0, count).Select(i =>
            {
                Vector2 at = Placement.Middle + (along * .7f * (((i + .5f) / count) - .5f));
                return Line([at, at + (draw.Uniform(.16f, .26f) * up)]);
            })];
        }),
        new("waves-in-step-waves-against-each-other", (left, _, draw) =>
        {
            float turn = draw.Angle(), high = draw.Uniform(.05f, .08f), swings = draw.Uniform(2, 3.5f);
            Vector2[] Wave(float y, int sign) => Curves.Sample(50, t => new Vector2(.12f + (.76f * t), y + (sign * high * MathF.Sin(MathF.Tau * swings * t))));
            return Placement.Turned([Line(Wave(.38f, 1)), Line(Wave(.62f, left ? 1 : -1))], turn, Placement.Middle);
        }),
        new("double-line-single-line", (left, _, draw) =>
        {
            Vector2[] line = Turned(draw, Curves.Smooth([new(.14f, .5f + draw.Normal(.1f)), new(.4f, .5f + draw.Normal(.12f)), new(.64f, .5f + draw.Normal(.12f)), new(.86f, .5f + draw.Normal(.1f))]));
            return left ? [Line(Curves.Beside(line, .03f)), Line(Curves.Beside(line, -.03f))] : [Line(line)];
        }),
        new("from-edge-to-edge-short-of-the-edges", (left, _, draw) =>
        {
            float half = left ? .62f : draw.Uniform(.2f, .3f), bend = draw.Normal(.06f);
            Vector2 along = Placement.Unit(draw.Angle());
            return [Line(Arc(Placement.Middle - (half * along), Placement.Middle + (half * along), left ? bend / 2 : bend))];
        }),
        new("bowed-to-each-other-bowed-apart", (left, _, draw) =>
        {
            float turn = draw.Angle(), bow = draw.Uniform(.25f, .4f), apart = draw.Uniform(.16f, .22f);
            return Placement.Turned([Bow(-1), Bow(1)], turn, Placement.Middle);
            Element Bow(int side) => Line(Arc(new(.5f + (side * apart), .26f), new(.5f + (side * apart), .74f), bow * side * (left ? 1 : -1) * .6f));
        }),
        new("corner-round-the-dot-corner-off-the-dot", (left, _, draw) =>
        {
            float middle = draw.Angle(), half = draw.Uniform(.4f, .8f);
            Vector2 tip = Placement.Middle - (.18f * Placement.Unit(middle));
            return [Line([tip + (.42f * Placement.Unit(middle - half)), tip, tip + (.42f * Placement.Unit(middle + half))]), Any(draw, .035f, .05f).At(tip + (left ? .28f * Placement.Unit(middle) : -.16f * Placement.Unit(middle)))];
        }),
        new("evenly-curved-more-and-more-curved", (left, _, draw) =>
        {
            float turn = draw.Angle(), bend = draw.Uniform(2.4f, 3.4f), way = draw.Sign(), heading = 0;
            var line = new List<Vector2> { Vector2.Zero };
            for (int i = 0; i < 40; i++)
            {
                heading += way * bend * (left ? 1 : 3f * i / 40 * i / 40 * 1.4f) / 40;
                line.Add(line[^1] + (.02f * Placement.Unit(heading)));
            }

            Vector2 centre = (line[0] + line[20] + line[40]) / 3;
            return [Line(line.Select(p => Placement.Middle + Placement.Turn(p - centre, turn)))];
        }),
    ];

    // From end to end over a bulge, as a share of the distance.
    private static Vector2[] Arc(Vector2 from, Vector2 to, float bulge) =>
        Curves.Sample(24, t => Vector2.Lerp(from, to, t) + (4 * t * (1 - t) * bulge * Across(to - from)));

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
        Vector2 along = Placement.Unit(turn), across = Across(along);
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
        Vector2 along = Placement.Unit(turn), across = Across(along);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            Vector2 centre = Placement.Middle + (across * .5f * (((i + .5f) / count) - .5f));
            return Line(Arc(centre - (length(i) / 2 * along), centre + (length(i) / 2 * along), draw.Normal(.05f)));
        })];
    }

    private static Element Figure(SceneRandom draw, float half) => new Thing(Forms.Plain(draw), half, Fill.Outline, draw.Angle()).At(Placement.Middle);

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
