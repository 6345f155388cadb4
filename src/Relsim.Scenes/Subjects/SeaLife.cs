using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Fish and other life of the sea.</summary>
internal static class SeaLife
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Sea("fish", Directed, random => new Sketch(random).Fill(0, [.. MirrorSmooth(0, -1, .3, -.6, .38, -.15, .2, .35, .1, .5, .45, .95, 0, .78)]).FillBoth(1, Path(.33, -.25, .65, .05, .28, .1)).FillBoth(3, Disc(.14, -.68, .06)).Line(2, Arc(0, -.75, .3, .3, 30, 150)).Finish()),
        Sea("finned fish", Directed, random => new Sketch(random).Fill(0, Smooth(1, 0, .7, -.3, .2, -.45, -.3, -.25, -.55, -.1, -.9, -.4, -.8, 0, -.95, .4, -.55, .12, -.2, .3, .3, .35, .75, .2)).Fill(1, Path(.35, -.42, .1, -.75, -.35, -.6, -.2, -.3)).Fill(3, Disc(.68, -.06, .06)).Line(2, Curve(.45, -.28, .38, 0, .45, .26)).Fill(2, Path(.2, .05, -.1, .25, -.05, -.02)).FinishTurned()),
        Sea("shark", Directed | Chiral, random => new Sketch(random).Fill(0, Path(1, -.05, .7, -.22, .3, -.3, .05, -.7, -.05, -.3, -.6, -.12, -1, -.55, -.82, -.05, -.95, .3, -.6, .06, -.1, .22, .1, .2, -.05, .55, .35, .2, .75, .15)).Fill(3, Disc(.72, -.09, .035)).Line(2, Path(.42, -.1, .38, .12)).Line(2, Path(.34, -.1, .3, .12)).FinishTurned(.07)),
        Sea("whale", Directed | Chiral, random => new Sketch(random).Fill(0, Smooth(.95, .1, .8, -.35, .3, -.45, -.3, -.2, -.65, -.15, -.75, -.5, -1.05, -.6, -.9, -.3, -1.05, -.05, -.7, .05, -.35, .4, .3, .55, .8, .45)).Fill(2, Smooth(.93, .2, .5, .25, -.1, .3, .3, .53, .78, .45)).Fill(3, Disc(.65, 0, .045)).Fill(1, Path(.3, .3, .05, .7, .05, .3)).FinishTurned(.07)),
        Sea("dolphin", Directed | Chiral, random => new Sketch(random).Fill(0, Smooth(1, .1, .8, .02, .65, -.2, .3, -.32, .1, -.36, -.15, -.65, -.12, -.32, -.6, -.02, -.95, -.1, -.8, .1, -.9, .4, -.6, .15, -.2, .12, .3, .15, .2, .45, .5, .15, .8, .15)).Fill(3, Disc(.65, -.03, .035)).Fill(2, Smooth(.75, .12, .4, .05, -.2, .08, .3, .14)).FinishTurned(.06)),
        Sea("ray fish", Directed, random => new Sketch(random).Fill(0, Mirror(0, -.8, .25, -.65, 1, -.05, .3, .2, .06, .3, .02, 1, 0, 1)).FillBoth(3, Disc(.15, -.5, .05)).LineBoth(2, At(.15, -.1), At(.35, .02)).Finish()),
        Sea("angelfish", Directed, random => new Sketch(random).Fill(0, Path(.9, 0, .4, -.3, -.1, -.95, -.2, -.4, -.5, -.1, -.85, -.3, -.75, 0, -.85, .3, -.5, .1, -.2, .35, -.3, .8, .4, .3)).Fill(2, Path(.25, -.45, .1, -.65, .05, .5, .25, .36)).Fill(3, Disc(.62, -.04, .05)).FinishTurned(.07)),
        Sea("squid", Directed, random => new Sketch(random).Fill(0, Mirror(0, -1, .5, -.65, .2, -.55, .25, .2, 0, .3)).FillBoth(3, Disc(.13, .12, .06)).LineBoth(1, Curve(.05, .28, .12, .6, .04, .95)).LineBoth(1, Curve(.15, .25, .3, .6, .2, .9)).LineBoth(1, Curve(.2, .2, .5, .5, .55, .85)).Finish(.07)),
        Sea("jellyfish", None, random => new Sketch(random).Fill(0, [.. Arc(0, -.3, .7, 180, 360), At(.45, -.15), At(.22, -.32), At(0, -.15), At(-.22, -.32), At(-.45, -.15)]).LineBoth(1, Curve(.5, -.2, .6, .2, .42, .5, .55, .9)).LineBoth(1, Curve(.15, -.2, .25, .25, .1, .6, .2, .95)).FillBoth(2, Disc(.25, -.6, .1)).Finish(.07)),
        Sea("octopus", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .45, -.85, .5, -.4, .3, -.05, .6, .3, .95, .2, .98, .4, .55, .5, .25, .3, .4, .75, .7, .9, .3, .92, .1, .45, 0, .5)).FillBoth(3, Disc(.2, -.4, .1)).FillBoth(2, Disc(.2, -.38, .05)).Finish(.06)),
        Sea("crab", None, random => new Sketch(random).Fill(0, Ring(0, .15, .6, .42)).LineBoth(0, Path(.5, 0, .8, -.2, .75, -.5)).FillBoth(1, Path(.65, -.5, .6, -.9, .75, -.7, .95, -.9, .95, -.5, .8, -.4)).Repeat(3, (s, i) => s.LineBoth(0, Path(.5, .25 + (.12 * i), .9 - (.1 * i), .25 + (.18 * i), .95 - (.15 * i), .55 + (.18 * i)))).FillBoth(3, Disc(.18, -.12, .07)).Finish(.06)),
        Sea("starfish", None, random => new Sketch(random).Fill(0, Rounded(Star(5, 0, 0, 1, random.Between(.32, .45)))).Repeat(5, (s, i) => s.Fill(2, Placed(Disc(.55, 0, .07), 0, 0, 1, 270 + (72 * i)))).Fill(2, Disc(0, 0, .1)).Finish(.02)),
        Sea("seahorse", Chiral, random => new Sketch(random).Fill(0, Smooth(-.1, -.9, .15, -1, .3, -.8, .7, -.65, .68, -.52, .25, -.55, .15, -.35, .4, .05, .3, .4, .05, .65, .1, .85, .3, .75, .35, .85, .1, 1.02, -.15, .85, -.1, .5, -.15, .1, -.25, -.3)).Fill(2, Path(-.2, -.15, -.5, .05, -.15, .2)).Fill(3, Disc(.15, -.78, .045)).FinishSide(.06)),
        Sea("shell", None, random => new Sketch(random).Fill(0, [.. Arc(0, .1, .95, .9, 190, 350), .. Path(.25, .75, .3, .95, -.3, .95, -.25, .75)]).Repeat(5, (s, i) => s.Line(2, At(0, .8), Polar(0, .1, .85, 210 + (30 * i)))).Finish(.07)),
        Sea("eel", Directed, random => new Sketch(random).Fill(0, Band(Curve(0, -.95, .15, -.6, -.15, -.1, .15, .4, -.1, .8, 0, 1), .16, .02)).FillBoth(3, Disc(.07, -.88, .03)).Line(2, Curve(.1, -.5, -.1, -.1, .12, .35)).FinishSide(.08)),
    ];

    private static SubjectKind Sea(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "fish", traits, draw);
}
