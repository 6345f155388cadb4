using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Household things.</summary>
internal static class Household
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Thing("umbrella", None, random => new Sketch(random).Fill(0, [.. Arc(0, -.1, .98, .75, 180, 360), At(.66, -.22), At(.33, -.05), At(0, -.22), At(-.33, -.05), At(-.66, -.22)]).Line(1, [At(0, -.2), At(0, .8), .. Arc(.17, .8, .17, 180, 0)]).LineBoth(2, Curve(0, -.85, .25, -.5, .33, -.05)).FinishSide(.05)),
        Thing("light bulb", None, random => new Sketch(random).Fill(0, [.. Arc(0, -.3, .65, 125, 415), At(.25, .55), At(-.25, .55)]).Fill(2, Mirror(.25, .5, .25, .85, .1, 1)).Line(3, Path(-.12, .5, -.2, -.1, 0, .05, .2, -.1, .12, .5)).Finish(.06)),
        Thing("candle", None, random => new Sketch(random).Fill(0, Box(-.22, -.35, .22, .75)).Fill(3, MirrorSmooth(0, -1, .15, -.65, .1, -.42, 0, -.4)).Fill(2, Mirror(.55, .75, .4, .95)).Finish(.06)),
        Thing("comb", None, random => new Sketch(random).Fill(0, [At(-1, -.35), At(1, -.25), At(1, .4), .. Enumerable.Range(0, 15).Select(i => At(.85 - (.12 * i), i % 2 == 0 ? .4 : -.02)), At(-1, .4)]).FinishSide(.06)),
        Thing("broom", Directed, random => new Sketch(random).Fill(0, Mirror(.55, -1, .45, -.45, .07, -.3, .06, 1)).Fill(2, Mirror(.55, -1, .45, -.45)).LineBoth(3, At(.2, -.95), At(.15, -.5)).Line(3, At(0, -.95), At(0, -.5)).Finish(.06, .15)),
        Thing("toothbrush", Chiral, random => new Sketch(random).Fill(0, Band(Curve(-.1, -1, -.1, -.4, 0, .2, -.05, 1), .08, .12)).Fill(2, Box(0, -.98, .28, -.5)).FinishSide(.06)),
        Thing("padlock", None, random => new Sketch(random).Fill(0, RoundedBox(-.65, -.15, .65, .95, .1)).Line(1, [At(-.4, -.15), .. Arc(0, -.5, .4, .45, 180, 360), At(.4, -.15)]).Fill(3, Disc(0, .3, .13)).Fill(3, Mirror(.05, .35, .09, .65)).Finish(.07)),
        Thing("envelope", None, random => new Sketch(random).Fill(0, Box(-1, -.65, 1, .65)).Line(2, Path(-1, -.65, 0, .1, 1, -.65)).LineBoth(2, At(1, .65), At(.28, -.1)).Finish(.06)),
        Thing("open book", None, random => new Sketch(random).Fill(0, Mirror(0, -.45, .4, -.6, 1, -.55, 1, .5, .4, .45, 0, .62)).Line(2, At(0, -.45), At(0, .62)).Repeat(3, (s, i) => s.LineBoth(2, At(.18, -.28 + (.22 * i)), At(.82, -.32 + (.22 * i)))).Finish(.06)),
        Thing("hand bell", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.6, .3, -.5, .42, .2, .75, .6, 0, .68)).Fill(2, Disc(0, .78, .17)).Fill(1, RoundedBox(-.1, -1, .1, -.52, .08)).Finish(.07)),
        Thing("spectacles", None, random => new Sketch(random).Fill(0, Ring(.52, 0, .42, .36)).Fill(0, Ring(-.52, 0, .42, .36)).FillBoth(3, Ring(.52, 0, .33, .28)).Line(0, Arc(0, 0, .14, .14, 180, 360)).Finish(.08)),
        Thing("hourglass", None, random => new Sketch(random).Fill(0, Mirror(.6, -1, .6, -.8, .48, -.75, .07, 0, .48, .75, .6, .8, .6, 1)).Fill(2, Mirror(.32, -.45, .05, 0)).Fill(2, Mirror(0, .35, .42, .75)).Fill(1, Box(-.6, -1, .6, -.82)).Fill(1, Box(-.6, .82, .6, 1)).Finish(.06)),
        Thing("gift box", None, random => new Sketch(random).Fill(0, Mirror(.9, -.45, .9, -.1, .8, -.1, .8, .95)).Fill(2, Box(-.15, -.45, .15, .95)).FillBoth(1, Smooth(0, -.48, .2, -.95, .6, -.8, .45, -.5)).Line(2, At(-.88, -.1), At(.88, -.1)).Finish(.06)),
        Thing("camera", None, random => new Sketch(random).Fill(0, Path(-1, -.45, -.4, -.45, -.28, -.7, .25, -.7, .35, -.45, 1, -.45, 1, .65, -1, .65)).Fill(2, Disc(0, .1, .42)).Fill(3, Disc(0, .1, .24)).Fill(1, Box(-.9, -.6, -.6, -.45)).Fill(3, Box(.62, -.3, .88, -.12)).Finish(.06)),
        Thing("telephone", None, random => new Sketch(random).Fill(0, Mirror(.3, -.35, .55, .1, .8, .75)).Fill(1, MirrorSmooth(0, -.75, .7, -.65, .95, -.3, .6, -.25, .45, -.45, 0, -.5)).Fill(3, Disc(0, .28, .28)).Fill(2, Disc(0, .28, .12)).Finish(.06)),
        Thing("button", None, random => new Sketch(random).Fill(0, Disc(0, 0, 1)).Fill(2, Disc(0, 0, random.Between(.68, .8))).Repeat(4, (s, i) => s.Fill(3, Placed(Disc(.28, 0, .11), 0, 0, 1, 45 + (90 * i)))).Finish(0, .04)),
        Thing("alarm clock", None, random => ClockFace(random)),
    ];

    private static SubjectKind Thing(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "household", traits, draw);

    private static Shape ClockFace(SceneRandom random)
    {
        double hour = random.Between(0, 360);
        return new Sketch(random).Fill(0, Disc(0, .1, .8)).Fill(3, Disc(0, .1, .65)).FillBoth(1, Disc(.55, -.65, .25)).LineBoth(1, At(.5, .7), At(.65, .98))
            .Line(2, Polar(0, .1, .55, 12 * hour), At(0, .1), Polar(0, .1, .35, hour)).Finish(.04);
    }
}
