using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Arrows, signs and letter-like glyphs.</summary>
internal static class Symbols
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Sign("arrow", Directed, Arrow),
        Sign("chevron", Directed, random => new Sketch(random).Fill(0, Mirror(0, -.8, .9, .2, .9, .8, 0, -.1)).Finish()),
        Sign("double arrowhead", Directed, random => new Sketch(random).Fill(0, Mirror(0, -1, .8, 0, .35, 0, .8, .9, 0, .3)).Finish()),
        Sign("cursor", Directed, random => new Sketch(random).Fill(0, Path(0, -1, .75, .55, .25, .45, .5, 1, .2, 1.1, -.05, .55, -.45, .75)).FinishSide(.07)),
        Sign("compass needle", Directed, random => new Sketch(random).Fill(0, Mirror(0, -1, .28, 0, 0, 1)).Fill(2, Mirror(0, -1, .28, 0)).Fill(1, Disc(0, 0, .09)).Finish(.05)),
        Sign("map pin", None, random => new Sketch(random).Fill(0, [.. Arc(0, -.35, .65, 155, 385), At(0, 1)]).Fill(2, Disc(0, -.35, random.Between(.2, .32))).Finish(.05)),
        Sign("shield", Simple, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.85, .5, -.88, .85, -.9, .85, -.2, .6, .45, 0, 1)).Finish(.06)),
        Sign("heart", None, Heart),
        Sign("star", None, random => new Sketch(random).Fill(0, Star(random.Whole(5, 6), 0, 0, 1, random.Between(.38, .5))).Finish(.02)),
        Sign("plus sign", None, random => Plus(random, random.Between(.18, .36))),
        Sign("lightning bolt", Chiral, random => new Sketch(random).Fill(0, Path(.2, -1, -.5, .15, -.05, .15, -.25, 1, .55, -.2, .1, -.2, .5, -1)).FinishSide()),
        Sign("flag", Chiral, random => new Sketch(random).Fill(0, [.. Path(-.7, -1), .. Curve(-.55, -.95, -.1, -.75, .3, -.95, .85, -.85), .. Curve(.85, 0, .3, -.1, -.1, .1, -.55, -.05), .. Path(-.55, 1, -.7, 1)]).Fill(2, Box(-.7, -1, -.58, 1)).FinishSide(.07)),
        Sign("check mark", Chiral, random => new Sketch(random).Fill(0, Path(-.95, .05, -.65, -.2, -.3, .25, .75, -.85, 1, -.6, -.3, .8)).FinishSide()),
        Sign("letter F", Chiral, random => new Sketch(random).Fill(0, Path(-.6, -1, .65, -1, .65, -.65, -.2, -.65, -.2, -.15, .4, -.15, .4, .2, -.2, .2, -.2, 1, -.6, 1)).Finish(.06)),
        Sign("letter R", Chiral, LetterR),
        Sign("letter A", None, random => new Sketch(random).Fill(0, Mirror(.2, -1, .8, 1, .45, 1, .3, .5)).Fill(2, Mirror(0, -.5, .19, .2)).Finish(.05)),
        Sign("numeral two", Chiral, random => new Sketch(random).Fill(0, Band([.. Arc(0, -.45, .45, 190, 385), .. Path(-.4, .75), .. Path(.55, .75)], .17, .17)).FinishSide(.05)),
        Sign("numeral seven", Chiral, random => new Sketch(random).Fill(0, Path(-.6, -1, .65, -1, .65, -.75, 0, 1, -.4, 1, .25, -.65, -.6, -.65)).FinishSide(.06)),
        Sign("question mark", Chiral, random => new Sketch(random).Fill(0, Band([.. Arc(0, -.5, .45, 175, 400), .. Path(0, .15), .. Path(0, .5)], .16, .15)).Fill(0, Disc(0, .88, .17)).Finish(.05)),
        Sign("ampersand knot", Chiral, random => new Sketch(random).Line(0, Curve(.8, .9, .2, .35, -.35, -.3, -.25, -.8, .15, -.85, .25, -.5, -.1, -.2, -.55, .2, -.5, .75, 0, .9, .5, .6, .75, .1)).FinishSide()),
        Sign("speech bubble", Chiral, random => new Sketch(random).Fill(0, [.. Arc(0, -.2, 1, .65, 140, 455), At(-.75, .95)]).Repeat(random.Whole(2, 3), (s, i) => s.Line(2, Path(-.5, -.42 + (.22 * i), .5 - (.15 * i), -.42 + (.22 * i)))).FinishSide(.06)),
        Sign("anchor", None, Anchor),
        Sign("gear", None, Gear),
        Sign("spade", None, random => new Sketch(random).Fill(0, [.. MirrorSmooth(0, -1, .3, -.55, .75, -.1, .8, .3, .5, .55, .12, .4, 0, .35)]).Fill(0, Mirror(.06, .3, .35, 1)).Finish(.06)),
        Sign("club", None, random => new Sketch(random).Fill(0, [.. Arc(0, -.5, .4, 140, 400), .. Arc(.45, .1, .4, 250, 490), .. Path(.05, .3, .3, 1, -.3, 1, -.05, .3), .. Arc(-.45, .1, .4, 50, 290)]).Finish(.05)),
        Sign("infinity loop", None, random => new Sketch(random).Line(0, [.. Enumerable.Range(0, 37).Select(i => At(Math.Cos(i * Math.Tau / 36), .45 * Math.Sin(i * 2 * Math.Tau / 36)))]).Finish()),
        Sign("yin-yang", None, YinYang),
    ];

    private static SubjectKind Sign(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "symbol", traits, draw);

    private static Shape Arrow(SceneRandom random)
    {
        double head = random.Between(.5, .9);
        double shaft = random.Between(.12, .3);
        double neck = random.Between(-.4, .1);
        return new Sketch(random).Fill(0, Mirror(0, -1, head, neck, shaft, neck, shaft, 1)).Finish(.04);
    }

    private static Shape Heart(SceneRandom random) =>
        new Sketch(random).Fill(0, [At(0, -.5), .. Arc(.46, -.45, .48, 200, 370), At(.75, .15), At(0, .95), At(-.75, .15), .. Arc(-.46, -.45, .48, 170, 340)]).Finish(.06);

    private static Shape Plus(SceneRandom random, double width) =>
        new Sketch(random).Fill(0, Mirror(width, -1, width, -width, 1, -width, 1, width, width, width, width, 1)).Finish(.03);

    private static Shape LetterR(SceneRandom random) =>
        new Sketch(random)
            .Fill(0, [At(-.6, -1), .. Arc(.05, -.45, .55, 270, 430), .. Path(.7, 1, .25, 1, -.2, .2, -.2, 1, -.6, 1)])
            .Fill(2, [At(-.2, -.68), .. Arc(.02, -.45, .23, 270, 450), At(-.2, -.22)]).Finish(.06);

    private static Shape Anchor(SceneRandom random) =>
        new Sketch(random)
            .Fill(0, Mirror(.09, -.6, .09, .6, .5, .35, .62, .1, .85, .5, .6, .6, .3, .9, 0, 1))
            .Fill(0, Box(-.45, -.45, .45, -.28)).Fill(0, Disc(0, -.8, .2)).Fill(3, Disc(0, -.8, .09)).Finish(.06);

    private static Shape Gear(SceneRandom random)
    {
        int teeth = random.Whole(7, 11);
        double root = random.Between(.68, .8);
        double step = 360.0 / teeth;
        return new Sketch(random)
            .Fill(0, [.. Enumerable.Range(0, teeth).SelectMany(i => new[] { Polar(0, 0, root, step * i), Polar(0, 0, 1, step * (i + .15)), Polar(0, 0, 1, step * (i + .45)), Polar(0, 0, root, step * (i + .6)) })])
            .Fill(2, Disc(0, 0, random.Between(.2, .4))).Finish(0, .02);
    }

    private static Shape YinYang(SceneRandom random) =>
        new Sketch(random).Fill(0, Disc(0, 0, 1))
            .Fill(2, [.. Arc(0, 0, 1, 270, 90), .. Arc(0, .5, .5, 90, 270), .. Arc(0, -.5, .5, 90, -90)])
            .Fill(2, Disc(0, -.5, random.Between(.1, .2))).Fill(1, Disc(0, .5, .14)).Finish(0, .03);
}
