using System.Numerics;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes.Relations;

/// <summary>Relations between two things, or between a thing and what surrounds it.</summary>
internal static class Pairs
{
    /// <summary>The families of this theme.</summary>
    internal static readonly IReadOnlyList<RelationFamily> Families =
    [
        new("parent-and-child", ["beside", "followed-by-a-line"], ParentAndChild),
        new("facing-pair", ["face-to-face", "back-to-back"], FacingPair),
        new("motion-trail", ["fading-trail", "speed-lines", "spin-trail"], MotionTrail),
        new("inside-outside", ["inside", "outside", "crossing-the-edge"], InsideOutside),
        new("above-below", ["resting-on", "under", "beside-a-wall"], AboveBelow),
        new("part-and-whole", ["whole-with-its-part", "many-copies-of-a-part"], PartAndWhole),
    ];

    private static IReadOnlyList<Element> ParentAndChild(int variant, Look look, SceneRandom layout)
    {
        Subject who = look.Any[0];
        float big = layout.Uniform(.15f, .2f), small = big * layout.Uniform(.3f, .42f), gap = layout.Uniform(.015f, .035f);
        float turn = Placement.Heading(who, new Vector2(1, 0));
        bool flipped = layout.Chance(.5f), ground = layout.Chance(.5f);
        int children = variant == 0 ? 1 : layout.Whole(3, 5);
        var scene = new List<Element> { Placement.Stand(who.Shape, .5f, .7f, big, turn) };
        float edge = Placement.Box(scene[0]).Min.X;
        for (int i = 0; i < children; i++)
        {
            Element child = Placement.Stand(who.Shape, 0, .7f, variant == 0 ? small * 1.15f : MathF.Max(small * (1 - (.05f * i)), .045f), turn);
            Bounds box = Placement.Box(child);
            scene.Add(child with { Position = child.Position + new Vector2(edge - gap - box.Max.X, 0) });
            edge -= gap + box.Extent.X;
        }

        if (ground)
        {
            scene.Add(Placement.Line([new(edge - .06f, .7f), new(Placement.Box(scene[0]).Max.X + .06f, .7f)]));
        }

        return Placement.Settle(layout, flipped ? Placement.Mirrored(scene) : scene, .7f);
    }

    private static IReadOnlyList<Element> FacingPair(int variant, Look look, SceneRandom layout)
    {
        Shape first = look.Directed[0].Shape, second = look.Directed[layout.Chance(.3f) ? 1 : 0].Shape;
        float half = layout.Uniform(.14f, .19f), other = half * layout.Uniform(.85f, 1.15f), apart = half + layout.Uniform(.03f, .1f);
        float axis = layout.Chance(.65f) ? layout.Normal(.08f) : layout.Angle();
        float quarter = MathF.PI / 2 * (variant == 0 ? 1 : -1);
        Element left = Placement.Fit(first, new Vector2(-apart, 0), half, quarter);
        Element right = Placement.Mirrored([Placement.Fit(second, new Vector2(1 - apart, 0), other, quarter)])[0] with { Ink = layout.Whole(0, 1) };
        return Placement.Settle(layout, Placement.Turned([left, right], axis, Vector2.Zero), .65f);
    }

