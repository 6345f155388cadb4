using System.Numerics;
using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Leaves, flowers and trees.</summary>
internal static class Plants
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        new("laurel leaf", "leaf", Simple, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .3, -.5, .42, .05, .25, .65, 0, 1)).Finish(.08)),
        Leaf("veined leaf", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .35, -.5, .55, .05, .35, .5, 0, .75)).Line(2, At(0, -.8), At(0, 1.05)).Repeat(4, (s, i) => s.LineBoth(2, At(0, -.3 + (.25 * i)), At(.38, -.55 + (.25 * i)))).Finish(.08)),
        Leaf("maple leaf", None, random => new Sketch(random).Fill(0, Mirror(0, -1, .17, -.65, .32, -.7, .28, -.3, .6, -.5, .68, -.35, 1, -.4, .88, -.1, .98, .02, .5, .38, .55, .52, .06, .45, .05, .95)).Line(2, At(0, .4), At(0, -.6)).LineBoth(2, At(0, .4), At(.6, -.15)).Finish(.06)),
        Leaf("oak leaf", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .22, -.9, .28, -.7, .18, -.55, .45, -.45, .5, -.25, .24, -.1, .55, .05, .55, .28, .22, .38, .38, .55, .2, .7, .04, .7, .03, 1)).Line(2, At(0, -.7), At(0, .8)).Finish(.07)),
        Leaf("ginkgo leaf", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.35, .1, -.7, .5, -.75, .95, -.4, .95, -.05, .4, .1, .06, .45, .04, 1)).LineBoth(2, At(0, .4), At(.5, -.35)).Line(2, At(0, .4), At(0, 1.05)).Finish(.07)),
        Leaf("fern", Directed, Fern),
        Leaf("clover", None, random => new Sketch(random).Line(2, Curve(0, -.1, .1, .5, .05, 1)).Repeat(random.Whole(3, 4), (s, i) => s.Fill(i % 2, Placed(MirrorSmooth(0, 0, .3, -.3, .42, -.65, .2, -.82, 0, -.68), 0, -.1, .85, 360.0 * i / 3.5))).FinishSide(.05)),
        Leaf("palm frond", Chiral, Frond),
        Flower("tulip", None, random => new Sketch(random).Fill(0, Mirror(0, -.6, .15, -.45, .42, -1, .5, -.4, .3, .05, 0, .12)).Line(1, At(0, .1), At(0, 1)).FillBoth(1, Smooth(0, .95, .3, .5, .5, .05, .35, .7)).Finish(.07)),
        Flower("daisy", None, random => Petals(random, random.Whole(8, 12), .16, .28)),
        Flower("five-petal flower", None, random => Petals(random, 5, .36, .25)),
        Flower("sunflower", None, random => new Sketch(random).Fill(0, Star(random.Whole(14, 18), 0, 0, 1, .68)).Fill(2, Disc(0, 0, random.Between(.45, .55))).Fill(3, Disc(0, 0, .28)).Finish(0, .03)),
        Flower("bluebell", Chiral, random => new Sketch(random).Line(1, Curve(-.7, 1, -.6, 0, -.3, -.7, .2, -.9, .45, -.5)).Fill(0, Path(.45, -.5, .65, -.3, .7, .1, .85, .3, .6, .22, .5, .4, .38, .22, .12, .32, .22, .1, .25, -.3)).Fill(2, Smooth(-.65, .7, -.3, .3, 0, .1, -.2, .6)).FinishSide(.06)),
        Flower("rosette", None, random => new Sketch(random).Fill(0, Scalloped(random.Whole(6, 8), 0, 0, 1, .82)).Line(2, [.. Enumerable.Range(0, 40).Select(i => Polar(0, 0, .05 + (i / 50.0), i * 24))]).Finish(.03)),
        Flower("lily bud", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .22, -.6, .3, -.2, .12, .2, 0, .25)).Line(1, At(0, .2), At(0, 1)).FillBoth(1, Smooth(0, .9, .18, .55, .65, .35, .3, .8)).Line(2, Curve(0, -.9, .08, -.4, 0, .1)).Finish(.08)),
        Flower("dandelion clock", None, random => new Sketch(random).Fill(0, Disc(0, -.4, .56)).Line(1, At(0, .16), At(0, 1)).Repeat(14, (s, i) => s.Line(2, Polar(0, -.4, .12, i * 360 / 14.0), Polar(0, -.4, .55, i * 360 / 14.0))).Finish(.04)),
        Plant("cactus", Chiral, random => new Sketch(random).Fill(0, [.. Arc(0, -.75, .25, 180, 360), .. Path(.25, .15, .5, .15, .5, -.25, .75, -.25, .75, .42, .25, .42, .25, 1, -.25, 1, -.25, .1, -.75, .1, -.75, -.65, -.5, -.65, -.5, -.18, -.25, -.18)]).Line(2, At(0, -.8), At(0, .9)).FinishSide(.06)),
        Plant("acorn", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -.35, .55, -.3, .5, .4, .15, .85, 0, 1)).Fill(1, MirrorSmooth(0, -.8, .5, -.65, .68, -.25, .35, -.15, 0, -.15)).Line(2, At(0, -.75), At(.08, -1)).Finish()),
        Plant("pine cone", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .4, -.5, .62, .2, .45, .75, 0, .95)).Repeat(5, (s, i) => s.Line(2, Curve(-.5 + (.05 * Math.Abs(i - 3)), -.4 + (.27 * i), -.25, -.25 + (.27 * i), 0, -.42 + (.27 * i), .25, -.25 + (.27 * i), .5 - (.05 * Math.Abs(i - 3)), -.4 + (.27 * i)))).Finish()),
        Plant("seedling", None, random => new Sketch(random).Line(0, Curve(0, 1, .05, .4, 0, -.2)).Fill(1, Smooth(0, -.2, .3, -.7, .85, -.8, .6, -.3)).Fill(2, Smooth(0, -.2, -.25, -.6, -.75, -.55, -.5, -.15)).FinishSide(.07)),
        Plant("potted plant", None, random => new Sketch(random).Fill(0, Mirror(.5, .2, .35, 1)).FillBoth(1, Smooth(0, .2, .3, -.4, .85, -.6, .5, 0)).Fill(2, MirrorSmooth(0, -1, .2, -.5, 0, .2)).Fill(0, Box(-.56, .12, .56, .3)).Finish(.07)),
        Tree("fir", None, random => new Sketch(random).Fill(0, Mirror(0, -1, .38, -.45, .2, -.45, .55, .1, .3, .1, .7, .7, .1, .7, .1, 1)).Fill(2, Box(-.1, .7, .1, 1)).Finish(.08)),
        Tree("broadleaf tree", None, random => new Sketch(random).Fill(0, Scalloped(random.Whole(7, 9), 0, -.35, .8, .62)).Fill(1, Mirror(.1, .15, .14, .7, .28, 1)).Finish(.08)),
        Tree("palm tree", None, random => new Sketch(random).Fill(1, Band(Curve(.1, 1, -.05, .3, .05, -.5), .12, .07)).FillBoth(0, Smooth(0, -.55, .45, -.85, .9, -.3, .5, -.55)).FillBoth(0, Smooth(0, -.55, .3, -.5, .55, .15, .2, -.3)).Fill(0, Smooth(0, -.55, .1, -.95, .5, -1.05, .2, -.8)).Fill(2, Disc(.05, -.42, .1)).FinishSide(.05)),
        Tree("poplar", None, random => new Sketch(random).Fill(0, MirrorSmooth(0, -1, .25, -.6, .36, .1, .2, .6, .07, .68, .07, 1)).Fill(2, Box(-.07, .62, .07, 1)).Finish(.07, .15)),
        Tree("bare tree", None, BareTree),
        Tree("wind-bent tree", Chiral, random => new Sketch(random).Fill(0, Smooth(-.4, -.15, -.2, -.6, .3, -.75, .95, -.65, 1, -.45, .7, -.3, .8, -.1, .2, .05)).Fill(1, Band(Curve(-.6, 1, -.5, .4, -.1, 0, .2, -.2), .12, .04)).FinishSide(.06)),
    ];

    private static SubjectKind Leaf(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "leaf", traits, draw);

    private static SubjectKind Flower(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "flower", traits, draw);

    private static SubjectKind Plant(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "plant", traits, draw);

    private static SubjectKind Tree(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "tree", traits, draw);

    private static Shape Petals(SceneRandom random, int count, double width, double heart)
    {
        Sketch sketch = new Sketch(random).Fill(0, Scalloped(count, 0, 0, .95, .4, 5));
        return sketch.Repeat(count, (s, i) => s.Line(2, Polar(0, 0, heart, 270 + (360.0 * (i + .5) / count)), Polar(0, 0, .5 + width, 270 + (360.0 * (i + .5) / count))))
            .Fill(1, Disc(0, 0, heart)).Finish(0, .03);
    }

    private static Shape Frond(SceneRandom random)
    {
        Vector2[] rib = Curve(-.9, .9, -.4, .1, .2, -.3, .95, -.4);
        Sketch sketch = new Sketch(random).Fill(0, Band(rib, .05, .02));
        return sketch.Repeat(rib.Length - 2, (s, i) => s.Fill(1, [rib[i], rib[i] + At(.22, .55 - (.03 * i)), rib[i + 1]])).FinishSide(.06);
    }

    private static Shape Fern(SceneRandom random)
    {
        int pairs = random.Whole(6, 8);
        Sketch sketch = new Sketch(random).Fill(0, Mirror(0, -1, .04, -.8, .05, 1));
        return sketch.Repeat(pairs, (s, i) =>
        {
            double y = -.75 + (1.4 * i / pairs);
            double length = .12 + (.55 * Math.Sin(Math.PI * (i + 1) / (pairs + 2)));
            s.FillBoth(1, Path(0, y + .1, length * .6, y - .12, length, y - .2, length * .7, y + .02));
        }).Finish(.06);
    }

    private static Shape BareTree(SceneRandom random)
    {
        Sketch sketch = new Sketch(random).Fill(0, Path(-.14, 1, -.07, .1, .07, .1, .16, 1));
        return sketch.Repeat(4, (s, i) =>
        {
            double angle = 205 + (43 * i) + random.Between(-10, 10);
            var fork = Polar(0, .15, random.Between(.5, .7), angle);
            s.Line(0, At(0, .15), fork, Polar(fork.X, fork.Y, .45, angle - 25)).Line(0, fork, Polar(fork.X, fork.Y, .4, angle + 28));
        }).Finish(.04);
    }
}
