using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Hand tools; where one end works, it points up.</summary>
internal static class Tools
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Tool("hammer", Chiral, random => new Sketch(random).Fill(0, Path(-.55, -.95, .3, -.95, .7, -.6, .3, -.65, .12, -.65, .15, 1, -.12, 1, -.09, -.65, -.55, -.6)).Fill(2, Box(-.14, .3, .17, 1)).FinishSide(.06)),
        Tool("spanner", Directed, random => new Sketch(random).Fill(0, Mirror(.13, -.6, .15, -.95, .4, -.85, .45, -.55, .15, -.25, .12, .7, .2, .85, 0, 1)).Fill(3, Disc(0, .8, .09)).Finish(.06)),
        Tool("handsaw", Chiral, random => new Sketch(random).Fill(0, [At(-1, -.35), At(.5, -.35), At(.5, .35), .. Enumerable.Range(0, 13).Select(i => At(.42 - (.11 * i), (i % 2 == 0 ? .2 : .32) - (.03 * i)))]).Fill(2, Smooth(.45, -.4, .75, -.5, 1, -.3, .85, .4, .5, .45)).Fill(3, Ring(.7, 0, .1, .2)).FinishSide(.05)),
        Tool("screwdriver", Directed, random => new Sketch(random).Fill(0, Mirror(.09, -1, .05, -.85, .05, 0, .18, .08, .2, .9, .12, 1)).Fill(2, Mirror(.18, .08, .2, .9, .12, 1)).Finish(.06, .2)),
        Tool("axe", Chiral, random => new Sketch(random).Fill(0, Smooth(-.2, -.85, .1, -.8, .7, -1, .9, -.5, .65, -.05, .15, -.4, -.2, -.4)).Fill(2, Path(-.18, -.95, .02, -.95, .12, 1, -.12, 1)).FinishSide(.06)),
        Tool("key", Chiral, random => new Sketch(random).Fill(0, [.. Arc(0, -.6, .4, 105, 435), At(.1, .95), At(-.1, .95)]).Fill(0, Path(.08, .5, .4, .5, .4, .62, .25, .62, .25, .75, .42, .75, .42, .9, .08, .9)).Fill(3, Disc(0, -.62, random.Between(.14, .24))).Finish(.05)),
        Tool("shovel", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .3, -.7, .33, -.2, .06, -.12, .05, .3, .05, .8, 0, .8)).Fill(2, Box(-.22, .8, .22, .95)).Line(3, At(0, -.75), At(0, -.25)).Finish(.06, .15)),
        Tool("rake", Directed, random => new Sketch(random).Fill(0, Box(-.6, -.75, .6, -.62)).Repeat(6, (s, i) => s.Line(0, At(-.55 + (.22 * i), -.7), At(-.55 + (.22 * i), -1))).Fill(1, Mirror(.05, -.65, .06, 1)).Finish(.06)),
        Tool("scissors", None, random => new Sketch(random).Fill(0, Path(-.3, -1, .12, .15, .4, .5, .25, .55, -.08, .15)).Fill(0, Path(.3, -1, -.12, .15, -.4, .5, -.25, .55, .08, .15)).FillBoth(1, Ring(.38, .72, .22, .28)).FillBoth(3, Ring(.38, .72, .11, .17)).Finish(.06)),
        Tool("paintbrush", Directed, random => new Sketch(random).Fill(0, Mirror(.22, -.95, .25, -.35, .12, -.1, .1, .2, .06, 1)).Fill(2, MirrorSmooth(0, -1, .25, -.95, .25, -.5, 0, -.5)).Fill(3, Box(-.26, -.5, .26, -.3)).Finish(.06, .15)),
        Tool("knife", Chiral, random => new Sketch(random).Fill(0, Smooth(-.05, -1, .2, -.6, .28, 0, .2, .22, -.08, .22, -.1, -.4)).Fill(2, RoundedBox(-.13, .2, .17, 1, .08)).FinishSide(.06)),
        Tool("fork", Directed, random => new Sketch(random).Fill(0, Mirror(.07, -.4, .1, -1, .18, -1, .22, -1, .3, -1, .28, -.3, .06, -.05, .1, .95, 0, 1)).Line(3, At(.16, -.95), At(.16, -.45)).Line(3, At(-.16, -.95), At(-.16, -.45)).Line(3, At(0, -.95), At(0, -.45)).Finish(.06, .15)),
        Tool("spoon", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .25, -.85, .28, -.5, .06, -.15, .06, .4, .1, .95, 0, 1)).Fill(2, Ring(0, -.65, .16, .24)).Finish(.06, .15)),
        Tool("sickle", Chiral, random => new Sketch(random).Fill(0, [.. Arc(0, -.2, .8, 140, 350), .. Arc(.08, -.12, .62, 340, 150)]).Fill(2, Capsule(-.62, .32, -.85, .85, .1)).FinishSide(.05)),
        Tool("anvil", Chiral, random => new Sketch(random).Fill(0, Path(-1, -.5, -.5, -.6, .8, -.6, .8, -.3, .3, -.1, .25, .25, .6, .4, .6, .65, -.55, .65, -.55, .4, -.2, .25, -.3, -.1, -.7, -.25)).Line(2, At(-.4, -.4), At(.75, -.4)).FinishSide(.06)),
        Tool("pencil", Directed, random => new Sketch(random).Fill(0, Mirror(0, -1, .17, -.6, .17, 1)).Fill(3, Mirror(0, -1, .17, -.6)).Fill(2, Mirror(0, -1, .06, -.85)).Fill(1, Box(-.17, .78, .17, 1)).Finish(.05, .25)),
        Tool("magnifier", None, random => new Sketch(random).Fill(0, Disc(-.25, -.3, .65)).Fill(3, Disc(-.25, -.3, .5)).Fill(2, Capsule(.28, .23, .85, .82, .12)).Line(2, Arc(-.25, -.3, .35, 190, 250)).Finish(.05)),
        Tool("corkscrew", None, random => new Sketch(random).Fill(0, Capsule(-.55, -.8, .55, -.8, .16)).Line(1, [At(0, -.65), At(0, -.2), .. Enumerable.Range(0, 9).Select(i => At(i % 2 == 0 ? .2 : -.2, -.1 + (.12 * i))), At(0, 1)]).Finish(.06)),
    ];

    private static SubjectKind Tool(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "tool", traits, draw);
}
