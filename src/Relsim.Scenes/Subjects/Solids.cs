using System.Numerics;
using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Faceted and round solids: the silhouette first, then the visible faces in their own inks.</summary>
internal static class Solids
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Solid("cube", None, random => Block(random, 1)),
        Solid("slab", None, random => Block(random, random.Between(.3, .5))),
        Solid("pyramid", None, Pyramid),
        Solid("wedge", Chiral, Wedge),
        Solid("stair block", Chiral, StairBlock),
        Solid("cylinder", None, random => Barrel(random, .6, .6)),
        Solid("frustum", None, random => Barrel(random, random.Between(.3, .42), .7)),
        Solid("cone", None, random => new Sketch(random).Fill(0, [At(0, -1), .. Arc(0, .65, .7, .26, -8, 188)]).Fill(2, [At(0, -1), .. Arc(0, .65, .7, .26, 65, 188)]).Finish(.06)),
        Solid("sphere", None, random => new Sketch(random).Fill(0, Disc(0, 0, 1)).Fill(2, [.. Arc(0, 0, 1, -20, 130), .. Arc(-.25, -.25, .95, 115, -5)]).Fill(3, Ring(-.4, -.45, .2, .15)).Finish(0, .02)),
        Solid("torus", None, random => new Sketch(random).Fill(0, Ring(0, 0, 1, .6)).Fill(2, [.. Arc(0, 0, 1, .6, 10, 170), .. Arc(0, .1, .75, .35, 170, 10)]).Fill(3, Ring(0, -.08, random.Between(.35, .5), .2)).Finish(.03)),
        Solid("octahedron", None, random => Spindle(random, random.Between(.1, .35))),
        Solid("crystal", None, Crystal),
        Solid("hexagonal prism", None, HexagonalPrism),
        Solid("gem", None, Gem),
    ];

    private static SubjectKind Solid(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "solid", traits, draw);

    private static Shape Block(SceneRandom random, double height)
    {
        double lean = random.Between(-.3, .3);
        Vector2 left = At(-.9, -.45 - (.2 * lean)), front = At(lean, 0), right = At(.9, -.45 + (.2 * lean)), back = At(-lean, -.9), down = At(0, height);
        return new Sketch(random).Fill(0, [left, back, right, right + down, front + down, left + down])
            .Fill(2, [front, right, right + down, front + down]).Fill(1, [left, back, right, front]).Finish(.03);
    }

    private static Shape Pyramid(SceneRandom random)
    {
        double edge = random.Between(.2, .45);
        return new Sketch(random).Fill(0, Path(0, -1, .9, .5, edge, .95, -.95, .6)).Fill(2, Path(0, -1, .9, .5, edge, .95)).Finish(.05);
    }

    private static Shape Wedge(SceneRandom random)
    {
        double high = random.Between(-.9, -.5);
        return new Sketch(random).Fill(0, Path(-.9, .7, .2, high - .1, .8, high - .3, 1, .3, .4, .8)).Fill(1, Path(-.9, .7, .2, high - .1, .8, high - .3, -.3, .3))
            .Fill(2, Path(.2, high - .1, .8, high - .3, 1, .3, .4, .8)).FinishSide(.05);
    }

    private static Shape StairBlock(SceneRandom random)
    {
        var depth = At(random.Between(.35, .5), -.25);
        Vector2[] profile = Path(-.8, .9, -.8, .3, -.35, .3, -.35, -.25, .1, -.25, .1, -.8, .55, -.8, .55, .9);
        Sketch sketch = new Sketch(random).Fill(0, [profile[0], profile[1], profile[1] + depth, profile[3], profile[3] + depth, profile[5], profile[5] + depth, profile[6] + depth, profile[7] + depth, profile[7]]);
        for (int i = 1; i < 7; i++)
        {
            sketch.Fill(i % 2 == 0 ? 3 : 1, [profile[i], profile[i + 1], profile[i + 1] + depth, profile[i] + depth]);
        }

        return sketch.Fill(2, [profile[6], profile[7], profile[7] + depth, profile[6] + depth]).Fill(0, profile).Finish(.04);
    }

    private static Shape Barrel(SceneRandom random, double top, double bottom) =>
        new Sketch(random).Fill(0, [.. Arc(0, -.7, top, .22, 180, 360), .. Arc(0, .7, bottom, .26, 0, 180)])
            .Fill(2, [At(top * .4, -.5), .. Arc(0, -.7, top, .22, 60, 0), .. Arc(0, .7, bottom, .26, 0, 65)]).Fill(1, Ring(0, -.7, top, .22)).Finish(.05);

    private static Shape Spindle(SceneRandom random, double edge) =>
        new Sketch(random).Fill(0, Path(0, -1, .75, -.12, .05, 1, -.75, .05)).Fill(2, Path(0, -1, .75, -.12, edge, .2))
            .Fill(3, Path(.05, 1, .75, -.12, edge, .2)).Fill(1, Path(-.75, .05, edge, .2, .05, 1)).Finish(.05);

    private static Shape Crystal(SceneRandom random) =>
        new Sketch(random).Fill(0, Path(0, -1, .5, -.5, .45, .95, -.45, .95, -.5, -.5)).Fill(2, Path(0, -1, .5, -.5, .45, .95, .15, .95, .15, -.4))
            .Fill(1, Path(0, -1, .15, -.4, -.5, -.5)).Fill(0, Path(-.95, .1, -.7, -.2, -.5, .15, -.45, .95, -.8, .95)).Fill(3, Path(.5, .25, .75, -.05, .95, .3, .85, .95, .45, .95)).Finish(.08);

    private static Shape HexagonalPrism(SceneRandom random)
    {
        double tall = random.Between(.5, 1);
        return new Sketch(random).Fill(0, Path(-.8, -.5, -.4, -.75, .4, -.75, .8, -.5, .8, -.5 + tall, .4, -.25 + tall, -.4, -.25 + tall, -.8, -.5 + tall))
            .Fill(2, Path(-.4, -.25, .4, -.25, .4, -.25 + tall, -.4, -.25 + tall)).Fill(3, Path(.4, -.25, .8, -.5, .8, -.5 + tall, .4, -.25 + tall))
            .Fill(1, Path(-.8, -.5, -.4, -.75, .4, -.75, .8, -.5, .4, -.25, -.4, -.25)).Finish(.04);
    }

    private static Shape Gem(SceneRandom random)
    {
        double table = random.Between(.35, .55);
        return new Sketch(random).Fill(0, Mirror(table, -.7, 1, -.25, 0, .95)).Fill(1, Mirror(table, -.7, .4, -.25))
            .Fill(2, Mirror(.4, -.25, 0, .95)).Fill(3, Path(table, -.7, 1, -.25, .4, -.25)).Finish(.05);
    }
}
