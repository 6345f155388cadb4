using System.Numerics;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes.Relations;

/// <summary>Relations of order: by size, by tone, by turn, one after another.</summary>
internal static class Orders
{
    /// <summary>The families of this theme.</summary>
    internal static readonly IReadOnlyList<RelationFamily> Families =
    [
        new("size-order", ["ascending", "shuffled", "receding"], SizeOrder),
        new("tone-order", ["gradient-row", "tone-wheel"], ToneOrder),
        new("queue", ["straight", "along-a-bend"], Queue),
        new("stairs", ["steps-up", "steps-down"], Stairs),
        new("repetition", ["alternating", "in-pairs", "growing-count"], Repetition),
    ];

    private static IReadOnlyList<Element> SizeOrder(int variant, Look look, SceneRandom layout)
    {
        Shape one = look.Any[0].Shape;
        int count = layout.Whole(4, 6);
        float ratio = layout.Uniform(2.4f, 3.2f);
        bool flipped = layout.Chance(.5f);
        if (variant == 2)
        {
            List<Element> lane = Receding(one, count, ratio, layout);
            return Placement.Settle(layout, flipped ? Placement.Mirrored(lane) : lane);
        }

        int[] ranks = variant == 0 ? [.. Enumerable.Range(0, count)] : Disorder(count, layout);
        bool standing = layout.Chance(.6f), ruled = standing && layout.Chance(.4f);
        float gap = layout.Uniform(.02f, .04f), x = 0;
        var scene = new List<Element>();
        foreach (int rank in ranks)
        {
            float half = .045f * MathF.Pow(ratio, rank / (count - 1f));
            Element put = standing ? Placement.Stand(one, 0, .5f, half) : Placement.Fit(one, Placement.Middle, half);
            Bounds box = Placement.Box(put);
            scene.Add(put with { Position = put.Position + new Vector2(x - box.Min.X, 0) });
            x += box.Extent.X + gap;
        }

        if (ruled)
        {
            scene.Add(Placement.Line([new(-.03f, .5f), new(x, .5f)]));
        }

        return Placement.Settle(layout, flipped ? Placement.Mirrored(scene) : scene, .85f);
    }

    private static List<Element> Receding(Shape one, int count, float ratio, SceneRandom layout)
    {
        Vector2 far = new(layout.Uniform(.55f, .8f), layout.Uniform(.12f, .25f)), near = new(-.1f, .95f), other = new(1.25f, .95f);
        bool avenue = layout.Chance(.45f), ruled = layout.Chance(.5f);
        float half = layout.Uniform(.1f, .125f);
        var scene = new List<Element>();
        if (ruled)
        {
            scene.Add(Placement.Line([near, far]));
            scene.Add(Placement.Line([avenue ? other : near + new Vector2(.42f, 0), far]));
        }

        for (int i = count - 1; i >= 0; i--)
        {
            float scale = MathF.Pow(ratio, -i / (count - 1f));
            Vector2 foot = Vector2.Lerp(far, near, scale);
            scene.Add(Placement.Stand(one, foot.X, foot.Y, half * scale));
            if (avenue)
            {
                foot = Vector2.Lerp(far, other, scale);
                scene.Add(Placement.Stand(one, foot.X, foot.Y, half * scale));
            }
        }

        return scene;
    }

    /// <summary>An order that changes direction at least twice, or once where there are only a few.</summary>
    private static int[] Disorder(int count, SceneRandom layout)
    {
        while (true)
        {
            int[] order = layout.Permutation(count);
            int changes = Enumerable.Range(1, count - 2).Count(i => order[i] > order[i - 1] != order[i + 1] > order[i]);
            if (changes >= Math.Min(2, count - 2))
            {
                return order;
            }
        }
    }

    private static IReadOnlyList<Element> ToneOrder(int variant, Look look, SceneRandom layout)
    {
        Shape one = look.Any[0].Shape;
        int count = layout.Whole(5, 8);
        float tilt = Placement.Tilt(layout), start = layout.Angle(), room = layout.Uniform(.8f, .95f);
        bool radial = layout.Chance(.4f), reversed = layout.Chance(.5f);
        float slope = layout.Pick<float>([0, 0, MathF.PI / 2, .5f, -.5f]);
        var scene = new List<Element>();
        for (int i = 0; i < count; i++)
        {
            float tone = (reversed ? count - 1 - i : i) / (count - 1f), around = start + (MathF.Tau * i / count);
            Element put = variant == 0
                ? Placement.Fit(one, Placement.Unit(slope) * (i * .1f), .05f * room, tilt)
                : Placement.Fit(one, .34f * Placement.Unit(around), room * .31f * MathF.Sin(MathF.PI / count), radial ? around + (MathF.PI / 2) : tilt);
            scene.Add(put with { Tone = tone, Fill = Fill.Solid });
        }

        return Placement.Settle(layout, scene, .8f, 1.4f);
    }

