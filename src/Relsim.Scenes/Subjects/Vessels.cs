using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Cups, bottles and other vessels.</summary>
internal static class Vessels
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Vessel("mug", None, random => new Sketch(random).Fill(0, Path(-.75, -.75, .45, -.75, .4, .8, -.7, .8)).Fill(0, Band(Arc(.38, 0, .5, .42, 270, 450), .1, .1)).Fill(2, Ring(-.15, -.75, .6, .14)).FinishSide(.06)),
        Vessel("bottle", None, random => new Sketch(random).Fill(0, Mirror(.14, -1, .14, -.45, .4, -.15, .4, .92, .34, 1)).Fill(1, Box(-.16, -1, .16, -.85)).Fill(2, Box(-.4, .1, .4, .6)).Finish(.06, .15)),
        Vessel("vase", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.92, .35, -.95, .2, -.6, .25, -.3, .65, .15, .5, .7, .28, .95, 0, .97)).LineBoth(2, Curve(0, .05, .3, .15, .6, .05)).Fill(1, Ring(0, -.93, .3, .06)).Finish(.12)),
        Vessel("wine glass", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.98, .42, -1, .5, -.5, .3, -.1, .05, .08, .04, .75, .35, .92, .3, 1, 0, 1)).Fill(2, MirrorSmooth(0, -.55, .45, -.55, .3, -.15, 0, -.02)).Finish(.08)),
        Vessel("teapot", Chiral, random => new Sketch(random).Fill(0, Smooth(-.45, -.4, 0, -.55, .45, -.35, .6, 0, .85, -.45, 1, -.4, .75, .3, .4, .7, -.35, .7, -.65, .2)).Line(0, Arc(-.55, .1, .4, .4, 110, 265)).Fill(1, Arc(0, -.42, .38, .2, 180, 360)).Fill(2, Disc(0, -.68, .09)).FinishSide(.07)),
        Vessel("jug", Chiral, random => new Sketch(random).Fill(0, Smooth(-.75, -.85, -.35, -.8, .3, -.9, .28, -.5, .55, .2, .4, .85, -.4, .85, -.5, .2, -.35, -.5)).Line(0, Arc(.3, -.15, .5, .5, 270, 440)).FinishSide(.07)),
        Vessel("bowl", None, random => new Sketch(random).Fill(0, [.. Arc(0, -.3, .98, .8, 0, 180)]).Fill(2, Ring(0, -.3, .98, random.Between(.12, .2))).Fill(0, Path(-.3, .45, .3, .45, .36, .6, -.36, .6)).Finish(.08)),
        Vessel("bucket", None, random => new Sketch(random).Fill(0, Mirror(.7, -.3, .5, .9)).Fill(2, Ring(0, -.3, .7, .13)).Line(1, Arc(0, -.3, .7, .65, 180, 360)).Finish(.07)),
        Vessel("watering can", Chiral, random => new Sketch(random).Fill(0, Path(-.5, -.25, .2, -.25, .22, .2, .75, -.5, .65, -.6, .9, -.75, 1, -.45, .88, -.42, .25, .6, .25, .75, -.55, .75)).Line(1, Arc(-.5, .22, .35, .42, 90, 270)).FinishSide(.06)),
        Vessel("amphora", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .22, -1, .14, -.65, .5, -.25, .45, .3, .12, .8, .2, 1, 0, 1)).LineBoth(1, Curve(.17, -.85, .5, -.85, .48, -.25)).Line(2, At(-.48, 0), At(.48, 0)).Finish(.08)),
        Vessel("jar", None, random => new Sketch(random).Fill(0, Mirror(.38, -.7, .4, -.5, .62, -.35, .62, .9)).Fill(1, Box(-.45, -.95, .45, -.68)).Fill(3, Box(-.42, 0, .42, .5)).Finish(.07)),
        Vessel("saucepan", Chiral, random => new Sketch(random).Fill(0, Path(-.85, -.25, .3, -.25, .25, .55, -.8, .55)).Fill(1, Capsule(.3, -.08, .95, -.22, .07)).Fill(2, Arc(-.28, -.25, .58, .3, 180, 360)).Fill(3, Disc(-.28, -.6, .08)).FinishSide(.07)),
        Vessel("flask", None, random => new Sketch(random).Fill(0, Mirror(.2, -1, .15, -.3, .75, .75, .65, .92)).Fill(2, Mirror(.42, .2, .75, .75, .65, .92)).Fill(3, Disc(.1, .5, .1)).Finish(.07)),
    ];

    private static SubjectKind Vessel(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "vessel", traits, draw);
}
