using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Insects and spiders, seen from above unless they crawl.</summary>
internal static class Insects
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Bug("butterfly", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.35, .25, -.7, .8, -.95, .98, -.6, .75, -.1, .45, .02, .75, .3, .7, .75, .35, .85, 0, .25)).FillBoth(2, Smooth(.3, -.35, .7, -.7, .75, -.45, .5, -.2)).FillBoth(1, Disc(.45, .45, .15)).Fill(3, Ring(0, 0, .07, .5)).LineBoth(3, Curve(0, -.45, .1, -.8, .25, -.95)).Finish(.08)),
        Bug("moth", Directed, random => new Sketch(random).Fill(0, Mirror(0, -.6, .2, -.5, 1, .35, .75, .6, .35, .45, .12, .7, 0, .8)).LineBoth(2, Path(.2, -.3, .75, .35)).FillBoth(1, Disc(.5, .3, .1)).LineBoth(3, Curve(.05, -.55, .2, -.8, .45, -.85)).Finish(.08)),
        Bug("beetle", Directed, random => new Sketch(random).Fill(0, Ring(0, .25, .5, .65)).Fill(2, MirrorSmooth(0, -.65, .3, -.55, .42, -.25, 0, -.18)).Fill(1, Ring(0, -.72, .2, .16)).Line(2, At(0, -.18), At(0, .9)).Repeat(3, (s, i) => s.LineBoth(1, Path(.42, -.1 + (.32 * i), .75, -.2 + (.4 * i), .85, -.05 + (.48 * i)))).LineBoth(1, Path(.08, -.85, .3, -1.05)).Finish(.07)),
        Bug("ladybird", Directed, random => new Sketch(random).Fill(0, Ring(0, .1, .8, .82)).Fill(1, Arc(0, -.62, .42, .35, 165, 375)).Line(1, At(0, -.6), At(0, .92)).Repeat(random.Whole(2, 3), (s, i) => s.FillBoth(1, Disc(.3 + (.1 * (i % 2)), -.25 + (.4 * i), .13))).LineBoth(1, Path(.15, -.9, .3, -1.1)).Finish(.06)),
        Bug("ant", Directed, random => new Sketch(random).Fill(0, Ring(0, .6, .28, .4)).Fill(0, Ring(0, 0, .17, .24)).Fill(0, Ring(0, -.5, .24, .26)).Repeat(3, (s, i) => s.LineBoth(1, Path(.12, -.1 + (.1 * i), .55, -.35 + (.32 * i), .75, -.55 + (.65 * i)))).LineBoth(1, Path(.1, -.7, .3, -.9, .35, -1.05)).Finish(.07)),
        Bug("bee", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.45, .35, -.25, .4, .3, .2, .75, 0, 1)).Fill(2, Box(-.38, -.05, .38, .12)).Fill(2, Box(-.34, .35, .34, .5)).FillBoth(3, Smooth(.15, -.2, .5, -.55, .95, -.45, .85, -.05, .45, 0)).Fill(1, Disc(0, -.58, .24)).LineBoth(1, Path(.08, -.78, .2, -1)).Finish(.07)),
        Bug("dragonfly", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.9, .12, -.75, .1, -.3, .05, .2, .05, 1, 0, 1)).FillBoth(2, Smooth(.08, -.5, .6, -.75, 1, -.65, .9, -.5, .5, -.4)).FillBoth(2, Smooth(.08, -.3, .5, -.25, .95, -.15, .85, 0, .4, -.1)).FillBoth(1, Disc(.1, -.85, .08)).Finish(.07)),
        Bug("spider", Directed, random => new Sketch(random).Fill(0, Ring(0, .35, .4, .48)).Fill(1, Ring(0, -.25, .25, .24)).Repeat(4, (s, i) => s.LineBoth(0, Path(.2, -.3 + (.1 * i), .6, -.7 + (.4 * i), .95, -.75 + (.55 * i)))).FillBoth(3, Disc(.09, -.38, .04)).Finish(.07)),
        Bug("scorpion", Directed | Chiral, random => new Sketch(random).Fill(0, Smooth(0, -.4, .28, -.2, .25, .3, 0, .45, -.25, .3, -.28, -.2)).Fill(0, Band(Curve(0, .4, .15, .75, .55, .85, .8, .55, .65, .3), .12, .03)).LineBoth(0, Path(.2, -.25, .5, -.5, .35, -.8)).FillBoth(1, Path(.3, -.75, .15, -1, .32, -.95, .38, -1.05, .5, -.8)).Repeat(3, (s, i) => s.LineBoth(2, Path(.22, -.1 + (.15 * i), .6, -.1 + (.2 * i), .7, .1 + (.2 * i)))).FinishSide(.05)),
        Bug("caterpillar", Directed, random => new Sketch(random).Fill(0, Capsule(-.8, .12, .6, .12, .25)).Repeat(5, (s, i) => s.Fill(i % 2, Disc(-.75 + (.3 * i), .05 - (.1 * (i % 2)), .27))).Fill(2, Disc(.75, -.08, .28)).Fill(3, Disc(.85, -.14, .06)).Line(2, Path(.75, -.3, .85, -.6)).Line(2, Path(.65, -.3, .6, -.6)).FinishTurned(.06)),
    ];

    private static SubjectKind Bug(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "insect", traits, draw);
}