    private static IReadOnlyList<Element> Queue(int variant, Look look, SceneRandom layout)
    {
        int count = layout.Whole(6, 9);
        bool mixed = layout.Chance(.3f), flipped = layout.Chance(.5f);
        float pitch = layout.Uniform(.085f, .1f), half = pitch * .52f, slope = layout.Normal(.25f);
        float bend = layout.Uniform(2.2f, 3.4f) * layout.Sign() / count;
        bool doubled = layout.Chance(.4f);
        float heading = MathF.PI + slope;
        Vector2 place = new(.8f, .5f);
        List<Element> scene = [.. Booth(new Vector2(.8f + pitch + .03f, .5f), layout.Uniform(.07f, .09f))];
        for (int i = 0; i < count; i++)
        {
            Subject who = look.Any[mixed ? i % look.Any.Count : 0];
            scene.Add(Placement.Fit(Placement.Light(who.Shape), place, half, Placement.Heading(who, -Placement.Unit(heading))) with { Ink = mixed ? i : 0 });
            heading += variant == 0 ? 0 : doubled && i >= count / 2 ? -1.6f * bend : doubled ? 1.6f * bend : bend;
            place += pitch * Placement.Unit(heading);
        }

        return Placement.Settle(layout, flipped ? Placement.Mirrored(scene) : scene);
    }

    private static IEnumerable<Element> Booth(Vector2 centre, float half)
    {
        yield return Placement.Rectangle(centre.X - (half * .8f), centre.Y - (half * .7f), centre.X + (half * .8f), centre.Y + (half * 1.3f), 2);
        yield return Placement.Area([new(centre.X - (half * 1.2f), centre.Y - (half * .7f)), new(centre.X, centre.Y - (half * 1.5f)), new(centre.X + (half * 1.2f), centre.Y - (half * .7f))], 3);
    }

    private static IReadOnlyList<Element> Stairs(int variant, Look look, SceneRandom layout)
    {
        int count = layout.Whole(4, 6);
        bool solid = layout.Chance(.6f), everyStep = layout.Chance(.7f), mixed = layout.Chance(.3f), landing = layout.Chance(.5f);
        float wide = .84f / count, rise = wide * layout.Uniform(.55f, .8f), bottom = .9f + (landing ? 0 : rise);
        int alone = layout.Whole(0, 1);
        var outline = new List<Vector2>();
        var scene = new List<Element>();
        for (int i = 0; i < count; i++)
        {
            int height = variant == 0 ? i : count - 1 - i;
            float left = i * wide, top = .9f - (height * rise);
            outline.Add(new Vector2(left, top));
            outline.Add(new Vector2(left + wide, top));
            if (everyStep || i % 2 == alone)
            {
                Subject who = look.Any[mixed ? i : 0];
                scene.Add(Placement.Stand(who.Shape, left + (wide / 2), top - .004f, wide * .42f) with { Ink = mixed ? i : 0 });
            }
        }

        Element steps = solid ? Placement.Area([.. outline, new(count * wide, bottom + .04f), new(0, bottom + .04f)]) : Placement.Line(outline, 2, 1.5f);
        return Placement.Settle(layout, [steps, .. scene]);
    }

    private static IReadOnlyList<Element> Repetition(int variant, Look look, SceneRandom layout)
    {
        Shape[] kinds = [Placement.Light(look.Any[0].Shape), Placement.Light(look.Any[1].Shape)];
        float tilt = Placement.Tilt(layout), half = layout.Uniform(.4f, .46f);
        int rows = layout.Whole(1, 3);
        bool upright = layout.Chance(.3f), ruled = layout.Chance(.3f), inks = layout.Chance(.6f);
        int count = layout.Pick<int>([8, 8, 12]), largest = layout.Whole(3, 4);
        var scene = new List<Element>();
        if (variant == 2)
        {
            for (int group = 0; group < largest; group++)
            {
                float side = group * layout.Uniform(1.45f, 1.5f);
                scene.AddRange(Enumerable.Range(0, group + 1).Select(i => Placement.Fit(kinds[0], upright ? new Vector2(i, side) : new Vector2(side, -i), half, tilt)));
            }

            return Placement.Settle(layout, scene, .7f, .16f);
        }

        int columns = rows > 1 ? 4 : count == 12 ? 6 : 8;
        for (int i = 0; i < rows * columns; i++)
        {
            int column = i % columns, kind = variant == 0 ? column % 2 : column / 2 % 2;
            float x = column + (variant == 1 && count == 8 ? .45f * (column / 2) : 0);
            Vector2 place = upright ? new Vector2((i / columns) * 1.25f, x) : new Vector2(x, (i / columns) * 1.25f);
            scene.Add(Placement.Fit(kinds[kind], place, half, tilt) with { Ink = inks ? kind : 0 });
        }

        if (ruled)
        {
            Bounds all = scene.Select(Placement.Box).Aggregate((a, b) => a.With(b));
            scene.Add(upright ? Placement.Line([new(all.Min.X - .2f, all.Min.Y), new(all.Min.X - .2f, all.Max.Y)]) : Placement.Line([new(all.Min.X, all.Max.Y + .2f), new(all.Max.X, all.Max.Y + .2f)]));
        }

        return Placement.Settle(layout, scene, .8f, .2f);
    }
}