    private static IReadOnlyList<Element> MotionTrail(int variant, Look look, SceneRandom layout)
    {
        Subject who = look.Any[0];
        float half = layout.Uniform(.12f, .16f), slope = layout.Chance(.6f) ? layout.Normal(.25f) : layout.Angle();
        Vector2 going = Placement.Unit(slope), side = new(-going.Y, going.X), place = Placement.Middle + (.2f * going);
        float turn = Placement.Heading(who, going);
        bool flipped = layout.Chance(.5f), curved = layout.Chance(.4f);
        int steps = layout.Whole(4, 6);
        float pitch = half * layout.Uniform(.5f, .75f), bend = layout.Normal(.12f);
        int sense = layout.Sign();
        var scene = new List<Element>();
        for (int i = steps; i >= 1; i--)
        {
            switch (variant)
            {
                case 0:
                    float veer = curved ? bend * i : 0;
                    scene.Add(Placement.Fit(Placement.Light(who.Shape), place - (pitch * i * Placement.Turn(going, veer)), half, turn + veer) with { Fade = float.Lerp(.3f, .9f, i / (float)steps) });
                    break;
                case 1:
                    float across = ((i - .5f) / steps * 2) - 1;
                    Vector2 begin = place + (across * half * side) - (going * half * layout.Uniform(1.1f, 1.4f));
                    scene.Add(Placement.Line([begin, begin - (going * half * layout.Uniform(1.2f, 2.6f))], 2, layout.Uniform(.8f, 1.5f)));
                    break;
                default:
                    float radius = half * layout.Uniform(1.35f, 1.9f), from = (i * MathF.Tau / steps) + layout.Normal(.1f);
                    float sweep = sense * MathF.Tau / steps * layout.Uniform(.5f, .8f);
                    scene.AddRange(Curves.Arrow(Curves.Sample(10, t => place + (radius * Placement.Unit(from + (sweep * t)))), i % 2 == 0 ? .045f : .03f));
                    break;
            }
        }

        if (variant == 2)
        {
            scene.InsertRange(0, Enumerable.Range(1, 2).Select(i => Placement.Fit(Placement.Light(who.Shape), place, half, turn - (sense * .35f * (3 - i))) with { Fade = 1 - (.27f * i) }));
        }

        scene.Add(Placement.Fit(who.Shape, place, half, turn));
        return Placement.Settle(layout, flipped ? Placement.Mirrored(scene) : scene, .65f, 1.1f);
    }

    private static IReadOnlyList<Element> InsideOutside(int variant, Look look, SceneRandom layout)
    {
        Shape one = Placement.Light(look.Any[0].Shape);
        int count = layout.Whole(2, 6);
        bool mixed = layout.Chance(.25f);
        Element vessel = Placement.Fit(Vessel(look.Simple[1].Shape), Placement.Middle, variant == 1 ? layout.Uniform(.24f, .28f) : layout.Uniform(.32f, .4f), layout.Normal(.15f));
        vessel = vessel with { Ink = 1, Fill = Fill.Outline, Stroke = layout.Uniform(1, 1.6f) };
        Vector2[] edge = [.. vessel.Shape.Parts[0].Points.Select(vessel.ToScene)];
        float half = layout.Uniform(.05f, .075f);
        float[] radii = [.. Enumerable.Repeat(half * 1.15f, count)];
        Vector2[] places;
        float shrink = 1;
        if (variant == 2)
        {
            float start = layout.Uniform(0, 1);
            (Vector2 Place, Vector2 Direction)[] round = Curves.Along([.. edge, edge[0]], 240);
            places = [.. Enumerable.Range(0, count).Select(i => round[(int)(239 * ((start + ((i + layout.Uniform(-.15f, .15f)) / count) + 1) % 1))].Place)];
        }
        else
        {
            bool inside = variant == 0;
            (places, shrink) = Curves.Scatter(layout, radii, 1, (p, r) => Curves.Holds(edge, p) == inside && Curves.ToEdge(edge, p) > (r * 1.1f) + .012f);
        }

        bool anyWay = layout.Chance(.5f);
        IEnumerable<Element> things = places.Select((p, i) =>
            Placement.Fit(mixed ? Placement.Light(look.Any[i].Shape) : one, p, MathF.Max(.03f, half * shrink), anyWay ? layout.Angle() : layout.Normal(.1f)));
        return Placement.Settle(layout, [vessel, .. things], .8f, 1);
    }

    /// <summary>The outline of a body where it is roomy, else a round one of the same proportions.</summary>
    private static Shape Vessel(Shape body)
    {
        ShapePart first = body.Parts[0];
        Bounds box = Placement.Box(body);
        bool roomy = first.Closed && Curves.Holds(first.Points, box.Centre) && Curves.ToEdge(first.Points, box.Centre) > .55f * box.Half;
        Vector2 extent = Vector2.Max(box.Extent / 2, new Vector2(.7f * box.Half));
        return roomy ? new Shape([first with { Ink = 0 }]) : Shape.Polygon(Curves.Ellipse(Vector2.Zero, extent.X, extent.Y));
    }

