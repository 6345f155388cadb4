using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Vehicles on land, water and in the air.</summary>
internal static class Vehicles
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Vehicle("car", Chiral, random => new Sketch(random).Fill(0, Path(-1, .35, -1, 0, -.65, -.08, -.35, -.45, .25, -.45, .55, -.05, .98, .08, 1, .35)).Fill(3, Path(-.5, -.08, -.28, -.36, -.05, -.36, -.05, -.08)).Fill(3, Path(.05, -.08, .05, -.36, .22, -.36, .42, -.08)).Fill(2, Disc(-.55, .35, .22)).Fill(2, Disc(.58, .35, .22)).FinishSide(.08)),
        Vehicle("car from above", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .42, -.92, .5, -.5, .46, .1, .5, .7, .4, .98, 0, 1)).Fill(3, Path(-.36, -.25, -.42, -.48, .42, -.48, .36, -.25)).Fill(3, Path(-.36, .45, -.42, .65, .42, .65, .36, .45)).Fill(2, Box(-.34, -.2, .34, .4)).FillBoth(3, Ring(.3, -.9, .09, .05)).Finish(.05)),
        Vehicle("racing car", Directed, random => new Sketch(random).Fill(0, Mirror(.08, -1, .15, -.4, .3, 0, .28, .6, .15, .8)).FillBoth(1, Box(.35, -.7, .6, -.35)).FillBoth(1, Box(.35, .3, .65, .75)).Fill(2, Box(-.5, -1, .5, -.88)).Fill(2, Box(-.5, .85, .5, 1)).LineBoth(0, At(.1, -.5), At(.4, -.5)).LineBoth(0, At(.2, .5), At(.4, .5)).Fill(3, Ring(0, .1, .12, .18)).Finish(.05)),
        Vehicle("lorry", Chiral, random => new Sketch(random).Fill(0, Path(-1, .45, -1, -.5, .35, -.5, .35, -.2, .75, -.2, .98, .12, .98, .45)).Fill(1, Box(-1, -.5, .3, .3)).Fill(3, Path(.5, -.12, .72, -.12, .86, .1, .5, .1)).Repeat(3, (s, i) => s.Fill(2, Disc(i == 2 ? .65 : -.7 + (.42 * i), .48, .18))).FinishSide(.07)),
        Vehicle("bus", None, random => new Sketch(random).Fill(0, RoundedBox(-1, -.5, 1, .4, .12)).Repeat(4, (s, i) => s.Fill(3, Box(-.88 + (.36 * i), -.38, -.6 + (.36 * i), -.05))).Fill(1, Box(.65, -.38, .88, .35)).Fill(2, Disc(-.6, .42, .18)).Fill(2, Disc(.42, .42, .18)).FinishSide(.06)),
        Vehicle("tractor", Chiral, random => new Sketch(random).Fill(0, Path(-.75, .3, -.75, -.2, -.65, -.85, .05, -.85, .1, -.2, .8, -.15, .85, .3)).Fill(3, Path(-.55, -.2, -.5, -.7, -.05, -.7, -.02, -.2)).Fill(2, Disc(-.4, .35, .48)).Fill(1, Disc(-.4, .35, .2)).Fill(2, Disc(.62, .52, .28)).Line(1, Path(.5, -.18, .5, -.6)).FinishSide(.06)),
        Vehicle("bicycle", Chiral, random => new Sketch(random).Fill(3, Disc(-.58, .3, .4)).Fill(3, Disc(.58, .3, .4)).Line(0, Path(-.58, .3, -.3, -.25, .4, -.25, .05, .3, -.58, .3)).Line(0, Path(.05, .3, -.35, -.4)).Line(0, Path(.58, .3, .35, -.5, .6, -.55)).Line(1, Path(-.5, -.42, -.2, -.42)).FinishSide(.05)),
        Vehicle("motorcycle", Chiral, random => new Sketch(random).Fill(0, Path(-.9, -.25, -.5, -.15, -.2, -.1, .05, -.35, .35, -.3, .55, .1, .3, .4, -.4, .4)).Fill(2, Disc(-.62, .38, .33)).Fill(2, Disc(.65, .38, .33)).Fill(3, Disc(-.62, .38, .13)).Fill(3, Disc(.65, .38, .13)).Line(1, Path(.65, .38, .35, -.45, .15, -.55)).FinishSide(.05)),
        Vehicle("steam engine", Chiral, random => new Sketch(random).Fill(0, Path(-.95, .4, -.95, -.7, -.25, -.7, -.25, -.3, .4, -.3, .4, -.75, .6, -.75, .6, -.3, .8, -.3, .8, .15, 1, .45)).Fill(3, Box(-.8, -.55, -.42, -.2)).Fill(2, Disc(-.65, .42, .28)).Fill(2, Disc(0, .5, .2)).Fill(2, Disc(.48, .5, .2)).Fill(1, Box(-1, -.85, -.2, -.7)).FinishSide(.06)),
        Vehicle("sailing boat", Chiral, random => new Sketch(random).Fill(0, Path(-.9, .5, .95, .45, .6, .9, -.6, .9)).Fill(2, Path(0, -1, .05, .35, -.75, .35)).Fill(3, Path(.1, -.75, .75, .35, .12, .35)).FinishSide(.08)),
        Vehicle("steamship", Chiral, random => new Sketch(random).Fill(0, Path(-.95, .15, 1, .1, .7, .65, -.75, .65)).Fill(3, Path(-.6, .15, -.6, -.2, .4, -.2, .45, .12)).Fill(1, Path(-.4, -.2, -.45, -.75, -.2, -.75, -.15, -.2)).Fill(1, Path(.02, -.2, -.03, -.6, .2, -.6, .22, -.2)).Repeat(3, (s, i) => s.Fill(2, Disc(-.4 + (.35 * i), .35, .07))).FinishSide(.07)),
        Vehicle("canoe", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .2, -.5, .28, 0, .24, .6, .15, .95, 0, .98)).Fill(2, MirrorSmooth(0, -.75, .12, -.4, .17, 0, .12, .6, 0, .85)).Fill(1, Box(-.22, -.05, .22, .06)).Finish(.07, .15)),
        Vehicle("rowing boat", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .3, -.5, .38, .1, .32, .8, .28, .9, 0, .9)).Fill(3, MirrorSmooth(0, -.8, .2, -.4, .28, .1, .22, .75, 0, .78)).LineBoth(1, At(.2, .1), At(.95, -.2)).Fill(2, Box(-.27, .02, .27, .16)).Fill(2, Box(-.25, .45, .25, .56)).Finish(.06)),
        Vehicle("rocket", Directed, random => new Sketch(random).Fill(0, Mirror(0, -1, .2, -.7, .28, -.3, .28, .3, .55, .6, .55, .85, .2, .6, .2, .7)).Fill(3, Disc(0, -.3, .13)).Fill(1, Mirror(0, -1, .2, -.7)).Fill(2, Mirror(.16, .7, .1, .85, 0, 1.1)).Finish(.08)),
        Vehicle("aeroplane", Directed, random => new Sketch(random).Fill(0, Mirror(0, -1, .1, -.85, .12, -.35, 1, .15, 1, .32, .12, .1, .08, .6, .38, .85, .38, .97, 0, .88)).FillBoth(1, Capsule(.42, -.15, .42, .05, .07)).Fill(3, Mirror(0, -.9, .07, -.8, 0, -.74)).Finish(.07)),
        Vehicle("jet", Directed, random => new Sketch(random).Fill(0, Mirror(0, -1, .12, -.5, .15, -.2, .85, .55, .85, .7, .2, .6, .4, .9, .4, 1, 0, .9)).Fill(2, Ring(0, -.45, .07, .2)).LineBoth(2, At(.18, 0), At(.6, .55)).Finish(.07)),
        Vehicle("helicopter", Directed | Chiral, random => new Sketch(random).Fill(0, Smooth(.9, .2, .6, -.2, .1, -.3, -.2, -.1, -.95, -.2, -.95, -.08, -.2, .2, .1, .45, .6, .45)).Fill(3, Smooth(.88, .18, .6, -.12, .4, -.1, .42, .18)).Line(1, Path(.2, -.28, .2, -.5)).Line(1, Path(-.6, -.5, 1, -.5)).Line(2, Path(-.1, .65, .7, .65)).Fill(1, Star(4, -.95, -.15, .2, .05)).FinishTurned(.05)),
        Vehicle("submarine", Directed | Chiral, random => new Sketch(random).Fill(0, [.. Arc(.5, .2, .4, .33, 270, 450), At(-.6, .45), At(-.95, .6), At(-.95, -.15), At(-.6, .02), At(0, -.13), At(0, -.5), At(.4, -.5), At(.45, -.13)]).Repeat(3, (s, i) => s.Fill(3, Disc(-.2 + (.3 * i), .2, .09))).Line(1, Path(.2, -.5, .2, -.75, .35, -.75)).FinishTurned(.07)),
        Vehicle("tank", Directed, random => new Sketch(random).Fill(0, Box(-.5, -.4, .5, .95)).FillBoth(1, Box(.45, -.5, .72, 1)).Fill(2, Regular(8, 0, .25, .36, 22.5)).Fill(2, Box(-.07, -1, .07, 0)).Fill(3, Disc(.08, .3, .11)).Finish(.06)),
        Vehicle("hot-air balloon", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .5, -.85, .72, -.35, .5, .15, .16, .5, 0, .5)).Fill(2, MirrorSmooth(0, -1, .25, -.8, .3, -.3, .2, .2, 0, .5)).Fill(1, Box(-.17, .72, .17, 1)).LineBoth(1, At(.14, .5), At(.14, .72)).Finish(.07)),
        Vehicle("handcart", Chiral, random => new Sketch(random).Fill(0, Path(-.75, -.4, .7, -.4, .5, .25, -.55, .25)).Fill(2, Disc(.25, .42, .32)).Fill(3, Disc(.25, .42, .1)).Line(1, Path(-.6, .2, -1, -.1)).Line(1, Path(-.5, .25, -.5, .7)).FinishSide(.07)),
    ];

    private static SubjectKind Vehicle(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "vehicle", traits, draw);
}
