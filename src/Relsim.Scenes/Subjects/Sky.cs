using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Things of the sky and the weather.</summary>
internal static class Sky
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Body("sun", None, random => Sun(random, random.Whole(8, 14))),
        Body("crescent", None, random => new Sketch(random).Fill(0, [.. Arc(0, 0, 1, 60, 300), .. Arc(random.Between(.3, .5), 0, .87, 285, 75)]).Finish(.03)),
        Body("cratered moon", None, random => new Sketch(random).Fill(0, Disc(0, 0, 1)).Repeat(random.Whole(4, 6), (s, i) => s.Fill(2, Disc(random.Between(-.5, .5), random.Between(-.5, .5), random.Between(.08, .2)))).Finish(0, .03)),
        Body("ringed planet", None, random => new Sketch(random).Fill(0, Disc(0, 0, .6)).Line(2, Placed(Arc(0, 0, 1, .3, -35, 215), 0, 0, 1, random.Between(-28, -12))).Line(1, Arc(0, -.1, .5, .12, 10, 170)).Line(1, Arc(0, .2, .5, .12, 20, 160)).Finish(.03)),
        Body("banded planet", None, random => new Sketch(random).Fill(0, Disc(0, 0, 1)).Repeat(3, (s, i) => s.Fill(1 + (i % 2), [.. Arc(0, -.45 + (.4 * i), .82 + (.1 * (i % 2)), .14, 0, 180), .. Arc(0, -.6 + (.4 * i), .76 + (.1 * (i % 2)), .12, 180, 0)])).Finish(0, .03)),
        Body("comet", Directed, random => new Sketch(random).Fill(0, [.. Arc(0, -.65, .35, 180, 360), .. Path(.28, .3, .42, 1, .12, .4, 0, .9, -.12, .4, -.42, 1, -.28, .3)]).Fill(3, Disc(0, -.65, .2)).Finish(.08)),
        Body("cloud", None, random => new Sketch(random).Fill(0, [.. Arc(-.55, .2, .42, 90, 240), .. Arc(-.15, -.15, .48, 200, 320), .. Arc(.5, .15, .47, 260, 450)]).FinishSide(.08)),
        Body("rain cloud", None, random => new Sketch(random).Fill(0, [.. Arc(-.5, -.2, .4, 90, 240), .. Arc(-.1, -.5, .45, 200, 330), .. Arc(.5, -.2, .4, 270, 450)]).Repeat(4, (s, i) => s.Line(2, At(-.5 + (.33 * i), .35), At(-.6 + (.33 * i), .85))).Finish(.06)),
        Body("snowflake", None, random => Flake(random, random.Between(.4, .7))),
        Body("galaxy", Chiral, random => new Sketch(random).Fill(0, Ring(0, 0, .46, .38)).Repeat(2, (s, i) => s.Line(i, [.. Enumerable.Range(0, 20).Select(j => Polar(0, 0, .28 + (j / 27.0), (180 * i) + (j * 14)))])).Fill(2, Disc(.05, 0, .12)).Finish(.06)),
        Body("four-point star", None, random => new Sketch(random).Fill(0, Star(4, 0, 0, 1, random.Between(.2, .35))).Finish(.02)),
        Body("tornado", Chiral, random => new Sketch(random).Fill(0, Path(-.9, -.95, .9, -.95, .6, -.5, .5, -.1, .2, .3, .35, .6, .1, 1, .08, .6, -.15, .3, -.1, -.1, -.45, -.5)).Line(2, Path(-.6, -.65, .65, -.7)).Line(2, Path(-.2, -.2, .45, -.25)).Line(2, Path(-.08, .25, .25, .2)).FinishSide(.06)),
    ];

    private static SubjectKind Body(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "sky", traits, draw);

    private static Shape Sun(SceneRandom random, int rays) =>
        new Sketch(random).Fill(0, Disc(0, 0, random.Between(.5, .62)))
            .Repeat(rays, (s, i) => s.Fill(1, [Polar(0, 0, .68, (360.0 * i / rays) - 7), Polar(0, 0, 1, 360.0 * i / rays), Polar(0, 0, .68, (360.0 * i / rays) + 7)])).Finish(0, .02);

    private static Shape Flake(SceneRandom random, double fork) =>
        new Sketch(random).Fill(0, Star(6, 0, 0, 1, .15)).Repeat(6, (s, i) => s.Line(0, Polar(0, 0, fork + .25, 14 + (60 * i)), Polar(0, 0, fork, 30 + (60 * i)), Polar(0, 0, fork + .25, 46 + (60 * i)))).Finish(0, .02);
}
