using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Beasts of the land: from the side upright or turned head up, from above, and faces.</summary>
internal static class Animals
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Beast("elephant", Chiral, random => new Sketch(random).Fill(0, Smooth(-.95, -.1, -.6, -.55, .1, -.55, .35, -.65, .7, -.5, .8, -.1, .85, .5, 1, .75, .85, .8, .7, .55, .62, .1, .45, .15, .42, .85, .15, .85, .12, .4, -.35, .42, -.4, .85, -.7, .85, -.75, .3)).Fill(2, Smooth(.15, -.45, .4, -.4, .45, 0, .25, .1, .1, -.15)).Fill(3, Disc(.58, -.3, .04)).Line(0, Curve(-.93, -.1, -1.05, .15, -1, .35)).FinishSide(.06)),
        Beast("giraffe", Chiral, random => new Sketch(random).Fill(0, Path(-.55, .05, -.1, -.05, .2, -.75, .25, -1, .4, -.95, .7, -.75, .65, -.65, .4, -.68, .25, .1, .25, 1, .12, 1, .08, .35, -.35, .4, -.4, 1, -.53, 1)).Fill(2, Disc(-.25, .15, .09)).Fill(2, Disc(0, .1, .1)).Fill(2, Disc(.17, -.3, .06)).Line(0, Path(-.55, .1, -.68, .4)).FinishSide(.07)),
        Beast("sitting cat", Chiral, random => new Sketch(random).Fill(0, Smooth(.1, -.95, .22, -.75, .4, -.78, .55, -.98, .62, -.6, .5, -.35, .4, -.2, .45, .3, .5, .9, .2, .95, -.45, .95, -.55, .45, -.25, 0, .02, -.3, -.02, -.6)).Line(0, Curve(-.4, .9, -.8, .8, -.85, .4, -.7, .2)).Fill(3, Disc(.2, -.55, .05)).Fill(3, Disc(.42, -.55, .05)).FinishSide(.07)),
        Beast("dog", Chiral, random => new Sketch(random).Fill(0, Path(-.75, -.2, .25, -.2, .35, -.6, .5, -.75, .6, -.6, .95, -.45, .95, -.28, .6, -.2, .5, .15, .45, .8, .28, .8, .22, .3, -.45, .3, -.5, .8, -.68, .8, -.75, .2, -.85, -.1, -1, -.5, -.92, -.55)).Fill(2, Smooth(.35, -.62, .45, -.55, .4, -.2, .27, -.3)).Fill(3, Disc(.62, -.47, .04)).FinishSide(.07)),
        Beast("rabbit", Chiral, random => new Sketch(random).Fill(0, Smooth(.15, -.35, -.05, -.95, .1, -1.05, .3, -.5, .4, -.55, .75, -.3, .75, -.05, .45, .05, .45, .35, .5, .85, .2, .9, -.6, .9, -.75, .55, -.5, .05, -.1, -.05)).Fill(2, Disc(-.75, .6, .15)).Fill(3, Disc(.5, -.27, .05)).Line(2, Arc(-.25, .6, .3, 180, 300)).FinishSide(.07)),
        Beast("camel", Chiral, random => new Sketch(random).Fill(0, Smooth(-.85, 0, -.6, -.2, -.4, -.65, -.2, -.25, 0, -.25, .2, -.6, .35, -.05, .55, 0, .65, -.55, .95, -.6, .95, -.45, .8, -.4, .7, .15, .45, .25, .42, .9, .25, .9, .22, .3, -.5, .3, -.55, .9, -.72, .9, -.75, .25)).Fill(3, Disc(.78, -.5, .03)).FinishSide(.06)),
        Beast("pig", Chiral, random => new Sketch(random).Fill(0, Smooth(-.9, -.05, -.5, -.5, .2, -.5, .4, -.65, .55, -.45, .75, -.2, .95, -.2, .95, .05, .7, .15, .5, .3, .45, .7, .2, .7, .15, .42, -.45, .42, -.5, .7, -.75, .7, -.8, .3)).Fill(3, Disc(.62, -.2, .05)).Line(2, Curve(-.9, 0, -1.02, -.1, -.98, -.25, -1.1, -.2)).FinishSide(.07)),
        Beast("snail", Chiral, random => new Sketch(random).Fill(0, Smooth(-.95, .7, -.2, .5, .4, .5, .5, -.1, .75, -.2, .85, .1, .75, .6, .5, .75)).Fill(1, Disc(-.15, .05, random.Between(.55, .65))).Line(2, [.. Enumerable.Range(0, 28).Select(i => Polar(-.15, .05, .04 + (i / 60.0), i * 26))]).Line(0, Path(.65, -.15, .55, -.5)).Line(0, Path(.75, -.15, .85, -.5)).FinishSide(.06)),
        Beast("hedgehog", Chiral, random => new Sketch(random).Fill(0, [.. Enumerable.Range(0, 17).Select(i => Polar(-.1, .4, i % 2 == 0 ? .68 : .92, 175 + (i * 9.5))), At(.95, .3), At(.9, .42), At(.5, .5), At(-.7, .5)]).Fill(2, Path(.5, .02, .95, .3, .9, .42, .45, .5)).Fill(3, Disc(.65, .22, .05)).FinishSide(.05)),
        Beast("kangaroo", Chiral, random => new Sketch(random).Fill(0, Smooth(.3, -.95, .4, -1.05, .45, -.8, .7, -.65, .65, -.52, .4, -.5, .4, -.15, .65, .05, .6, .12, .35, .1, .3, .4, .15, .6, .45, .88, .4, .95, 0, .92, -.1, .6, -.3, .55, -1, .9, -.95, .75, -.45, .3, -.15, -.2, .2, -.6)).Fill(3, Disc(.45, -.67, .035)).FinishSide(.06)),
        Beast("squirrel", Chiral, random => new Sketch(random).Fill(0, Smooth(.35, -.75, .45, -.55, .75, -.4, .7, -.25, .45, -.2, .5, .1, .7, .2, .4, .3, .4, .85, -.1, .9, -.25, .4, .05, -.05, .15, -.4)).Fill(1, Smooth(-.2, .85, -.75, .7, -.85, -.2, -.45, -.95, -.05, -.8, -.3, -.5, -.3, .2)).Fill(3, Disc(.48, -.4, .04)).FinishSide(.06)),
        Beast("horse head", Chiral, random => new Sketch(random).Fill(0, Smooth(-.05, -.8, .05, -1.05, .15, -.8, .4, -.6, .75, 0, .85, .2, .7, .35, .5, .3, .15, -.02, .05, .25, .3, .95, -.75, .95, -.7, .2, -.45, -.45)).Fill(2, Smooth(-.05, -.82, -.35, -.65, -.75, 0, -.85, .8, -.6, .5, -.4, -.1, -.1, -.55)).Fill(3, Disc(.2, -.45, .05)).FinishSide(.06)),
        Beast("running fox", Directed | Chiral, random => new Sketch(random).Fill(0, Path(-.3, -.15, .3, -.15, .45, -.4, .58, -.2, .98, 0, .6, .1, .4, .2, .75, .5, .65, .55, .25, .25, -.25, .22, -.6, .55, -.7, .5, -.4, .05)).Fill(2, Smooth(-.3, -.12, -.6, -.3, -1.05, -.2, -.7, .02, -.38, .08)).Fill(3, Disc(.62, -.05, .035)).FinishTurned(.07)),
        Beast("mouse", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .2, -.7, .3, -.35, .42, .15, .25, .5, 0, .55)).FillBoth(2, Disc(.26, -.6, .16)).FillBoth(3, Disc(.09, -.8, .04)).Line(1, Curve(0, .55, .15, .75, -.12, .9, .1, 1.1)).Finish()),
        Beast("tortoise", Directed, random => new Sketch(random).Fill(0, Ring(0, .1, .62, .72)).Fill(1, MirrorSmooth(0, -1, .16, -.9, .14, -.6, 0, -.5)).FillBoth(1, Smooth(.4, -.5, .75, -.65, .8, -.5, .5, -.25)).FillBoth(1, Smooth(.4, .55, .65, .85, .75, .7, .5, .35)).Fill(2, Regular(6, 0, .1, .3)).Repeat(6, (s, i) => s.Line(2, Polar(0, .1, .3, 270 + (60 * i)), Polar(0, .1, .62, 270 + (60 * i)))).Finish(.07)),
        Beast("gecko", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .15, -.85, .1, -.62, .2, -.3, .15, .1, .07, .5, .04, 1, 0, 1.05)).LineBoth(0, Path(.12, -.42, .42, -.5, .45, -.8)).LineBoth(0, Path(.12, .1, .42, .15, .5, .45)).FillBoth(3, Disc(.07, -.85, .035)).Repeat(3, (s, i) => s.Fill(2, Disc(0, -.4 + (.22 * i), .06))).Finish(.06, .2)),
        Beast("crocodile", Directed, random => new Sketch(random).Fill(0, Mirror(0, -1, .09, -.95, .15, -.5, .28, -.25, .28, .2, .12, .55, 0, 1.15)).FillBoth(1, Path(.22, -.2, .5, -.35, .55, -.22, .28, -.05)).FillBoth(1, Path(.24, .2, .5, .4, .42, .5, .2, .35)).FillBoth(3, Disc(.09, -.52, .04)).Repeat(4, (s, i) => s.Line(2, At(-.16, -.15 + (.17 * i)), At(.16, -.15 + (.17 * i)))).Finish(.06, .2)),
        Beast("frog", Directed, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.75, .35, -.6, .42, -.2, .45, .3, .2, .6, 0, .62)).FillBoth(1, Smooth(.4, .1, .9, -.05, .85, .25, .55, .45, .9, .8, .5, .75, .25, .45)).FillBoth(1, Smooth(.35, -.25, .7, -.35, .75, -.7, .5, -.5)).FillBoth(2, Disc(.26, -.62, .14)).FillBoth(3, Disc(.26, -.64, .06)).Finish(.07)),
        Beast("snake", Directed, Snake),
        Beast("cat face", None, random => new Sketch(random).Fill(0, Mirror(0, -.45, .35, -.5, .75, -1, .85, -.1, .75, .45, .35, .8, 0, .85)).FillBoth(2, Ring(.35, -.05, .14, .16)).FillBoth(3, Ring(.35, -.05, .05, .14)).Fill(3, Mirror(.1, .25, 0, .38)).LineBoth(3, At(.3, .4), At(.95, .3)).Finish(.06)),
        Beast("bear face", None, random => new Sketch(random).Fill(0, [.. Arc(0, .1, .85, -38, 218), .. Arc(-.6, -.55, .3, 150, 330), .. Arc(.6, -.55, .3, 210, 390)]).Fill(2, Ring(0, .4, .4, .32)).Fill(3, Ring(0, .25, .14, .09)).FillBoth(3, Disc(.32, -.1, .08)).Finish(.06)),
        Beast("rabbit face", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.15, .15, -.25, .2, -.85, .42, -1, .5, -.5, .42, -.1, .65, .3, .5, .8, 0, .95)).FillBoth(2, Smooth(.28, -.3, .3, -.8, .4, -.85, .38, -.3)).FillBoth(3, Disc(.25, .25, .08)).Fill(3, Mirror(.09, .5, 0, .6)).Finish(.06)),
        Beast("dinosaur", Chiral, random => new Sketch(random).Fill(0, Smooth(-1, .2, -.5, .1, -.2, -.2, .2, -.15, .5, -.5, .6, -.9, .85, -.95, 1, -.75, .75, -.65, .7, -.2, .45, .25, .42, .8, .25, .8, .15, .4, -.2, .4, -.25, .8, -.45, .8, -.5, .35)).Repeat(4, (s, i) => s.Fill(2, Path(-.4 + (.2 * i), .1 - (.09 * i), -.28 + (.2 * i), -.25 - (.05 * i), -.18 + (.2 * i), -.02 - (.06 * i)))).Fill(3, Disc(.8, -.83, .04)).FinishSide(.06)),
    ];

    private static SubjectKind Beast(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "animal", traits, draw);

    private static Shape Snake(SceneRandom random)
    {
        double swing = random.Between(.2, .35);
        double waves = random.Between(1.2, 2);
        return new Sketch(random)
            .Fill(0, Band([.. Enumerable.Range(0, 28).Select(i => At(swing * Math.Sin(i * waves * Math.Tau / 27), -.8 + (i * 1.8 / 27)))], .1, .03))
            .Fill(0, Ring(0, -.88, .13, .18)).FillBoth(3, Disc(.06, -.93, .03)).Line(2, Path(-.05, -1.2, 0, -1.1, 0, -1.04)).FinishSide(.05);
    }
}
