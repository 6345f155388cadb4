using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Buildings and other works of masonry and timber.</summary>
internal static class Buildings
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        House("house", None, random => new Sketch(random).Fill(0, Mirror(0, -1, .95, -.15, .75, -.15, .75, .95)).Fill(1, Mirror(0, -1, .95, -.15)).Fill(2, Box(-.18, .3, .18, .95)).FillBoth(3, Box(.35, .1, .6, .4)).Finish(.06)),
        House("cottage", Chiral, random => new Sketch(random).Fill(0, Path(-.7, .8, -.7, 0, -.9, 0, -.5, -.55, .2, -.55, .2, -.95, .42, -.95, .42, -.55, .6, -.55, .95, 0, .75, 0, .75, .8)).Fill(1, Path(-.9, 0, -.5, -.55, .6, -.55, .95, 0)).Fill(2, Box(-.45, .25, -.15, .8)).Fill(3, Box(.15, .2, .5, .5)).FinishSide(.05)),
        House("tower", None, random => new Sketch(random).Fill(0, Mirror(0, -1, .5, -.45, .35, -.45, .38, 1)).Fill(1, Mirror(0, -1, .5, -.45)).Repeat(random.Whole(2, 3), (s, i) => s.Fill(3, Box(-.1, -.3 + (.35 * i), .1, -.08 + (.35 * i)))).Finish(.07, .15)),
        House("castle", None, random => new Sketch(random).Fill(0, Mirror(.1, -.3, .1, -.15, .25, -.15, .25, -.3, .4, -.3, .4, -.85, .52, -.85, .52, -.7, .7, -.7, .7, -.85, .9, -.85, .9, .9)).Fill(2, [.. Arc(0, .45, .22, 180, 360), At(.22, .9), At(-.22, .9)]).FillBoth(3, Box(.58, -.45, .72, -.15)).Finish(.06)),
        House("church", Chiral, random => new Sketch(random).Fill(0, Path(-.85, .9, -.85, -.3, -.6, -.95, -.35, -.3, -.35, -.1, .8, -.1, .95, .25, .95, .9)).Fill(1, Path(-.85, -.3, -.6, -.95, -.35, -.3)).Fill(1, Path(-.35, -.1, .8, -.1, .95, .25, -.35, .25)).Fill(2, Box(-.7, .45, -.5, .9)).Repeat(3, (s, i) => s.Fill(3, Box(-.15 + (.35 * i), .4, .02 + (.35 * i), .7))).FinishSide(.05)),
        House("windmill", None, random => new Sketch(random).Fill(0, Mirror(0, -.6, .25, -.35, .45, 1)).Fill(1, Mirror(0, -.6, .25, -.35)).Repeat(4, (s, i) => s.Fill(2, Placed(Path(.05, -.02, .75, -.04, .75, .2, .25, .18), 0, -.3, 1, 25 + (90 * i)))).Fill(3, Box(-.1, .65, .1, 1)).FinishSide(.04)),
        House("lighthouse", None, random => new Sketch(random).Fill(0, Mirror(0, -1, .22, -.75, .2, -.5, .3, -.5, .3, -.4, .2, -.4, .36, 1)).Fill(2, Path(-.23, -.15, .23, -.15, .27, .15, -.27, .15)).Fill(2, Path(-.3, .45, .3, .45, .34, .75, -.34, .75)).Fill(3, Box(-.15, -.72, .15, -.5)).Finish(.06, .15)),
        House("skyscraper", None, random => new Sketch(random).Fill(0, Mirror(.02, -1, .05, -.75, .25, -.75, .25, -.5, .42, -.5, .42, 1)).Repeat(8, (s, i) => s.Fill(3, Box(i % 2 == 0 ? -.3 : .08, -.38 + (.34 * (i / 2)), i % 2 == 0 ? -.08 : .3, -.18 + (.34 * (i / 2))))).Finish(.06, .2)),
        House("barn", None, random => new Sketch(random).Fill(0, Mirror(0, -.9, .55, -.65, .85, -.1, .85, .85)).Fill(3, Box(-.4, .15, .4, .85)).Line(2, Path(-.4, .15, .4, .85)).Line(2, Path(.4, .15, -.4, .85)).Fill(2, Box(-.15, -.5, .15, -.2)).Finish(.06)),
        House("temple", None, random => new Sketch(random).Fill(0, Mirror(0, -.85, .95, -.35, .95, -.2, .85, -.2, .85, .7, 1, .7, 1, .85)).Fill(1, Mirror(0, -.85, .95, -.35)).Repeat(3, (s, i) => s.Fill(3, Box(-.65 + (.48 * i), -.18, -.31 + (.48 * i), .68))).Finish(.05)),
        House("igloo", None, random => new Sketch(random).Fill(0, [.. Arc(0, .5, .98, 180, 360)]).Line(2, Path(-.85, .05, .85, .05)).Line(2, Path(0, -.48, 0, .05)).LineBoth(2, At(.5, .05), At(.55, .5)).Fill(2, Arc(0, .5, .32, .4, 180, 360)).Finish(.06)),
        House("tent", None, random => new Sketch(random).Fill(0, Mirror(0, -.75, .95, .75)).Fill(2, Mirror(0, -.5, .25, .75)).Line(1, At(0, -.75), At(0, -1)).Finish(.08)),
        House("arched bridge", None, random => new Sketch(random).Fill(0, [.. Path(-1, -.2, 0, -.4, 1, -.2, 1, .6, .85, .6), .. Arc(.45, .6, .38, 360, 180), .. Arc(-.45, .6, .38, 360, 180), .. Path(-.85, .6, -1, .6)]).Line(2, Path(-1, .02, 0, -.18, 1, .02)).Finish(.06)),
        House("pagoda", None, random => new Sketch(random).Fill(0, Mirror(0, -1, .45, -.62, .28, -.62, .3, -.4, .65, -.12, .42, -.12, .44, .15, .85, .45, .58, .45, .6, 1)).Fill(1, Mirror(0, -1, .45, -.62)).Fill(1, Mirror(.3, -.4, .65, -.12)).Fill(1, Mirror(.44, .15, .85, .45)).Fill(3, Box(-.15, .6, .15, 1)).Finish(.06)),
        House("factory", Chiral, random => new Sketch(random).Fill(0, Path(-.95, .8, -.95, -.1, -.5, -.4, -.5, -.1, -.05, -.4, -.05, -.1, .4, -.4, .45, -.95, .65, -.95, .7, -.4, .95, -.4, .95, .8)).Repeat(3, (s, i) => s.Fill(3, Box(-.8 + (.45 * i), .1, -.55 + (.45 * i), .35))).Fill(2, Box(.55, .3, .8, .8)).FinishSide(.05)),
        House("water well", None, random => new Sketch(random).Fill(0, Mirror(0, -1, .8, -.45, .5, -.4, .5, .2, .65, .25, .6, .95)).Fill(3, Box(-.38, -.4, .38, .2)).Line(2, Path(0, -.45, 0, 0)).Fill(2, Path(-.14, -.05, .14, -.05, .1, .15, -.1, .15)).LineBoth(2, At(0, .6), At(.6, .6)).Finish(.06)),
    ];

    private static SubjectKind House(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "building", traits, draw);
}
