using System.Numerics;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes.Relations;

/// <summary>Scenes without any relation between their things.</summary>
internal static class Clutter
{
    /// <summary>A scene of one of several kinds: a single thing, unlike things strewn about, strokes and blobs, things cropped by the frame.</summary>
    internal static IReadOnlyList<Element> Compose(Look look, SceneRandom layout) => layout.Whole(0, 9) switch
    {
        0 or 1 => Alone(look, layout),
        2 or 3 or 4 => Strewn(look, layout, overlapping: false),
        5 or 6 => Strewn(look, layout, overlapping: true),
        7 => Scribbles(look, layout),
        8 => [.. Scribbles(look, layout), .. Strewn(look, layout, overlapping: true).Take(layout.Whole(1, 3))],
        _ => Cropped(look, layout),
    };

    private static Element[] Alone(Look look, SceneRandom layout)
    {
        float half = layout.Uniform(.09f, .3f), low = .05f + half;
        Vector2 place = new(layout.Uniform(low, 1 - low), layout.Uniform(low, 1 - low));
        if (half < .22f && Vector2.Distance(place, Placement.Middle) < .1f)
        {
            place += .16f * Placement.Unit(layout.Angle());
        }

        return [Placement.Fit(look.Any[0].Shape, place, half * .8f, layout.Chance(.5f) ? layout.Normal(.2f) : layout.Angle()) with { Ink = layout.Whole(0, 3) }];
    }

    private static Element[] Strewn(Look look, SceneRandom layout, bool overlapping)
    {
        Shape[] kinds = Placement.Unlike(look, 9);
        int count = layout.Whole(2, 9);
        int[] order = layout.Permutation(9);
        float[] radii = [.. Enumerable.Range(0, count).Select(_ => layout.Uniform(.05f, count < 5 ? .2f : .13f))];
        Vector2[] places;
        float shrink = 1;
        if (overlapping)
        {
            var found = new List<Vector2>();
            for (int i = 0; i < count; i++)
            {
                found.Add(NotWithin(found, radii, i, layout));
            }

            places = [.. found];
        }
        else
        {
            (places, shrink) = Curves.Scatter(layout, radii, 1.1f);
        }

        return [.. places.Select((p, i) => Placement.Fit(kinds[order[i]], p, MathF.Max(.036f, .85f * radii[i] * shrink), layout.Angle()) with { Ink = layout.Whole(0, 3) })];
    }

    /// <summary>A place where the thing covers none of the earlier ones wholly, nor lies wholly on one: that would be containment.</summary>
    private static Vector2 NotWithin(List<Vector2> found, float[] radii, int i, SceneRandom layout)
    {
        Vector2 place = default;
        for (int attempt = 0; attempt < 40; attempt++)
        {
            place = new Vector2(layout.Uniform(.1f + (radii[i] * .5f), .9f - (radii[i] * .5f)), layout.Uniform(.1f + (radii[i] * .5f), .9f - (radii[i] * .5f)));
            if (found.Select((p, j) => Vector2.Distance(p, place) > .75f * MathF.Max(radii[i], radii[j])).All(free => free))
            {
                break;
            }
        }

        return place;
    }

    private static List<Element> Scribbles(Look look, SceneRandom layout)
    {
        var scene = new List<Element>();
        int strokes = layout.Whole(1, 5), blobs = layout.Whole(0, 4);
        for (int i = 0; i < blobs; i++)
        {
            Vector2 centre = new(layout.Uniform(.15f, .85f), layout.Uniform(.15f, .85f));
            scene.Add(Blob(centre, layout.Uniform(.05f, .17f), layout) with { Ink = layout.Whole(0, 3) });
        }

        for (int i = 0; i < strokes; i++)
        {
            Vector2 at = new(layout.Uniform(.15f, .85f), layout.Uniform(.15f, .85f));
            var control = new List<Vector2> { at };
            int bends = layout.Whole(1, 5);
            for (int k = 0; k < bends; k++)
            {
                at = Vector2.Clamp(at + (layout.Uniform(.1f, .4f) * Placement.Unit(layout.Angle())), new Vector2(.06f), new Vector2(.94f));
                control.Add(at);
            }

            scene.Add(Placement.Line(layout.Chance(.6f) ? Curves.Smooth(control, 8) : control, layout.Whole(0, 3), layout.Uniform(.7f, 3)));
        }

        if (layout.Chance(.4f))
        {
            Vector2 place = new(layout.Uniform(.2f, .8f), layout.Uniform(.2f, .8f));
            scene.Add(Placement.Fit(look.Any[0].Shape, place, layout.Uniform(.07f, .16f), layout.Angle()));
        }

        return scene;
    }

    private static Element Blob(Vector2 centre, float radius, SceneRandom layout)
    {
        float[] swell = [.. Enumerable.Range(1, 4).Select(k => layout.Normal(.22f / k))], phase = [.. Enumerable.Range(1, 4).Select(_ => layout.Angle())];
        return Placement.Area(Enumerable.Range(0, 36).Select(i =>
        {
            float angle = MathF.Tau * i / 36, reach = 1;
            for (int k = 0; k < swell.Length; k++)
            {
                reach += swell[k] * MathF.Sin(((k + 1) * angle) + phase[k]);
            }

            return centre + (radius * Math.Clamp(reach, .3f, 1.6f) * Placement.Unit(angle));
        }), 0);
    }

    private static Element[] Cropped(Look look, SceneRandom layout)
    {
        int count = layout.Whole(1, 3);
        float start = layout.Angle();
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            Subject who = look.Any[i];
            Vector2 place = Placement.Middle + (layout.Uniform(.32f, .55f) * Placement.Unit(start + (MathF.Tau * (i + layout.Uniform(-.2f, .2f)) / count)));
            return Placement.Fit(who.Shape, place, layout.Uniform(.3f, count == 1 ? .65f : .42f), layout.Angle()) with { Ink = layout.Whole(0, 3) };
        })];
    }
}