    private static IReadOnlyList<Element> AboveBelow(int variant, Look look, SceneRandom layout)
    {
        Subject who = look.Any[0];
        int count = layout.Whole(1, 3);
        float half = count == 1 ? layout.Uniform(.11f, .14f) : layout.Uniform(.075f, .09f), thick = layout.Uniform(.03f, .05f);
        float wide = MathF.Max(.28f, count * half * 1.25f), tall = (2 * half) + layout.Uniform(.07f, .12f), ground = .5f + tall;
        bool mixed = layout.Chance(.3f), flipped = layout.Chance(.5f), floor = layout.Chance(.6f);
        Fill fill = layout.Chance(.7f) ? Fill.Solid : Fill.StyleDecides;
        var scene = new List<Element>();
        float start, surface;
        if (variant == 2)
        {
            float wall = layout.Uniform(.5f, .65f);
            scene.Add(Placement.Rectangle(.1f - thick, ground - wall, .1f + (thick * .4f), ground, 2, fill));
            start = .1f + (thick * .4f) + .01f;
            surface = ground;
            floor = true;
        }
        else
        {
            float leg = thick * .6f;
            scene.Add(Placement.Rectangle(.5f - wide - leg, .5f - thick, .5f + wide + leg, .5f, 2, fill));
            scene.AddRange(new[] { -1, 1 }.Select(s => Placement.Rectangle(.5f + (s * wide) - (leg / 2), .5f, .5f + (s * wide) + (leg / 2), ground, 2, fill)));
            start = .5f - (count * half * 1.12f) + (layout.Uniform(-1, 1) * (wide - (count * half * 1.12f)) * .7f);
            surface = variant == 0 ? .5f - thick : ground;
        }

        for (int i = 0; i < count; i++)
        {
            Element put = Placement.Stand((mixed ? look.Any[i] : who).Shape, 0, surface - .003f, half);
            Bounds box = Placement.Box(put);
            scene.Add(put with { Position = put.Position + new Vector2(start - box.Min.X, 0), Ink = mixed ? i : 0 });
            start += MathF.Max(box.Extent.X, half) + (half * .15f);
        }

        if (floor)
        {
            scene.Add(Placement.Line([new(.0f, ground), new(MathF.Max(start + .15f, variant == 2 ? .6f : 1), ground)]));
        }

        return Placement.Settle(layout, flipped ? Placement.Mirrored(scene) : scene, .7f, 1.15f);
    }

    private static IReadOnlyList<Element> PartAndWhole(int variant, Look look, SceneRandom layout)
    {
        Shape whole = look.Any[0].Shape;
        float cut = MathF.PI / 2 * layout.Whole(0, 3);
        Shape part = Cut.Beyond(whole, cut, layout.Uniform(.2f, .4f));
        float half = layout.Uniform(.2f, .25f), lifeSize = half * Placement.Box(part).Half / Placement.Box(whole).Half;
        bool flipped = layout.Chance(.5f), marked = layout.Chance(.6f);
        Element body = Placement.Fit(whole, new Vector2(.3f, .5f), half);
        var scene = new List<Element> { body };
        if (variant == 0)
        {
            Element piece = Placement.Fit(part, new Vector2(.3f + half + .06f + lifeSize, .5f + layout.Uniform(-.15f, .15f)), lifeSize * layout.Uniform(1, 1.25f));
            scene.Add(piece);
            if (marked)
            {
                Vector2 from = body.ToScene(Placement.Box(part).Centre), to = Placement.Box(piece).Centre;
                scene.AddRange(Curves.Dashed([from, Vector2.Lerp(from, to, .75f)], 4));
            }
        }
        else
        {
            int rows = layout.Whole(3, 4), columns = layout.Whole(2, 3);
            float pitch = layout.Uniform(.13f, .15f), small = pitch * layout.Uniform(.38f, .44f);
            for (int i = 0; i < rows * columns; i++)
            {
                Vector2 place = new(.3f + half + .04f + (pitch * ((i / rows) + .5f)), .5f + (pitch * ((i % rows) - ((rows - 1) / 2f))));
                scene.Add(Placement.Fit(Placement.Light(part), place, small));
            }
        }

        return Placement.Settle(layout, flipped ? Placement.Mirrored(scene) : scene);
    }
}
