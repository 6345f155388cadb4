using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Birds: standing, swimming, and flying seen from above.</summary>
internal static class Birds
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Bird("duck", Chiral, random => new Sketch(random).Fill(0, Smooth(-.95, -.05, -.5, .1, .1, .05, .25, -.25, .2, -.55, .45, -.75, .7, -.6, .68, -.3, .55, 0, .7, .3, .4, .7, -.3, .75, -.8, .4)).Fill(1, Smooth(.66, -.55, .8, -.5, 1, -.45, .8, -.35, .66, -.38)).Fill(2, Smooth(-.5, .2, 0, .15, .3, .35, -.1, .5)).Fill(3, Disc(.5, -.52, .05)).FinishSide(.07)),
        Bird("swan", Chiral, random => new Sketch(random).Fill(0, Smooth(-.95, -.1, -.6, 0, -.2, -.1, .2, .1, .45, .1, .4, -.3, .25, -.7, .45, -.98, .7, -.9, .72, -.75, .5, -.75, .55, -.4, .75, 0, .65, .5, .1, .75, -.6, .6)).Fill(1, Path(.7, -.92, .98, -.7, .7, -.75)).Fill(2, Smooth(-.75, .1, -.1, .1, .2, .3, -.3, .45)).FinishSide(.06)),
        Bird("swallow", Directed, random => new Sketch(random).Fill(0, Mirror(0, -.7, .12, -.5, .5, -.5, 1, 0, .45, -.15, .14, 0, .12, .25, .35, .85, 0, .45)).Fill(1, Mirror(0, -.82, .05, -.66)).Finish(.08)),
        Bird("eagle", Directed, random => new Sketch(random).Fill(0, Mirror(0, -.65, .14, -.5, .16, -.3, .6, -.5, 1, -.3, .95, -.1, .85, -.15, .82, .05, .7, -.02, .6, .15, .2, .15, .12, .4, .28, .7, 0, .75)).Fill(2, Mirror(0, -.65, .12, -.5, .1, -.35, 0, -.32)).Fill(1, Mirror(0, -.78, .05, -.62)).Line(2, At(0, .4), At(0, .72)).Finish(.08)),
        Bird("penguin", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .3, -.85, .3, -.5, .5, -.2, .55, .4, .35, .9, 0, .92)).FillBoth(0, Smooth(.42, -.3, .65, 0, .78, .4, .55, .2)).Fill(2, MirrorSmooth(0, -.4, .25, -.3, .38, .3, .22, .8, 0, .85)).FillBoth(1, Ring(.22, .95, .18, .07)).FillBoth(3, Disc(.12, -.72, .05)).Fill(1, Mirror(.08, -.62, 0, -.48)).Finish(.07)),
        Bird("owl", None, random => new Sketch(random).Fill(0, Mirror(0, -.8, .25, -.82, .6, -1, .62, -.4, .65, .4, .4, .9, 0, .95)).FillBoth(3, Disc(.28, -.5, .26)).FillBoth(2, Disc(.28, -.5, .12)).Fill(1, Mirror(.08, -.35, 0, -.15)).FillBoth(2, Smooth(.6, -.1, .6, .4, .4, .8, .38, .2)).Finish(.07)),
        Bird("rooster", Chiral, random => new Sketch(random).Fill(0, Smooth(-.9, -.7, -.6, -.75, -.3, -.1, .1, .05, .35, -.45, .45, -.75, .7, -.65, .7, -.4, .6, .2, .3, .55, -.2, .6, -.55, .35, -.95, .1, -.7, -.05, -1, -.3)).Fill(1, Path(.4, -.7, .42, -1, .52, -.85, .58, -1, .64, -.84, .72, -.9, .7, -.62)).Fill(2, Path(.7, -.58, .95, -.48, .7, -.42)).Line(2, Path(0, .55, .05, .95, .25, .98)).Line(2, Path(.2, .55, .22, .95, .42, .98)).Fill(3, Disc(.58, -.55, .04)).FinishSide(.06)),
        Bird("flamingo", Chiral, random => new Sketch(random).Fill(0, Smooth(-.7, .05, -.3, -.15, .1, -.1, .3, -.35, .1, -.65, .2, -.95, .5, -.95, .5, -.8, .3, -.8, .25, -.65, .45, -.35, .3, .05, -.1, .25, -.5, .2)).Fill(3, Smooth(.45, -.98, .68, -.85, .65, -.6, .5, -.78)).Line(1, Path(-.05, .2, .02, 1, .2, 1)).Line(1, Path(-.15, .2, .3, .5, -.1, .65)).FinishSide(.06)),
        Bird("toucan", Chiral, random => new Sketch(random).Fill(0, Smooth(-.55, 1, -.6, .5, -.45, -.1, -.2, -.6, .05, -.7, .25, -.5, .2, -.1, .15, .3, -.15, .6, -.4, 1.05)).Fill(1, Smooth(.18, -.62, .5, -.75, .95, -.45, 1, -.1, .75, -.3, .2, -.3)).Fill(3, Disc(.03, -.48, .08)).Fill(2, Smooth(-.4, 0, -.1, 0, -.15, .35, -.45, .55)).FinishSide(.06)),
        Bird("flying gull", Chiral, random => new Sketch(random).Fill(0, Smooth(1, -.05, .85, .08, .45, .2, 0, .35, -.6, .4, -1, .5, -.7, .28, -.3, .1, .1, .02, .6, -.15, .85, -.2)).Fill(0, Smooth(-.2, .15, -.35, -.4, -.75, -1, -.1, -.65, .3, .02)).Fill(2, Smooth(-.1, .2, 0, .6, .3, .9, .3, .2)).Fill(3, Disc(.78, -.06, .035)).FinishSide(.06)),
        Bird("peacock", None, random => new Sketch(random).Fill(0, [.. Arc(0, .1, 1, .9, 180, 360), At(.2, .5), At(-.2, .5)]).Repeat(7, (s, i) => s.Fill(2, Placed(Disc(.75, 0, .1), 0, .15, 1, 192 + (26 * i)))).Fill(1, MirrorSmooth(0, -.35, .1, -.28, .1, .1, .3, .5, .15, .85, 0, .9)).FillBoth(3, Disc(.05, -.25, .025)).Finish(.06)),
    ];

    private static SubjectKind Bird(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "bird", traits, draw);
}
