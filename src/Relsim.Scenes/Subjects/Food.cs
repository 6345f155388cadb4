using static Relsim.Scenes.Subjects.Outline;
using static Relsim.Scenes.Subjects.SubjectTraits;

namespace Relsim.Scenes.Subjects;

/// <summary>Food on the table.</summary>
internal static class Food
{
    public static IEnumerable<SubjectKind> Kinds =>
    [
        Dish("ice-cream cone", None, random => new Sketch(random).Fill(0, [.. Arc(0, -.4, .55, 165, 375), At(0, 1)]).Fill(2, Mirror(.5, -.25, 0, 1)).LineBoth(3, At(.3, -.25), At(-.1, .7)).Finish(.07)),
        Dish("pizza slice", None, random => new Sketch(random).Fill(0, [.. Arc(0, .1, 1, .9, 230, 310), At(0, 1)]).Fill(2, [.. Arc(0, .25, .82, .85, 233, 307), At(0, .88)]).Fill(1, Disc(-.18, -.3, .13)).Fill(1, Disc(.2, -.2, .13)).Fill(1, Disc(0, .25, .12)).Finish(.06)),
        Dish("doughnut", None, random => new Sketch(random).Fill(0, Disc(0, 0, 1)).Fill(2, Scalloped(9, 0, 0, .88, .76)).Fill(3, Disc(0, 0, random.Between(.25, .38))).Repeat(7, (s, i) => s.Line(1, Polar(0, 0, .52, 51 * i), Polar(0, 0, .66, (51 * i) + 12))).Finish(0, .04)),
        Dish("burger", None, random => new Sketch(random).Fill(0, [.. Arc(0, -.1, .9, .65, 180, 360), .. Arc(.6, .4, .3, 0, 90), .. Arc(-.6, .4, .3, 90, 180)]).Fill(3, Arc(0, -.1, .9, .65, 180, 360)).Fill(2, RoundedBox(-.95, .05, .95, .28, .1)).Line(1, [.. Enumerable.Range(0, 11).Select(i => At(-.95 + (.19 * i), i % 2 == 0 ? -.02 : .08))]).Finish(.07)),
        Dish("cupcake", None, random => new Sketch(random).Fill(0, Mirror(.65, .05, .48, .95)).Fill(2, MirrorSmooth(0, -.85, .3, -.55, .45, -.45, .6, -.2, .75, 0, .6, .15, 0, .18)).Fill(1, Disc(0, -.88, .12)).LineBoth(3, At(.22, .2), At(.18, .92)).Finish(.07)),
        Dish("lollipop", None, random => new Sketch(random).Fill(0, Disc(0, -.4, .58)).Line(2, [.. Enumerable.Range(0, 30).Select(i => Polar(0, -.4, .02 + (i / 58.0), i * 28))]).Line(1, At(0, .18), At(0, 1)).Finish(.04)),
        Dish("cheese wedge", Chiral, random => new Sketch(random).Fill(0, Path(-1, .15, .5, -.6, .95, -.15, .95, .6, -1, .6)).Fill(1, Path(-1, .15, .5, -.6, .95, -.15, .95, .1)).Fill(3, Disc(-.35, .38, .12)).Fill(3, Disc(.25, .32, .09)).Fill(3, Disc(.6, .42, .11)).FinishSide(.06)),
        Dish("croissant", None, random => new Sketch(random).Fill(0, [.. Arc(0, .5, 1, .95, 190, 350), .. Arc(0, .75, .65, .6, 340, 200)]).LineBoth(2, Curve(.3, -.4, .2, 0, .15, .2)).LineBoth(2, Curve(.65, -.2, .5, .1, .4, .35)).Finish(.07)),
        Dish("pretzel", None, random => new Sketch(random).Line(0, Curve(-.5, .75, .35, 0, .65, -.5, .3, -.8, 0, -.45, -.3, -.8, -.65, -.5, -.35, 0, .5, .75)).Line(0, Curve(.65, -.5, .95, 0, .6, .6, 0, .75, -.6, .6, -.95, 0, -.65, -.5)).Finish(.06)),
        Dish("fried egg", None, random => new Sketch(random).Fill(0, Blob(random, 5, .2, 36)).Fill(3, Disc(random.Between(-.2, .2), random.Between(-.2, .2), random.Between(.3, .42))).Finish()),
        Dish("ice lolly", None, random => new Sketch(random).Fill(0, [.. Arc(0, -.5, .42, 180, 360), At(.42, .5), At(-.42, .5)]).Fill(2, Box(-.1, .5, .1, 1)).LineBoth(3, At(.16, -.5), At(.16, .3)).Finish(.07)),
        Dish("layer cake", None, random => new Sketch(random).Fill(0, Box(-.85, -.2, .85, .75)).Fill(2, Box(-.85, .2, .85, .4)).Repeat(3, (s, i) => s.Fill(1, Box(-.53 + (.5 * i), -.65, -.46 + (.5 * i), -.2)).Fill(3, Ring(-.495 + (.5 * i), -.76, .06, .1))).Finish(.06)),
        Dish("loaf", None, random => new Sketch(random).Fill(0, Smooth(-.85, .6, -.85, .1, -1, -.2, -.7, -.55, 0, -.62, .7, -.55, 1, -.2, .85, .1, .85, .6)).LineBoth(2, At(.5, -.45), At(.35, -.1)).Line(2, At(.08, -.5), At(-.08, -.12)).Finish(.07)),
        Dish("wrapped sweet", None, random => new Sketch(random).Fill(0, Ring(0, 0, .5, .42)).FillBoth(2, Path(.47, 0, 1, -.35, .88, 0, 1, .35)).LineBoth(3, Curve(.1, -.4, .25, 0, .1, .4)).Finish(.07)),
    ];

    private static SubjectKind Dish(string name, SubjectTraits traits, Func<SceneRandom, Shape> draw) => new(name, "food", traits, draw);
}
