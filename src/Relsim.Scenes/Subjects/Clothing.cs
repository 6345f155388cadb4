using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Clothing.</summary>
internal static class Clothing
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Garment("shirt", None, random => new Sketch(random).Fill(0, Mirror(0, -.7, .22, -.85, .5, -.75, 1, -.25, .75, .05, .5, -.2, .5, .9)).Line(2, Curve(-.22, -.85, 0, -.62, .22, -.85)).Fill(2, Box(.12, -.3, .38, 0)).Finish(.07)),
        Garment("trousers", None, random => new Sketch(random).Fill(0, Mirror(.45, -1, .62, 1, .2, 1, 0, -.3)).Fill(2, Box(-.46, -1, .46, -.85)).Finish(.06)),
        Garment("dress", None, random => new Sketch(random).Fill(0, Mirror(.1, -.7, .2, -1, .3, -.98, .38, -.55, .22, -.15, .75, .95)).Fill(2, Box(-.24, -.2, .24, -.05)).Finish(.08)),
        Garment("sock", Chiral, random => new Sketch(random).Fill(0, Smooth(-.5, -.95, .1, -.95, .15, .1, .75, .4, .8, .75, .5, .9, -.3, .8, -.5, .4, -.48, -.3)).Fill(2, Box(-.5, -.95, .12, -.65)).Fill(1, Smooth(.55, .3, .82, .5, .75, .82, .45, .85)).FinishSide(.06)),
        Garment("boot", Chiral, random => new Sketch(random).Fill(0, Path(-.65, -.95, .05, -.95, .1, .1, .8, .3, .95, .6, .95, .85, -.1, .85, -.25, .75, -.3, .95, -.68, .95)).Line(2, Path(-.68, .75, -.1, .75, .95, .72)).Fill(2, Box(-.68, -.95, .07, -.72)).FinishSide(.06)),
        Garment("heeled shoe", Chiral, random => new Sketch(random).Fill(0, Path(-.95, -.5, -.7, -.55, -.35, -.1, .3, .25, .65, .1, 1, .4, .95, .55, .3, .55, -.3, .25, -.7, .05, -.75, .6, -.85, .6)).FinishSide(.08)),
        Garment("hat", None, random => new Sketch(random).Fill(0, Mirror(.5, -.75, .55, .25, 1, .3, .95, .55)).Fill(2, Box(-.55, 0, .55, .26)).Finish(.08)),
        Garment("cap", Chiral, random => new Sketch(random).Fill(0, [.. Arc(-.2, .25, .7, .8, 180, 350), .. Path(1, .3, .95, .45, .3, .4, -.9, .4)]).Fill(2, Path(.3, .2, 1, .3, .95, .45, .3, .4)).Line(2, Curve(-.2, -.55, .05, -.1, .05, .38)).FinishSide(.07)),
        Garment("mitten", Chiral, random => new Sketch(random).Fill(0, Smooth(-.4, -.6, -.1, -.95, .3, -.8, .4, -.2, .38, 0, .65, -.25, .85, -.15, .6, .3, .4, .55, .4, .9, -.4, .9, -.42, .1)).Fill(2, Box(-.45, .65, .45, .95)).FinishSide(.06)),
        Garment("bow tie", None, random => new Sketch(random).Fill(0, Mirror(.15, -.12, 1, -.55, .9, 0, 1, .55, .15, .12)).Fill(2, RoundedBox(-.18, -.2, .18, .2, .06)).Finish(.08)),
        Garment("crown", None, random => new Sketch(random).Fill(0, Mirror(0, -.75, .3, 0, .85, -.6, .75, .65)).Fill(2, Box(-.76, .42, .76, .65)).Fill(1, Disc(0, -.78, .1)).FillBoth(1, Disc(.85, -.65, .1)).Finish(.08)),
        Garment("skirt", None, random => new Sketch(random).Fill(0, Mirror(.35, -.75, .9, .7, 0, .8)).Fill(2, Box(-.36, -.75, .36, -.58)).LineBoth(2, At(.12, -.58), At(.35, .7)).Finish(.08)),
    ];

    private static SubjectKind Garment(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "clothing", traits, draw);
}
