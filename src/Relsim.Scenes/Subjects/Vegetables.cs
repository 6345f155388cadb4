using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Vegetables, roots and mushrooms.</summary>
internal static class Vegetables
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Grown("carrot", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .12, -.7, .3, .2, .32, .45, .15, .58, 0, .55)).FillBoth(1, Smooth(.02, .55, .2, .8, .45, .95, .2, .98)).Fill(1, MirrorSmooth(0, .5, .08, .8, 0, 1.1)).Line(2, At(-.12, -.3), At(.05, -.3)).Line(2, At(-.02, .1), At(.22, .1)).Finish()),
        Grown("mushroom", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.9, .6, -.7, .98, -.15, .85, .1, .3, 0, .25, .4, .35, .9, 0, 1)).Fill(2, MirrorSmooth(0, 0, .25, 0, .22, .4, .32, .9, 0, .96)).Fill(3, Disc(-.35, -.4, .14)).Fill(3, Disc(.25, -.5, .18)).Finish()),
        Grown("pumpkin", None, random => new Sketch(random).Fill(0, Ring(0, .2, 1, .72)).LineBoth(2, Arc(.15, .2, .5, .7, 270, 450)).Line(2, At(0, -.5), At(0, .9)).Fill(1, Path(-.12, -.48, -.05, -.85, .2, -.95, .25, -.85, .12, -.48)).Finish()),
        Grown("tomato", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.6, .5, -.75, .95, -.3, .9, .4, .45, .8, 0, .85)).Fill(1, Star(random.Whole(5, 7), 0, -.58, .42, .1)).Finish(.07)),
        Grown("bell pepper", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.5, .35, -.65, .75, -.45, .7, .3, .45, .9, .2, 1, 0, .9)).LineBoth(2, Curve(.18, -.5, .3, .1, .18, .85)).Fill(1, Path(-.15, -.5, -.1, -.95, .15, -1, .15, -.5)).Finish()),
        Grown("eggplant", Chiral, random => new Sketch(random).Fill(0, Smooth(.35, -.7, .65, -.5, .6, 0, .45, .6, -.1, 1, -.65, .75, -.65, .2, -.2, -.15, .05, -.55)).Fill(1, Path(.2, -.8, .5, -1.1, .62, -1, .5, -.75, .75, -.35, .4, -.5, .1, -.3, .05, -.6)).FinishSide(.08)),
        Grown("corn cob", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .3, -.6, .35, .2, .2, .9, 0, 1)).Repeat(4, (s, i) => s.Line(2, At(-.28, -.55 + (.22 * i)), At(.28, -.55 + (.22 * i)))).Line(2, At(0, -.9), At(0, .4)).FillBoth(1, Smooth(.05, 1, .45, .5, .6, -.3, .25, .1)).Finish()),
        Grown("onion", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .08, -.8, .15, -.55, .75, 0, .7, .55, .2, .85, 0, .85)).LineBoth(2, Curve(.05, -.7, .35, 0, .15, .8)).Repeat(3, (s, i) => s.Line(1, At(-.08 + (.08 * i), .85), At(-.16 + (.16 * i), 1.05))).Finish()),
        Grown("pea pod", None, random => new Sketch(random).Fill(0, Smooth(-1, -.15, -.6, -.32, 0, -.4, .6, -.32, 1, -.15, .65, .3, 0, .42, -.65, .3)).Repeat(5, (s, i) => s.Fill(2, Disc(-.56 + (.28 * i), .02, .15))).Finish(.06)),
        Grown("broccoli", None, random => new Sketch(random).Fill(1, Mirror(.2, -.2, .6, -.2, .28, .3, .25, 1)).Fill(0, Scalloped(9, 0, -.4, .9, .72)).LineBoth(2, Arc(.3, -.35, .22, 200, 340)).Finish(.08)),
        Grown("radish", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .05, -.7, .3, -.4, .58, 0, .4, .35, 0, .42)).FillBoth(1, Smooth(.03, .4, .35, .6, .55, .95, .25, 1)).Fill(1, MirrorSmooth(0, .4, .16, .8, 0, 1.05)).Finish()),
        Grown("chilli", Chiral, random => new Sketch(random).Fill(0, Smooth(.55, -.75, .75, -.45, .55, .2, 0, .75, -.85, .95, -.3, .5, .1, 0, .25, -.6)).Fill(1, Smooth(.25, -.6, .45, -.8, .4, -1.1, .52, -1.1, .58, -.8, .78, -.5, .5, -.55)).FinishSide()),
        new("potato", "vegetable", Simple, random => new Sketch(random).Fill(0, Placed(Blob(random, 3, .12, 32), 0, 0, 1)).Finish(.08, .2)),
        Grown("turnip", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.35, .5, -.45, .8, -.05, .5, .5, .1, .75, 0, 1.1)).Fill(2, MirrorSmooth(0, -.33, .48, -.42, .76, -.1, 0, 0)).FillBoth(1, Smooth(0, -.4, .2, -.8, .5, -1, .3, -.6)).Finish()),
        Grown("asparagus", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .15, -.7, .17, -.4, .12, 0, .12, 1, 0, 1)).FillBoth(2, Path(0, -.6, .2, -.75, .14, -.45)).Repeat(3, (s, i) => s.Fill(1, Path(-.08, .1 + (.3 * i), 0, -.1 + (.3 * i), .08, .1 + (.3 * i)))).Finish(.07, .25)),
    ];

    private static SubjectKind Grown(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "vegetable", traits, draw);
}
