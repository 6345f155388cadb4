using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Furniture.</summary>
internal static class Furniture
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Piece("chair", Chiral, random => new Sketch(random).Fill(0, Path(-.55, -1, -.38, -1, -.32, -.05, .5, -.05, .55, 1, .4, 1, .36, .15, -.35, .15, -.45, 1, -.6, 1)).Fill(2, Box(-.5, -.05, .55, .12)).FinishSide(.06)),
        Piece("table", None, random => new Sketch(random).Fill(0, Mirror(1, -.5, 1, -.3, .85, -.3, .78, .6, .66, .6, .68, -.3)).Fill(2, Box(-1, -.5, 1, -.3)).Finish(.08)),
        Piece("sofa", None, random => new Sketch(random).Fill(0, Mirror(.75, -.55, .75, -.15, 1, -.2, 1, .5, .85, .5, .85, .62, .7, .62, .7, .5)).Fill(2, Box(-.72, .05, 0, .3)).Fill(2, Box(0, .05, .72, .3)).Line(2, At(0, -.5), At(0, .05)).Finish(.07)),
        Piece("standard lamp", None, random => new Sketch(random).Fill(0, Mirror(.25, -1, .5, -.35, .04, -.35, .04, .85, .35, .95, .35, 1)).Fill(1, Mirror(.25, -1, .5, -.35)).Finish(.07, .15)),
        Piece("desk lamp", Chiral, random => new Sketch(random).Fill(0, Path(.2, -.9, .45, -.65, .85, -.15, .15, -.2, .1, -.55)).Line(1, Path(.2, -.7, -.5, -.25, -.1, .75)).Fill(2, Path(-.5, .75, .3, .75, .35, .92, -.55, .92)).FinishSide(.05)),
        Piece("bed", Chiral, random => new Sketch(random).Fill(0, Path(-1, -.6, -.88, -.6, -.88, 0, .88, 0, .88, -.25, 1, -.25, 1, .6, .88, .6, .88, .4, -.88, .4, -.88, .6, -1, .6)).Fill(2, Smooth(-.85, 0, -.8, -.2, -.45, -.2, -.4, 0)).Fill(1, Path(-.3, 0, .88, 0, .88, .25, -.3, .25)).FinishSide(.06)),
        Piece("wardrobe", None, random => new Sketch(random).Fill(0, Mirror(.65, -1, .65, .9, .55, .9, .55, 1)).Fill(2, Box(-.55, -.88, -.04, .78)).Fill(2, Box(.04, -.88, .55, .78)).FillBoth(3, Disc(.13, 0, .05)).Finish(.05, .12)),
        Piece("bookcase", None, random => new Sketch(random).Fill(0, Box(-.7, -1, .7, 1)).Repeat(3, (s, i) => s.Fill(3, Box(-.6, -.9 + (.63 * i), .6, -.36 + (.63 * i))).Repeat(3, (t, j) => t.Fill(1 + ((i + j) % 2), Box(-.55 + (.3 * j), -.8 + (.63 * i) + (.07 * j), -.33 + (.3 * j), -.36 + (.63 * i))))).Finish(.05, .12)),
        Piece("stool", None, random => new Sketch(random).Fill(0, Mirror(.6, -.7, .6, -.5, .42, -.5, .62, .9, .48, .9, .28, -.5)).LineBoth(0, At(0, .3), At(.45, .3)).Fill(2, Box(-.6, -.72, .6, -.5)).Finish(.08)),
        Piece("rocking chair", Chiral, random => new Sketch(random).Fill(0, Path(-.7, -1, -.55, -1, -.3, 0, .5, 0, .5, .65, .38, .65, .36, .18, -.25, .18, -.3, .65, -.42, .65, -.42, .1)).Line(1, Arc(0, -.3, 1.1, 45, 140)).Line(2, Path(-.45, -.35, .4, -.35, .42, 0)).FinishSide(.05)),
        Piece("longcase clock", None, random => new Sketch(random).Fill(0, Mirror(0, -1, .42, -.8, .42, -.25, .28, -.2, .28, .65, .42, .7, .42, 1)).Fill(3, Disc(0, -.52, .25)).Line(2, Path(0, -.7, 0, -.52, .12, -.45)).Line(2, At(0, -.1), At(0, .4)).Fill(1, Disc(0, .42, .1)).Finish(.06)),
    ];

    private static SubjectKind Piece(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "furniture", traits, draw);
}
