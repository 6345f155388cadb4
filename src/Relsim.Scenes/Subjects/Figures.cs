using System.Numerics;
using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Abstract figures: plain compact outlines, and the line figures and outlines of Bongard problems.</summary>
internal static class Figures
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Plain("disc", random => new Sketch(random).Fill(0, Disc(0, 0, 1)).Finish(0, .03)),
        Plain("oval", random => new Sketch(random).Fill(0, Ring(0, 0, 1, random.Between(.5, .75))).Finish(0)),
        Plain("triangle", random => new Sketch(random).Fill(0, Regular(3, 0, 0, 1)).Finish(0, .15)),
        Plain("square", random => new Sketch(random).Fill(0, Box(-1, -1, 1, 1)).Finish(0, .04)),
        Plain("rectangle", random => new Sketch(random).Fill(0, Box(-1, -.55, 1, .55)).Finish(0, .12)),
        Plain("pentagon", random => new Sketch(random).Fill(0, Regular(5, 0, 0, 1)).Finish(0, .06)),
        Plain("hexagon", random => new Sketch(random).Fill(0, Regular(6, 0, 0, 1, random.Whole(0, 1) * 30)).Finish(0, .06)),
        Plain("octagon", random => new Sketch(random).Fill(0, Regular(8, 0, 0, 1, 22.5)).Finish(0, .06)),
        Plain("rhombus", random => new Sketch(random).Fill(0, Mirror(0, -1, random.Between(.5, .8), 0, 0, 1)).Finish(0)),
        Plain("trapezium", random => new Sketch(random).Fill(0, Mirror(random.Between(.35, .6), -.65, 1, .65)).Finish(0)),
        Plain("half-disc", random => new Sketch(random).Fill(0, Arc(0, 0, 1, 180, 360)).Finish(0, .08)),
        Plain("quadrant", random => new Sketch(random).Fill(0, [At(0, 0), .. Arc(0, 0, 1, 225, 315)]).Finish(0, .1)),
        Plain("lens", random => new Sketch(random).Fill(0, [.. Arc(0, .7, 1.2, 215, 325), .. Arc(0, -.7, 1.2, 35, 145)]).Finish(0, .12)),
        Plain("drop", random => new Sketch(random).Fill(0, [At(0, -1.1), .. Arc(0, .3, .68, -35, 215)]).Finish(.05)),
        Plain("pill", random => new Sketch(random).Fill(0, Capsule(-random.Between(.4, .8), 0, .6, 0, .5)).Finish(0, .05)),
        Plain("squircle", random => new Sketch(random).Fill(0, RoundedBox(-1, -1, 1, 1, random.Between(.3, .55))).Finish(0, .08)),
        Plain("arch", random => new Sketch(random).Fill(0, [.. Arc(0, -.3, .7, 180, 360), At(.7, 1), At(-.7, 1)]).Finish(0, .1)),
        Plain("plectrum", random => new Sketch(random).Fill(0, MirrorSmooth(0, -.8, .65, -.75, .9, -.35, .55, .45, 0, 1)).Finish(.06)),
        Plain("cushion", random => new Sketch(random).Fill(0, MirrorSmooth(0, -.68, .55, -.75, .95, -.85, .85, 0, .95, .85, .55, .75, 0, .68)).Finish(.05)),
        Plain("pebble", random => new Sketch(random).Fill(0, Blob(random, 3, .1, 32)).Finish()),
        Figure("blob", None, random => new Sketch(random).Fill(0, Blob(random, 6, .3, 44)).Finish()),
        Figure("amoeba", None, random => new Sketch(random).Fill(0, Blob(random, 8, .45, 48)).Fill(2, Disc(.05, .05, .2)).Finish()),
        Figure("jagged polygon", None, JaggedPolygon),
        Figure("zigzag", None, Zigzag),
        Figure("wave line", None, WaveLine),
        Figure("spiral", Chiral, Spiral),
        Figure("square spiral", Chiral, SquareSpiral),
        Figure("scribble", None, random => new Sketch(random).Line(0, Flowing(RandomWalk(random, 8))).Finish()),
        Figure("open polyline", None, random => new Sketch(random).Line(0, RandomWalk(random, 5)).Finish()),
        Figure("crossed strokes", None, random => new Sketch(random).Line(0, At(-1, random.Between(-.8, .2)), At(1, random.Between(-.2, .8))).Line(0, At(random.Between(-.6, .2), -1), At(random.Between(-.2, .6), 1)).Finish()),
        Figure("notched disc", Directed, random => new Sketch(random).Fill(0, [At(0, random.Between(-.1, .3)), .. Arc(0, 0, 1, 310, 590)]).Finish(0, .06)),
        Figure("notched square", Chiral, random => new Sketch(random).Fill(0, Path(-1, -1, .1, -1, .1, -.3, .55, -.3, .55, -1, 1, -1, 1, 1, -1, 1)).Finish(.04)),
        Figure("stair figure", Chiral, random => new Sketch(random).Fill(0, Path(-1, 1, -1, -.9, -.6, -.9, -.6, -.1, 0, -.1, 0, .5, 1, .5, 1, 1)).Finish(.05)),
        Figure("tee", Directed, random => new Sketch(random).Fill(0, Mirror(.95, -.9, .95, -.3, .3, -.3, .3, .95)).Finish(.06)),
        Figure("horseshoe", Directed, Horseshoe),
        Figure("comb figure", Chiral, CombFigure),
        Figure("hook figure", Chiral, random => new Sketch(random).Line(0, [At(-.5, -1), At(-.5, .4), .. Arc(0, .4, .5, 180, 20)]).Line(1, Path(-.9, -1, -.1, -1)).FinishSide()),
        Figure("ladder figure", None, random => new Sketch(random).LineBoth(0, At(.4, -1), At(.5, 1)).Repeat(random.Whole(3, 6), (s, i) => s.Line(0, Path(-.43, -.7 + (.3 * i), .43, -.7 + (.3 * i)))).Finish()),
        Figure("ring pair", None, random => new Sketch(random).Fill(0, Disc(-.4, 0, .6)).Fill(1, Disc(.55, 0, random.Between(.3, .55))).Finish(.05)),
        Figure("bow figure", None, random => new Sketch(random).Fill(0, Path(-1, -.7, 0, -.08, 1, -.7, 1, .7, 0, .08, -1, .7)).Finish()),
        Figure("ray burst", None, random => new Sketch(random).Fill(0, Star(random.Whole(9, 14), 0, 0, 1, random.Between(.35, .6))).Finish(.05)),
        Figure("loop figure", None, random => new Sketch(random).Line(0, [At(-1, .9), At(-.5, .75), At(.2, .3), .. Arc(.2, -.25, .5, 50, -190), At(.1, .5), At(.9, .9)]).Line(1, Path(.9, .9, .95, .5)).FinishSide()),
    ];

    private static SubjectKind Plain(string name, Func<SceneRandom, Shape> draw) => new(name, "abstract", Simple, draw);

    private static SubjectKind Figure(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "abstract", traits, draw);

    private static Shape JaggedPolygon(SceneRandom random)
    {
        int corners = random.Whole(6, 9);
        return new Sketch(random).Fill(0, [.. Enumerable.Range(0, corners).Select(i => Polar(0, 0, random.Between(.35, 1), 360.0 * i / corners))]).Finish();
    }

    private static Shape Zigzag(SceneRandom random)
    {
        int turns = random.Whole(4, 7);
        return new Sketch(random).Line(0, [.. Enumerable.Range(0, turns + 1).Select(i => At((2.0 * i / turns) - 1, (i % 2 == 0 ? .5 : -.5) * random.Between(.6, 1)))]).Finish();
    }

    private static Shape WaveLine(SceneRandom random)
    {
        double waves = random.Between(1.5, 3.5);
        double height = random.Between(.2, .45);
        return new Sketch(random).Line(0, [.. Enumerable.Range(0, 37).Select(i => At((i / 18.0) - 1, height * Math.Sin(i * waves * Math.Tau / 36)))]).Finish(.05);
    }

    private static Shape Spiral(SceneRandom random)
    {
        double turns = random.Between(1.8, 3.2);
        return new Sketch(random).Line(0, [.. Enumerable.Range(0, 48).Select(i => Polar(0, 0, .06 + (i / 50.0), i * turns * 360 / 47))]).Finish(.04);
    }

    private static Shape SquareSpiral(SceneRandom random)
    {
        double step = random.Between(.24, .32);
        return new Sketch(random).Line(0, Path(
            -1, -1, 1, -1, 1, 1, -1, 1, -1, -1 + step, 1 - step, -1 + step, 1 - step, 1 - step, -1 + step, 1 - step, -1 + step, -1 + (2 * step), 1 - (2 * step), -1 + (2 * step), 1 - (2 * step), .2)).Finish(.04);
    }

    private static Shape Horseshoe(SceneRandom random)
    {
        double inner = random.Between(.45, .65);
        return new Sketch(random).Fill(0, [.. Arc(0, -.15, .85, 150, 390), .. Path(.62, .85, .3, .85), .. Arc(0, -.15, inner, 390, 150), .. Path(-.3, .85, -.62, .85)]).Finish(.05);
    }

    private static Shape CombFigure(SceneRandom random)
    {
        Sketch sketch = new Sketch(random).Line(0, Path(-1, -.6, 1, -.6));
        return sketch.Repeat(random.Whole(4, 6), (s, i) => s.Line(0, Path(-.95 + (.38 * i), -.6, -.95 + (.38 * i), .7 - (.22 * i)))).Finish(.06);
    }

    private static Vector2[] RandomWalk(SceneRandom random, int steps)
    {
        var points = new Vector2[steps];
        for (int i = 0; i < steps; i++)
        {
            points[i] = At(random.Between(-.9, .9), random.Between(-.9, .9));
        }

        points[^1] = new Vector2(points[0].X < 0 ? .95f : -.95f, points[^1].Y);
        return points;
    }
}
