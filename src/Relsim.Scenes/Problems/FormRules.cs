using System.Numerics;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes.Problems;

/// <summary>Rules about the form of each thing of a picture.</summary>
internal static class FormRules
{
    public static IEnumerable<Rule> Rules =>
    [
        new("large-small", (left, _, draw) => Each(draw, 2, _ => Things.Any(draw) with { Half = left ? draw.Uniform(.22f, .36f) : draw.Uniform(.05f, .11f) })),
        new("outline-solid", (left, _, draw) => Each(draw, 5, _ => Things.Any(draw) with { Fill = left ? Fill.Outline : Fill.Solid })),
        Rule.Upright("upright-lying", (left, _, draw) => Each(draw, 4, _ => Long(draw) with { Turn = draw.Normal(.12f) + (left ? 0 : MathF.PI / 2) })),
        Rule.Upright("rising-falling", (left, _, draw) => Each(draw, 4, _ => Long(draw) with { Turn = draw.Normal(.15f) + (MathF.PI / 4 * (left ? 1 : -1)) })),
        new("long-compact", (left, _, draw) => Each(draw, 4, _ =>
        {
            Thing thing = Long(draw, 3);
            return left ? thing : thing with { Shape = Forms.Narrowed(thing.Shape, draw.Uniform(2.4f, 3f)) };
        })),
        new("angular-round", (left, _, draw) => Each(draw, 4, _ =>
        {
            Vector2[] corners = draw.Chance(.5f) ? Forms.Polygon(draw, draw.Whole(3, 6)) : Forms.Knobbly(draw, 2 * draw.Whole(3, 5), .5f);
            return Some(draw, left ? corners : Outline.Rounded(corners));
        })),
        new("convex-dented", (left, _, draw) => Each(draw, 3, _ =>
        {
            Vector2[] dented = Forms.Dented(draw);
            return Some(draw, left ? Forms.Polygon(draw, draw.Whole(4, 9)) : dented);
        })),
        new("three-cornered-four-cornered", (left, _, draw) => Each(draw, 4, _ => Some(draw, Forms.Polygon(draw, left ? 3 : 4)))),
        new("few-corners-many-corners", (left, _, draw) => Each(draw, 3, _ => Some(draw, Forms.Polygon(draw, left ? draw.Whole(3, 4) : draw.Whole(6, 9))))),
        new("closed-open", (left, _, draw) => Each(draw, 3, _ =>
        {
            Vector2[] outline = Forms.Dense(Forms.Any(draw).Parts[0].Points);
            int start = draw.Whole(0, outline.Length - 1), gap = (int)(outline.Length * draw.Uniform(.12f, .3f));
            Vector2[] turned = [.. outline[start..], .. outline[..start]];
            return new Thing(left ? Forms.Closed(turned) : Forms.Open(turned[..^gap]), draw.Uniform(.12f, .28f), Fill.Outline, 0);
        })),
        Rule.Upright("points-up-points-down", (left, _, draw) => Each(draw, 4, _ => Pointed(draw) with { Turn = draw.Normal(.12f) + (left ? 0 : MathF.PI) })),
        Rule.Upright("points-left-points-right", (left, _, draw) => Each(draw, 4, _ => Pointed(draw) with { Turn = draw.Normal(.12f) + (MathF.PI / 2 * (left ? -1 : 1)) })),
        new("symmetric-lopsided", (left, _, draw) => Each(draw, 2, _ =>
        {
            Vector2[] half = HalfOutline(draw), other = HalfOutline(draw);
            return Large(draw, Outline.Rounded([.. half, .. (left ? half : other).Reverse().Select(p => new Vector2(-p.X, p.Y))])) with { Turn = draw.Normal(.05f) };
        })),
        Rule.Upright("upright-axis-level-axis", (left, _, draw) => Each(draw, 2, _ =>
        {
            Vector2[] half = HalfOutline(draw);
            return Large(draw, Outline.Rounded([.. half, .. half.Reverse().Select(p => new Vector2(-p.X, p.Y))])) with { Turn = draw.Normal(.05f) + (left ? 0 : MathF.PI / 2 * draw.Sign()) };
        })),
        new("mirrored-turned", (left, _, draw) => Each(draw, 1, _ =>
        {
            Vector2[] half = HalfOutline(draw);
            IEnumerable<Vector2> other = left ? half.Reverse().Select(p => new Vector2(-p.X, p.Y)) : half.Select(p => -p);
            return Large(draw, Outline.Rounded([.. half, .. other])) with { Turn = draw.Angle() };
        })),
        new("holed-whole", (left, _, draw) => Each(draw, 3, _ =>
        {
            Thing thing = Things.Any(draw, .14f, .24f);
            Vector2[] outline = Forms.Polygon(draw, 16), hole = Outline.Disc(draw.Normal(.1f), draw.Normal(.1f), draw.Uniform(.25f, .45f));
            return thing with { Shape = left ? new Shape([new ShapePart(outline), new ShapePart(hole, true, 1)]) : Shape.Polygon(outline), Fill = Fill.Outline };
        })),
        new("notch-bump", (left, _, draw) => Each(draw, 3, _ =>
        {
            Vector2 towards = Placement.Unit(draw.Angle());
            float reach = draw.Uniform(.35f, .5f) * (left ? -1 : 1);
            Vector2[] body = Forms.Dense(draw.Chance(.5f) ? Outline.Disc(0, 0, .8) : Outline.Box(-.7, -.7, .7, .7));
            return Large(draw, [.. body.Select(p => Vector2.Dot(Vector2.Normalize(p), towards) > .93f ? p * (1 + reach) : p)]);
        })),
        new("sharp-blunt", (left, _, draw) => Each(draw, 3, _ =>
        {
            float half = left ? draw.Uniform(.15f, .4f) : draw.Uniform(.95f, 1.3f);
            Vector2[] angle = [Placement.Unit(half), Vector2.Zero, Placement.Unit(-half)];
            bool filled = draw.Chance(.4f);
            return new Thing(filled ? Forms.Closed(angle) : Forms.Open(angle), draw.Uniform(.12f, .25f), Things.Filling(draw), draw.Angle());
        })),
        new("necked-bulged", (left, _, draw) => Each(draw, 3, _ =>
        {
            float waist = left ? draw.Uniform(.12f, .3f) : draw.Uniform(.6f, .8f), end = left ? draw.Uniform(.5f, .7f) : draw.Uniform(.2f, .45f);
            return Large(draw, Outline.Rounded([new(end * .7f, -.9f), new(end, -.55f), new(waist, 0), new(end, .55f), new(end * .7f, .9f), new(-end * .7f, .9f), new(-end, .55f), new(-waist, 0), new(-end, -.55f), new(-end * .7f, -.9f)]));
        })),
        new("striped-dotted", (left, _, draw) => Each(draw, 3, _ => Things.Any(draw, .14f, .28f) with { Fill = left ? Fill.Striped : Fill.Dotted })),
        Rule.Upright("hatched-across-hatched-down", (left, _, draw) => Hatched(draw, left ? 0 : MathF.PI / 2)),
        Rule.Upright("hatched-rising-hatched-falling", (left, _, draw) => Hatched(draw, MathF.PI / 4 * (left ? 1 : -1))),
        new("few-spikes-many-spikes", (left, _, draw) => Each(draw, 2, _ => Large(draw, Outline.Star(left ? draw.Whole(3, 4) : draw.Whole(7, 10), 0, 0, .95, draw.Uniform(.35f, .6f))))),
        new("square-cornered-skew", (left, _, draw) => Each(draw, 3, _ =>
        {
            float skew = left ? 0 : draw.Uniform(.35f, .6f) * draw.Sign(), high = draw.Uniform(.4f, .9f);
            return Some(draw, [new(-.7f + skew, -high), new(.7f + skew, -high), new(.7f - skew, high), new(-.7f - skew, high)]);
        })),
        new("whole-broken", (left, _, draw) =>
        {
            List<Element> things = Each(draw, 3, _ => Things.Any(draw, .14f, .26f) with { Fill = Fill.Outline });
            return left ? things : [.. things.SelectMany(e => Curves.Dashed([.. e.Shape.Parts[0].Points.Append(e.Shape.Parts[0].Points[0]).Select(e.ToScene)], 9, 0))];
        }),
        new("sides-in-sides-out", (left, _, draw) => Each(draw, 3, _ =>
        {
            int sides = draw.Whole(3, 5);
            float bend = draw.Uniform(.25f, .4f) * (left ? -1 : 1);
            return Some(draw, [.. Enumerable.Range(0, 16 * sides).Select(i =>
            {
                float along = i % 16 / 16f;
                Vector2 a = Placement.Unit(MathF.Tau * (i / 16) / sides), b = Placement.Unit(MathF.Tau * ((i / 16) + 1) / sides);
                return Vector2.Lerp(a, b, along) * (1 + (bend * 4 * along * (1 - along)));
            })]);
        })),
        Rule.Upright("clockwise-counterclockwise", (left, _, draw) => Each(draw, 2, _ =>
        {
            float turns = draw.Uniform(1.6f, 3), start = draw.Angle();
            return new Thing(Forms.Open(Curves.Sample(50, t => (.1f + (.85f * t)) * Placement.Unit(start + (MathF.Tau * turns * t * (left ? 1 : -1))))), draw.Uniform(.16f, .32f), Fill.Outline, 0);
        })),
        new("even-uneven", (left, _, draw) => Each(draw, 3, _ =>
        {
            int corners = draw.Whole(3, 6);
            Vector2[] uneven = Forms.Polygon(draw, corners);
            return Some(draw, left ? Outline.Regular(corners, 0, 0, .95) : [.. uneven.Select(p => p * new Vector2(1, .6f))]);
        })),
        new("smooth-edge-rough-edge", (left, _, draw) => Each(draw, 3, _ =>
        {
            Vector2[] body = Forms.Dense(Forms.Polygon(draw, 9));
            return Large(draw, [.. body.Select((p, i) => p * (1 - (left || i % 2 == 0 ? 0 : draw.Uniform(.12f, .28f))))]);
        })),
        new("tailed-tailless", (left, _, draw) =>
        {
            List<Element> things = Each(draw, 3, _ => Things.Any(draw, .09f, .15f));
            Element[] tails = [.. things.Select(e => Tail(e, draw))];
            return left ? [.. things, .. tails] : things;
        }),
        new("thick-thin", (left, _, draw) => [.. Each(draw, 4, _ => Things.Any(draw, .1f, .24f) with { Fill = Fill.Outline }).Select(e => e with { Stroke = left ? draw.Uniform(3, 5) : draw.Uniform(.6f, 1) })]),
        new("light-dark", (left, _, draw) => [.. Each(draw, 4, _ => Things.Any(draw) with { Fill = Fill.Solid }).Select(e => e with { Fade = left ? draw.Uniform(.55f, .8f) : 0 })]),
        Rule.Upright("flat-bottom-flat-top", (left, _, draw) => Each(draw, 3, _ => Some(draw, Outline.Arc(0, 0, .9, .9, 180, 360)) with { Turn = draw.Normal(.08f) + (left ? 0 : MathF.PI) })),
        Rule.Upright("opens-up-opens-down", (left, _, draw) => Each(draw, 3, _ => new Thing(Forms.Open(Outline.Arc(0, 0, .9, draw.Uniform(.5f, 1.2f), 0, 180)), draw.Uniform(.1f, .22f), Fill.Outline, draw.Normal(.1f) + (left ? 0 : MathF.PI)))),
        new("thing-plain", (left, _, draw) => left ? [Things.Any(draw, .1f, .3f).At(Placement.Middle + new Vector2(draw.Normal(.05f), draw.Normal(.05f)))] : [Placement.Line([new(-.1f, -.1f), new(-.11f, -.1f)])]),
    ];

