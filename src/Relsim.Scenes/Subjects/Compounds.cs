using System.Numerics;
using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Invented things put together from random parts: no two of a kind share more than their plan.</summary>
internal static class Compounds
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Made("totem", None, Totem),
        Made("critter", None, Critter),
        Made("gadget", Chiral, Gadget),
        Made("glider", Directed, Glider),
        Made("mask", None, Mask),
        Made("emblem", None, Emblem),
        Made("contraption", Chiral, Contraption),
        Made("invented plant", None, InventedPlant),
        Made("pointer", Directed, Pointer),
        Made("invented glyph", Chiral, Glyph),
        Made("hanging mobile", None, Mobile),
        Made("stack of boxes", Chiral, Boxes),
    ];

    private static SubjectKind Made(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "compound", traits, draw);

    // A compact bilateral outline about a place.
    private static Vector2[] Piece(SceneRandom random, double x, double y, double radius) => random.Whole(0, 5) switch
    {
        0 => Disc(x, y, radius),
        1 => Box(x - radius, y - radius, x + radius, y + radius),
        2 => Regular(3, x, y, radius),
        3 => Regular(6, x, y, radius),
        4 => Path(x - radius, y, x, y - radius, x + radius, y, x, y + radius),
        _ => Ring(x, y, radius, radius * .7),
    };

    private static Shape Totem(SceneRandom random)
    {
        Sketch sketch = new Sketch(random).Fill(0, Mirror(random.Between(.25, .5), -1, random.Between(.35, .6), 0, random.Between(.4, .7), 1));
        return sketch.Repeat(3, (s, i) => s.Fill(1 + (i % 3), Piece(random, 0, -.65 + (.65 * i), random.Between(.2, .36)))).FillBoth(1, Piece(random, .65, random.Between(-.6, .6), .2)).Finish();
    }

    private static Shape Critter(SceneRandom random)
    {
        double eyes = random.Between(.15, .4);
        double size = random.Between(.08, .17);
        int legs = random.Whole(1, 3);
        Sketch sketch = new Sketch(random).Fill(0, MirrorSmooth(0, -.7, random.Between(.4, .7), -.55, random.Between(.5, .9), 0, random.Between(.3, .8), .55, 0, .6));
        sketch.FillBoth(3, Disc(eyes, -.25, size)).Repeat(legs, (s, i) => s.LineBoth(1, At(.2 + (.2 * i), .45), At(.25 + (.3 * i), 1)));
        return sketch.LineBoth(1, At(.15, -.6), At(random.Between(.1, .5), -1)).Line(2, Arc(0, .05, .3, random.Between(.08, .2), 0, 180)).Finish();
    }

    private static Shape Gadget(SceneRandom random)
    {
        double side = random.Between(-.3, .3);
        return new Sketch(random).Fill(0, RoundedBox(-.6, -.5, .6, .7, .15)).Fill(1, Piece(random, .8, side, .22)).Line(2, At(-.35, -.5), At(-.55, -1))
            .Fill(2, Piece(random, -.25, -.15, .2)).Fill(3, Box(-.1, .25, .45, .5)).FinishSide();
    }

    private static Shape Glider(SceneRandom random)
    {
        double span = random.Between(.6, 1);
        double sweep = random.Between(-.1, .6);
        double tail = random.Between(.2, .5);
        return new Sketch(random).Fill(0, Mirror(0, -1, .16, -.6, .15, -.25, span, sweep, span, sweep + .2, .14, .25, .1, .65, tail, .85, tail, 1, 0, .9))
            .Fill(3, Ring(0, -.55, .08, .15)).FillBoth(2, Piece(random, span * .6, (sweep * .5) + .1, .1)).Finish();
    }

    private static Shape Mask(SceneRandom random)
    {
        double eye = random.Between(.25, .45);
        return new Sketch(random).Fill(0, MirrorSmooth(0, -.9, random.Between(.4, .8), -.9, random.Between(.6, .9), -.1, random.Between(.3, .6), .7, 0, 1))
            .FillBoth(3, Piece(random, eye, -.25, .18)).Fill(2, Mirror(.05, -.1, random.Between(.1, .22), .25)).Fill(1, Ring(0, .55, random.Between(.15, .4), random.Between(.05, .15))).Finish();
    }

    private static Shape Emblem(SceneRandom random)
    {
        int fold = random.Whole(3, 7);
        double inner = random.Between(.45, .85);
        Sketch sketch = new Sketch(random).Fill(0, random.Chance(.5f) ? Star(fold, 0, 0, 1, inner) : Scalloped(fold, 0, 0, 1, inner));
        Vector2[] mark = Piece(random, 0, 0, .12);
        return sketch.Repeat(fold, (s, i) => s.Fill(2, Placed(mark, Polar(0, 0, .5, 270 + (360.0 * i / fold)).X, Polar(0, 0, .5, 270 + (360.0 * i / fold)).Y, 1))).Fill(1, Piece(random, 0, 0, .24)).Finish(0, .03);
    }

    private static Shape Contraption(SceneRandom random)
    {
        double front = random.Between(.2, .4);
        return new Sketch(random).Fill(0, Path(-.95, .35, -.9, random.Between(-.5, -.1), random.Between(-.4, 0), -.7, .3, random.Between(-.6, -.2), 1, .1, .95, .35))
            .Fill(1, Disc(.55, .5, front)).Fill(1, Disc(-.5, .55, .75 - front)).Fill(3, Piece(random, -.1, -.2, .2)).Line(2, At(-.6, -.3), At(-.75, -1)).FinishSide();
    }

    private static Shape InventedPlant(SceneRandom random)
    {
        int leaves = random.Whole(2, 4);
        Sketch sketch = new Sketch(random).Fill(0, Piece(random, 0, -.6, random.Between(.3, .42))).Fill(3, Disc(0, -.6, .15)).Line(1, Curve(0, -.3, .06, .3, 0, 1));
        return sketch.Repeat(leaves, (s, i) =>
        {
            double y = .9 - (.28 * i);
            double reach = random.Between(.3, .75) * (i % 2 == 0 ? 1 : -1);
            s.Fill(2, Smooth(0, y, reach * .5, y - .3, reach, y - .35, reach * .6, y - .08));
        }).FinishSide();
    }

    private static Shape Pointer(SceneRandom random)
    {
        double shoulder = random.Between(.3, .8);
        double waist = random.Between(.12, .3);
        return new Sketch(random).Fill(0, Mirror(0, -1, shoulder, random.Between(-.4, .1), waist, random.Between(.1, .3), waist, .6, random.Between(.2, .6), 1, 0, random.Between(.7, .9)))
            .Fill(2, Piece(random, 0, -.25, .14)).Finish();
    }

    // The upright stem with arms on one side only is what keeps every draw unlike its mirror image.
    private static Shape Glyph(SceneRandom random)
    {
        Sketch sketch = new Sketch(random).Line(0, At(-.6, -1), At(-.6, 1)).Line(0, At(-.6, -1), At(random.Between(.5, .9), random.Between(-1, -.7)));
        sketch.Line(0, At(-.6, random.Between(-.3, 0)), At(random.Between(0, .3), random.Between(-.3, .3)));
        return sketch.Line(1, random.Chance(.5f) ? Arc(-.2, .4, .4, 180, 360) : Path(-.6, .4, .2, .4, .2, .9)).FinishSide(.06);
    }

    private static Shape Mobile(SceneRandom random)
    {
        double width = random.Between(.6, .9);
        Sketch sketch = new Sketch(random).Fill(0, Piece(random, 0, .5, random.Between(.28, .4))).Line(1, At(0, -1), At(0, .3)).Line(1, At(-width, -.6), At(width, -.6));
        return sketch.LineBoth(1, At(width, -.6), At(width, random.Between(-.3, 0))).Fill(2, Piece(random, width, .1, .22)).Fill(3, Piece(random, -width, .1, .22)).Finish(.06);
    }

    private static Shape Boxes(SceneRandom random)
    {
        double left = random.Between(-.9, -.6);
        double top = random.Between(-.9, -.5);
        return new Sketch(random).Fill(0, Path(left, 1, left, -.1, left + .25, -.1, left + .25, top, .3, top, .3, .2, .95, .2, .95, 1))
            .Fill(2, Box(left, -.1, .3, .45)).Fill(1, Box(left + .25, top, .3, -.1)).Fill(3, Box(.3, .2, .95, 1)).Finish();
    }
}
