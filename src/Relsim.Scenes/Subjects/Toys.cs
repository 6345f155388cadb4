using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Toys.</summary>
internal static class Toys
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Toy("beach ball", None, random => new Sketch(random).Fill(0, Disc(0, 0, 1)).Fill(2, [At(0, -.2), .. Arc(0, 0, 1, 300, 350)]).Fill(1, [At(0, -.2), .. Arc(0, 0, 1, 60, 120)]).Fill(3, [At(0, -.2), .. Arc(0, 0, 1, 180, 240)]).Finish(0, .02)),
        Toy("paper kite", None, random => new Sketch(random).Fill(0, Mirror(0, -1, .6, -.35, 0, .5)).Line(2, Path(-.6, -.35, .6, -.35)).Line(2, Path(0, -1, 0, .5)).Line(1, Curve(0, .5, .15, .65, -.1, .8, .1, 1)).Finish(.07)),
        Toy("spinning top", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.45, .4, -.4, .85, -.1, .5, .4, .1, .85, 0, 1)).Fill(1, Box(-.07, -1, .07, -.42)).Fill(2, Path(-.84, -.1, .84, -.1, .72, .1, -.72, .1)).Finish(.08)),
        Toy("teddy", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.85, .25, -.8, .42, -.95, .5, -.7, .38, -.4, .3, -.2, .75, -.15, .75, .12, .42, .15, .5, .5, .65, .9, .25, .95, .1, .65, 0, .65)).FillBoth(3, Disc(.15, -.58, .05)).Fill(2, Ring(0, -.38, .16, .12)).Fill(2, Ring(0, .2, .24, .28)).Finish(.06)),
        Toy("toy robot", None, random => new Sketch(random).Fill(0, Mirror(.35, -.75, .35, -.25, .5, -.2, .5, .5, .4, .5, .4, .95, .1, .95, .1, .5)).FillBoth(1, Box(.52, -.15, .72, .35)).FillBoth(3, Box(.1, -.6, .24, -.45)).Fill(2, Box(-.3, -.05, .3, .3)).Line(1, At(0, -.75), At(0, -1)).Finish(.08)),
        Toy("rocking horse", Chiral, random => new Sketch(random).Fill(0, Path(-.7, -.2, .1, -.15, .3, -.85, .45, -1, .85, -.65, .75, -.5, .5, -.55, .4, .1, .6, .6, .45, .65, .2, .2, -.35, .2, -.55, .65, -.7, .6, -.6, .1)).Line(1, Arc(-.05, -.5, 1.25, 40, 140)).Fill(3, Disc(.52, -.72, .04)).Line(2, Path(-.7, -.15, -.9, .2)).FinishSide(.05)),
        Toy("yo-yo", Chiral, random => new Sketch(random).Fill(0, Disc(0, .4, .6)).Fill(2, Disc(0, .4, .3)).Line(1, Curve(.6, .4, .62, -.2, .35, -.6, .5, -1)).FinishSide(.04)),
        Toy("die", None, random => new Sketch(random).Fill(0, RoundedBox(-.9, -.9, .9, .9, .2)).FillBoth(3, Disc(.45, -.45, .16)).FillBoth(3, Disc(.45, .45, .16)).Fill(3, Disc(0, 0, .16)).Finish(0, .04)),
        Toy("rubber duck", Chiral, random => new Sketch(random).Fill(0, Smooth(-.95, -.25, -.55, .05, -.05, 0, 0, -.25, -.1, -.6, .2, -.95, .6, -.75, .65, -.35, .5, -.05, .75, .3, .5, .75, -.5, .75, -.85, .4)).Fill(1, Smooth(.6, -.6, .95, -.55, .9, -.35, .6, -.35)).Fill(3, Disc(.35, -.58, .07)).FinishSide(.07)),
        Toy("nesting doll", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .35, -.85, .38, -.4, .62, .2, .5, .9, 0, .95)).Fill(3, Disc(0, -.55, .24)).Fill(2, Ring(0, .35, .35, .4)).FillBoth(1, Disc(.09, -.58, .035)).Finish(.08)),
        Toy("balloon", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .5, -.75, .52, -.2, .15, .25, 0, .3)).Fill(0, Mirror(.02, .28, .1, .4)).Line(2, Curve(0, .4, .1, .6, -.08, .8, .05, 1)).Finish(.08)),
        Toy("skittle", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .17, -.9, .18, -.65, .12, -.4, .32, .2, .28, .75, .18, 1, 0, 1)).Fill(2, Path(-.14, -.5, .14, -.5, .15, -.35, -.15, -.35)).Finish(.08)),
        Toy("toy blocks", None, random => new Sketch(random).Fill(0, Box(-.9, .1, -.05, .95)).Fill(1, Box(0, .1, .85, .95)).Fill(2, Box(-.55, -.75, .25, .1)).Fill(3, Mirror(0, .3, .2, .75)).Finish(.06)),
        Toy("paper plane", Directed, random => new Sketch(random).Fill(0, Mirror(0, -1, .75, .7, .12, .5, 0, .9)).Line(2, At(0, -.95), At(0, .9)).LineBoth(2, At(0, -.95), At(.14, .5)).Finish(.08)),
        Toy("pinwheel", Chiral, random => new Sketch(random).Fill(0, [.. Enumerable.Range(0, 4).SelectMany(i => new[] { Polar(0, -.35, .1, (90 * i) + 20), Polar(0, -.35, .62, (90 * i) + 25), Polar(0, -.35, .45, (90 * i) + 75) })]).Line(2, At(0, -.35), At(0, 1)).Fill(3, Disc(0, -.35, .09)).Finish(.04)),
    ];

    private static SubjectKind Toy(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "toy", traits, draw);
}
