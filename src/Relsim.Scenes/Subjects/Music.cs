using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Musical instruments and notes.</summary>
internal static class Music
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Instrument("guitar", Directed, random => new Sketch(random).Fill(0, [.. Path(0, -1, .12, -1, .1, -.7, .05, -.65, .05, .05), .. Curve(.05, .05, .35, .1, .3, .4, .48, .7, .25, .98, 0, 1, -.25, .98, -.48, .7, -.3, .4, -.35, .1, -.05, .05), .. Path(-.05, -.65, -.1, -.7, -.12, -1)]).Fill(3, Disc(0, .4, .13)).Fill(2, Box(-.18, .7, .18, .78)).Finish(.06)),
        Instrument("trumpet", Chiral, random => new Sketch(random).Fill(0, Path(-1, -.1, .4, -.1, .65, -.2, 1, -.5, 1, .4, .65, .1, .4, .02, -1, .02)).Line(0, [At(.2, 0), .. Arc(.15, .25, .2, 270, 450), .. Arc(-.45, .25, .2, 90, 270)]).Repeat(3, (s, i) => s.Line(2, At(-.3 + (.18 * i), .3), At(-.3 + (.18 * i), -.35))).FinishSide(.06)),
        Instrument("drum", None, random => new Sketch(random).Fill(0, [.. Arc(0, -.4, .85, .25, 180, 360), .. Arc(0, .5, .85, .25, 0, 180)]).Fill(3, Ring(0, -.4, .85, .25)).Line(2, Path(-.85, -.3, -.45, .7, 0, -.15, .45, .7, .85, -.3)).Finish(.07)),
        Instrument("harp", Chiral, random => new Sketch(random).Fill(0, Path(-.55, .9, -.7, -.9, -.5, -.95, .1, -.55, .55, -.9, .7, -.75, .2, -.35, -.5, -.7, -.4, .7, .55, .8, .55, .95)).Repeat(4, (s, i) => s.Line(2, At(-.35 + (.16 * i), -.6 + (.06 * i)), At(-.2 + (.16 * i), .75))).Line(0, At(.6, -.8), At(.3, .85)).FinishSide(.05)),
        Instrument("saxophone", Chiral, random => new Sketch(random).Fill(0, Band(Curve(-.75, -.75, -.4, -.95, -.15, -.75, -.05, 0, .1, .7, .45, .75, .6, .3, .75, -.1), .04, .24)).Repeat(3, (s, i) => s.Fill(2, Disc(-.12 + (.05 * i), -.35 + (.25 * i), .07))).FinishSide(.05)),
        Instrument("musical note", Chiral, random => new Sketch(random).Fill(0, Path(.08, .65, .08, -1, .18, -1, .35, -.55, .65, -.25, .6, .2, .5, -.1, .18, -.4, .18, .65)).Fill(0, Placed(Ring(0, 0, .38, .27), -.2, .7, 1, -20)).FinishSide(.06)),
        Instrument("note pair", Chiral, random => new Sketch(random).Fill(0, Path(-.4, .7, -.4, -.75, .8, -1, .8, .5, .68, .5, .68, -.55, -.28, -.35, -.28, .7)).Fill(1, Placed(Ring(0, 0, .28, .2), -.52, .72, 1, -20)).Fill(1, Placed(Ring(0, 0, .28, .2), .54, .52, 1, -20)).FinishSide(.06)),
        Instrument("lute", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .08, -.9, .06, -.25, .4, .2, .45, .7, 0, 1)).Fill(3, Disc(0, .45, .14)).Line(2, At(0, -.8), At(0, .8)).Finish(.07)),
        Instrument("maraca", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .4, -.8, .42, -.3, .12, .02, .08, .3, .12, .95, 0, 1)).Fill(2, Path(-.42, -.55, .42, -.55, .4, -.35, -.4, -.35)).Finish(.08)),
        Instrument("piano", Chiral, random => new Sketch(random).Fill(0, Smooth(-.95, -.75, -.3, -.9, .1, -.45, .5, -.3, .9, 0, .95, .6, .9, .75, -.95, .75)).Fill(3, Box(-.9, .45, .88, .72)).Repeat(7, (s, i) => s.Fill(2, Box(-.78 + (.23 * i), .45, -.68 + (.23 * i), .6))).FinishSide(.05)),
        Instrument("xylophone", None, random => new Sketch(random).Fill(0, Path(-1, -.7, 1, -.35, 1, .35, -1, .7)).Repeat(6, (s, i) => s.Fill(1 + (i % 3), Box(-.92 + (.31 * i), -.85 + (.08 * i), -.7 + (.31 * i), .85 - (.08 * i)))).Finish(.05)),
    ];

    private static SubjectKind Instrument(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "music", traits, draw);
}