    private static List<Element> Each(SceneRandom draw, int most, Func<int, Thing> make) => Things.Arranged(draw, draw.Whole(1, most), make);

    private static Thing Some(SceneRandom draw, Vector2[] outline) => new(Forms.Closed(outline), draw.Uniform(.09f, .2f), Things.Filling(draw), Things.Turn(draw));

    private static Thing Large(SceneRandom draw, Vector2[] outline) => new(Forms.Closed(outline), draw.Uniform(.18f, .34f), Things.Filling(draw), Things.Turn(draw));

    // Upright: narrow across.
    private static Thing Long(SceneRandom draw, int lastKind = 4)
    {
        Shape[] kinds = [Forms.Closed(Outline.Disc(0, 0, 1)), Forms.Closed(Outline.Box(-1, -1, 1, 1)), Forms.Closed(Outline.Blob(draw, 3, .15)), Forms.Closed(Outline.Regular(4, 0, 0, 1)), Forms.Open(new(0, -1), new(0, 1))];
        return new Thing(Forms.Narrowed(kinds[draw.Whole(0, lastKind)], draw.Uniform(.22f, .42f)), draw.Uniform(.12f, .28f), Things.Filling(draw), draw.Angle());
    }

    private static Thing Pointed(SceneRandom draw)
    {
        Vector2[][] kinds = [Forms.Spike(.6f), [new(0, -1), new(.8f, .8f), new(0, .3f), new(-.8f, .8f)], Forms.Drop, [new(0, -1), new(.5f, -.2f), new(.2f, -.2f), new(.2f, .9f), new(-.2f, .9f), new(-.2f, -.2f), new(-.5f, -.2f)]];
        return new Thing(Forms.Closed(draw.Pick(kinds)), draw.Uniform(.1f, .24f), Things.Filling(draw), 0);
    }

