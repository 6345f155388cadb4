using System.Numerics;
using static Relsim.Scenes.Relations.PolygonCuts;

namespace Relsim.Scenes.Relations;

/// <summary>Places for the steps of a sequence, in reading order.</summary>
/// <param name="Places">The middle of each step, in the unit square.</param>
/// <param name="Size">How large an element may be there without touching its neighbours.</param>
/// <param name="Pointers">Small signs between the steps that show which way to read; may be empty.</param>
internal sealed record Steps(Vector2[] Places, float Size, IReadOnlyList<Element> Pointers)
{
    /// <summary>A row, arc, slope, column or two rows, drawn at random.</summary>
    public static Steps Draw(int count, SceneRandom layout)
    {
        float kind = layout.Uniform(0, 1);
        bool many = count > 4;
        Vector2[] places = kind switch
        {
            < .3f when count < 6 => Row(count, layout),
            < .55f => Arc(count, layout),
            < .85f => TwoRows(count, layout),
            _ => many ? Slope(count, layout) : Column(count, layout),
        };
        return From(places, layout);
    }

    /// <summary>One level row.</summary>
    public static Vector2[] Row(int count, SceneRandom layout)
    {
        float y = layout.Uniform(.38f, .62f);
        float margin = .46f / count;
        return [.. Enumerable.Range(0, count).Select(i => new Vector2(Between(.04f + margin, .96f - margin, i, count), y))];
    }

    /// <summary>Places within a box that are at least <paramref name="apart"/> from each other; fewer where there is no room.</summary>
    public static List<Vector2> Scattered(int count, Vector2 min, Vector2 max, float apart, SceneRandom layout)
    {
        var places = new List<Vector2>();
        for (int attempt = 0; attempt < 60 * count && places.Count < count; attempt++)
        {
            var place = new Vector2(layout.Uniform(min.X, max.X), layout.Uniform(min.Y, max.Y));
            if (places.TrueForAll(other => Vector2.Distance(place, other) >= apart))
            {
                places.Add(place);
            }
        }

        return places;
    }

    private static Steps From(Vector2[] places, SceneRandom layout)
    {
        float nearest = float.MaxValue;
        for (int i = 0; i < places.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                nearest = MathF.Min(nearest, Vector2.Distance(places[i], places[j]));
            }
        }

        bool pointed = layout.Chance(.4f) && nearest > .17f;
        float size = MathF.Min(.2f, (pointed ? .36f : .45f) * nearest);
        float edge = places.Min(p => MathF.Min(MathF.Min(p.X, 1 - p.X), MathF.Min(p.Y, 1 - p.Y)));
        return new Steps(places, MathF.Min(size, edge - .02f), pointed ? Signs(places, nearest) : []);
    }

    private static List<Element> Signs(Vector2[] places, float nearest)
    {
        var signs = new List<Element>();
        for (int i = 1; i < places.Length; i++)
        {
            Vector2 way = places[i] - places[i - 1];
            if (way.Length() < 1.3f * nearest)
            {
                Vector2 ahead = Vector2.Normalize(way) * .022f;
                Vector2 middle = (places[i] + places[i - 1]) / 2;
                signs.Add(Element.Line(middle + Turn(ahead, 2.2f), middle + ahead, middle + Turn(ahead, -2.2f)) with { Ink = 3 });
            }
        }

        return signs;
    }

    private static Vector2[] Arc(int count, SceneRandom layout)
    {
        float half = layout.Uniform(.7f, 1.35f);
        float radius = .38f / MathF.Sin(MathF.Min(half, MathF.PI / 2));
        float bulge = layout.Sign();
        Vector2[] places = [.. Enumerable.Range(0, count).Select(i =>
        {
            float angle = Between(-half, half, i, count);
            return new Vector2(.5f + (radius * MathF.Sin(angle)), -bulge * radius * MathF.Cos(angle));
        })];
        float middle = (places.Min(p => p.Y) + places.Max(p => p.Y)) / 2;
        return [.. places.Select(p => p with { Y = p.Y - middle + .5f })];
    }

    private static Vector2[] TwoRows(int count, SceneRandom layout)
    {
        int first = (count + 1) / 2;
        float margin = .46f / first;
        float rise = layout.Uniform(.2f, .23f);
        return [.. Enumerable.Range(0, count).Select(i => new Vector2(
            Between(.04f + margin, .96f - margin, i % first, first),
            i < first ? .5f - rise : .5f + rise))];
    }

    private static Vector2[] Slope(int count, SceneRandom layout)
    {
        float rise = layout.Uniform(.2f, .36f) * layout.Sign();
        return [.. Enumerable.Range(0, count).Select(i => new Vector2(Between(.13f, .87f, i, count), .5f + Between(-rise, rise, i, count)))];
    }

    private static Vector2[] Column(int count, SceneRandom layout)
    {
        float x = layout.Uniform(.35f, .65f);
        float margin = .46f / count;
        return [.. Enumerable.Range(0, count).Select(i => new Vector2(x, Between(.04f + margin, .96f - margin, i, count)))];
    }

    private static float Between(float low, float high, int i, int count) => count == 1 ? (low + high) / 2 : low + ((high - low) * i / (count - 1));
}
