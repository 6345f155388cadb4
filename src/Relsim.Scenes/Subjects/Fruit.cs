using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Fruit, whole and cut.</summary>
internal static class Fruit
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Grown("apple", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.55, .35, -.75, .85, -.5, .9, .1, .6, .75, .25, .95, 0, .85)).Line(2, Curve(0, -.55, .05, -.8, .15, -1)).Fill(1, Smooth(.12, -.85, .4, -1.05, .65, -.95, .4, -.75)).Finish()),
        Grown("pear", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.7, .28, -.6, .36, -.15, .68, .35, .55, .85, 0, 1)).Line(2, Curve(0, -.7, .05, -.9, .15, -1.05)).Fill(1, Smooth(.05, -.85, .3, -1.05, .5, -.95, .3, -.8)).Finish()),
        Grown("banana", Chiral, random => new Sketch(random).Fill(0, Smooth(-.85, -.9, -.7, -.95, -.6, -.4, -.2, .15, .4, .4, .95, .35, 1, .5, .5, .85, -.2, .75, -.75, .2, -.9, -.4)).Line(2, Curve(-.76, -.6, -.55, 0, -.05, .45, .6, .62)).FinishSide()),
        Grown("cherry pair", None, random => new Sketch(random).FillBoth(0, Disc(.5, .55, random.Between(.36, .46))).LineBoth(2, Curve(.5, .2, .35, -.4, 0, -.95)).Fill(1, Smooth(0, -.95, .3, -1.1, .7, -.85, .35, -.75)).Finish(.06)),
        Grown("grape bunch", None, random => new Sketch(random).Fill(0, Mirror(0, -.75, .6, -.75, .85, -.4, .6, .2, .2, .95, 0, 1.05)).Repeat(10, (s, i) => s.Fill(i % 2, Disc(GrapeX[i], GrapeY[i], .24))).Line(2, Curve(0, -.7, 0, -.9, .15, -1.05)).Finish(.06)),
        Grown("strawberry", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.55, .5, -.6, .8, -.25, .5, .5, 0, 1)).Fill(1, Star(5, 0, -.62, .5, .18)).Repeat(6, (s, i) => s.Fill(3, Ring(-.35 + (.35 * (i % 3)), -.12 + (.35 * (i / 3)), .05, .08))).Finish()),
        new("lemon", "fruit", Simple, random => new Sketch(random).Fill(0, Smooth(-1, 0, -.8, -.15, -.5, -.5, 0, -.62, .5, -.5, .8, -.15, 1, 0, .8, .15, .5, .5, 0, .62, -.5, .5, -.8, .15)).Finish()),
        Grown("orange slice", None, random => new Sketch(random).Fill(0, Disc(0, 0, 1)).Fill(3, Disc(0, 0, .85)).Repeat(8, (s, i) => s.Fill(0, [Polar(0, 0, .12, (45 * i) + 22), Polar(0, 0, .75, (45 * i) + 6), Polar(0, 0, .78, (45 * i) + 22), Polar(0, 0, .75, (45 * i) + 38)])).Finish(0, .05)),
        Grown("melon slice", None, random => new Sketch(random).Fill(0, Arc(0, -.4, 1, 0, 180)).Fill(2, Arc(0, -.4, .84, 0, 180)).Repeat(random.Whole(4, 6), (s, i) => s.Fill(1, Placed(Ring(0, 0, .05, .1), 0, -.4, 1)).Fill(3, Placed(Ring(.52, 0, .09, .045), 0, -.4, 1, 20 + (28 * i)))).Finish(.06)),
        Grown("pineapple", None, random => new Sketch(random).Fill(0, Ring(0, .3, .5, .7)).Fill(1, Mirror(0, -1.2, .12, -.75, .35, -1, .28, -.65, .6, -.7, .25, -.3)).Repeat(3, (s, i) => s.LineBoth(2, At(-.42, .1 + (.25 * i)), At(.3, -.2 + (.3 * i)))).Finish()),
        Grown("avocado half", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .3, -.85, .48, -.3, .72, .3, .5, .85, 0, 1)).Fill(2, MirrorSmooth(0, -.85, .2, -.72, .36, -.25, .58, .3, .4, .72, 0, .85)).Fill(1, Disc(0, .33, random.Between(.25, .36))).Finish()),
        Grown("plum", None, random => new Sketch(random).Fill(0, Ring(0, .1, .75, .88)).Line(2, Curve(.05, -.75, -.25, -.2, -.2, .4, .02, .95)).Line(1, At(.03, -.75), At(.08, -1)).Finish()),
        Grown("kiwi slice", None, random => new Sketch(random).Fill(0, Ring(0, 0, 1, .88)).Fill(1, Ring(0, 0, .86, .74)).Repeat(10, (s, i) => s.Fill(3, Placed(Ring(.48, 0, .1, .045), 0, 0, 1, 36 * i))).Fill(2, Ring(0, 0, .25, .2)).Finish(0, .08)),
        Grown("pomegranate", None, random => new Sketch(random).Fill(0, [.. Arc(0, .15, .8, -65, 245), .. Path(-.4, -1, -.15, -.8, 0, -1, .15, -.8, .4, -1)]).Fill(2, Ring(0, .2, .5, .45)).Repeat(5, (s, i) => s.Fill(1, Placed(Disc(.26, 0, .11), 0, .2, 1, 72 * i))).Finish(.06)),
        Grown("fig", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .12, -.9, .16, -.55, .65, .1, .7, .6, .35, .95, 0, 1)).LineBoth(2, Curve(.06, -.6, .3, .1, .3, .8)).Line(2, At(0, -.5), At(0, .9)).Finish()),
    ];

    private static double[] GrapeX { get; } = [-.55, -.18, .18, .55, -.38, 0, .38, -.2, .2, 0];

    private static double[] GrapeY { get; } = [-.5, -.5, -.5, -.5, -.1, -.1, -.1, .3, .3, .72];

    private static SubjectKind Grown(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "fruit", traits, draw);
}