    // From top to bottom along the right side.
    private static Vector2[] HalfOutline(SceneRandom draw)
    {
        int points = draw.Whole(3, 5);
        return [.. Enumerable.Range(0, points).Select(i => new Vector2(draw.Uniform(.12f, .95f), -.9f + (1.8f * (i + draw.Uniform(-.25f, .25f)) / (points - 1))))];
    }

    private static List<Element> Hatched(SceneRandom draw, float angle)
    {
        Vector2 along = Placement.Unit(angle), across = new(-along.Y, along.X), centre = new(.5f + draw.Normal(.06f), .5f + draw.Normal(.06f));
        int lines = draw.Whole(4, 9);
        float half = draw.Uniform(.2f, .36f);
        var scene = new List<Element>();
        for (int i = 0; i < lines; i++)
        {
            float offset = (((i + .5f) / lines * 2) - 1) * half, reach = MathF.Sqrt((half * half) - (offset * offset)) * .95f;
            scene.Add(Placement.Line([centre + (offset * across) - (reach * along), centre + (offset * across) + (reach * along)], 0));
        }

        return draw.Chance(.6f) ? [.. scene, Placement.Area(Curves.Ellipse(centre, half, half), 0, Fill.Outline)] : scene;
    }

    private static Element Tail(Element body, SceneRandom draw)
    {
        Bounds box = Placement.Box(body);
        Vector2 away = Placement.Unit(draw.Angle());
        Vector2 from = box.Centre + (away * box.Half * .8f), bend = new(-away.Y, away.X);
        return Placement.Line(Curves.Smooth([from, from + (away * .06f) + (bend * draw.Normal(.03f)), from + (away * .14f) + (bend * draw.Normal(.05f))]), 0);
    }
}
