using System.Numerics;

namespace Relsim.Scenes.Relations;

/// <summary>Relations of weight and support: stacks, scales, bridges, vessels, things that hang or fall.</summary>
internal static class Structures
{
    /// <summary>The families of this theme.</summary>
    internal static readonly IReadOnlyList<RelationFamily> Families =
    [
        new("stack", ["tower", "pyramid", "leaning"], Stack),
        new("balance", ["level", "tipped"], Balance),
        new("container", ["compartments", "heap-in-a-bowl", "spilling-out"], Container),
        new("hanging", ["from-a-line", "mobile"], Hanging),
        new("bridge", ["joined-by-a-span", "broken-span"], Bridge),
        new("dominoes", ["falling-row", "one-fallen"], Dominoes),
    ];

    private static IReadOnlyList<Element> Stack(int variant, Look look, SceneRandom layout)
    {
        bool mixed = layout.Chance(.3f), ground = layout.Chance(.6f);
        int levels = variant == 1 ? layout.Whole(3, 4) : layout.Whole(4, 6);
        float half = layout.Uniform(.075f, .09f), lean = layout.Sign() * layout.Uniform(.24f, .36f), top = .9f;
        var scene = new List<Element>();
        for (int level = 0; level < levels; level++)
        {
            int across = variant == 1 ? levels - level : 1;
            float highest = top;
            for (int i = 0; i < across; i++)
            {
                Shape one = Placement.Light(look.Any[mixed ? (level + i) % 5 : 0].Shape);
                Element put = Placement.Stand(one, .5f + (2.02f * half * (i - ((across - 1) / 2f))), top, half) with { Ink = mixed ? level + i : 0 };
                Bounds box = Placement.Box(put);
                scene.Add(put with { Position = put.Position + new Vector2(variant == 1 ? 0 : layout.Normal(.004f), 0) });
                highest = MathF.Min(highest, box.Min.Y);
            }

            top = highest + (half * .04f);
        }

        List<Element> pile = variant == 2 ? Placement.Turned(scene, lean, new Vector2(.5f, .9f)) : scene;
        if (ground)
        {
            Bounds all = pile.Select(Placement.Box).Aggregate((a, b) => a.With(b));
            float under = variant == 2 ? Placement.Box(pile[0]).Max.Y : .9f;
            pile.Add(Placement.Line([new(MathF.Min(.3f, all.Min.X - .03f), under), new(MathF.Max(.7f, all.Max.X + .03f), under)]));
        }

        return Placement.Settle(layout, pile, .8f, 1.15f);
    }

    private static IReadOnlyList<Element> Balance(int variant, Look look, SceneRandom layout)
    {
        bool pans = layout.Chance(.4f), mixed = layout.Chance(.25f);
        float arm = layout.Uniform(.3f, .36f), tip = variant == 0 ? 0 : layout.Sign() * layout.Uniform(.22f, .34f);
        float even = layout.Uniform(.08f, .105f);
        float heavy = variant == 0 ? even : even * 1.3f, light = variant == 0 ? even : even * .55f;
        Vector2 pivot = new(.5f, pans ? .3f : .62f);
        Shape left = look.Any[0].Shape, right = look.Any[mixed && variant == 0 ? 1 : 0].Shape;
        (float ofLeft, float ofRight) = tip < 0 ? (heavy, light) : (light, heavy);
        var scene = new List<Element>();
        Vector2 beam = Placement.Turn(new Vector2(arm, 0), tip), up = Placement.Turn(new Vector2(0, -1), tip);
        Vector2[] bar = [pivot - beam, pivot + beam, pivot + beam + (.022f * up), pivot - beam + (.022f * up)];
        if (pans)
        {
            scene.Add(Placement.Rectangle(.49f, pivot.Y, .51f, .9f, 2, Fill.Solid));
            scene.Add(Placement.Area([new(.38f, .93f), new(.5f, .87f), new(.62f, .93f)], 2));
            scene.AddRange(Pan(pivot - beam, left, ofLeft));
            scene.AddRange(Pan(pivot + beam, right, ofRight));
        }
        else
        {
            float foot = layout.Uniform(.07f, .1f);
            scene.Add(Placement.Area([pivot, pivot + new Vector2(foot, foot * 1.7f), pivot + new Vector2(-foot, foot * 1.7f)], 2));
            scene.AddRange(Placement.Turned([Placement.Stand(left, pivot.X - arm + ofLeft, pivot.Y - .02f, ofLeft), Placement.Stand(right, pivot.X + arm - ofRight, pivot.Y - .02f, ofRight)], tip, pivot));
        }

        scene.Add(Placement.Area(bar, 2, Fill.Solid));
        return Placement.Settle(layout, scene, .8f, 1.1f);
    }

    private static IEnumerable<Element> Pan(Vector2 hook, Shape load, float half)
    {
        const float Wide = .12f;
        float floor = hook.Y + .3f;
        yield return Placement.Line([new(hook.X - Wide, floor), hook, new(hook.X + Wide, floor)], 2, .8f);
        yield return Placement.Area([new(hook.X - Wide, floor), new(hook.X + Wide, floor), new(hook.X + (Wide * .6f), floor + .035f), new(hook.X - (Wide * .6f), floor + .035f)], 2, Fill.Solid);
        yield return Placement.Stand(load, hook.X, floor, half);
    }

    private static IReadOnlyList<Element> Container(int variant, Look look, SceneRandom layout)
    {
        bool mixed = layout.Chance(.5f);
        int inks = layout.Whole(1, 3), count = layout.Whole(7, 10);
        Shape[] things = [.. Enumerable.Range(0, 12).Select(i => Placement.Light(look.Any[mixed ? i % 5 : 0].Shape))];
        if (variant == 0)
        {
            return Compartments(things, inks, layout);
        }

        float wide = layout.Uniform(.26f, .33f), deep = wide * layout.Uniform(.65f, .9f), half = layout.Uniform(.058f, .07f);
        Vector2[] bowl = Bowl(wide, deep, layout.Chance(.5f));
        var scene = new List<Element>();
        if (variant == 1)
        {
            int[] rows = [4, 3, 2, 1];
            float rim = .55f;
            int put = 0;
            for (int row = 0; row < rows.Length && put < count; row++)
            {
                for (int i = 0; i < rows[row] && put < count; i++, put++)
                {
                    Vector2 place = new(.5f + (wide * .45f * (i - ((rows[row] - 1) / 2f))) + layout.Normal(.01f), rim - .02f - (row * half * 1.45f));
                    scene.Add(Placement.Fit(things[put], place, half, layout.Normal(.5f)) with { Ink = put % inks });
                }
            }

            scene.Reverse();
            scene.Add(Placement.Area(bowl.Select(p => p + new Vector2(.5f, rim)), 2, Fill.Solid));
        }
        else
        {
            float lying = 1.75f, x = .42f;
            IEnumerable<Vector2> tipped = bowl.Select(p => Placement.Turn(p, lying));
            float ground = .75f, lift = ground - tipped.Max(p => p.Y);
            Vector2 shift = new(.28f, lift);
            scene.Add(Placement.Area(tipped.Select(p => p + shift), 2, Fill.Solid));
            for (int i = 0; i < count; i++)
            {
                float tall = i < 5 ? half * 1.7f * (i % 3) * (1 - (.12f * i)) : 0;
                scene.Add(Placement.Stand(things[i], x, ground - MathF.Max(0, tall), half, layout.Angle()) with { Ink = i % inks });
                x += i % 3 == 2 || i >= 5 ? half * layout.Uniform(1.4f, 2.1f) : half * .45f;
            }
        }

        bool flipped = layout.Chance(.5f);
        return Placement.Settle(layout, flipped ? Placement.Mirrored(scene) : scene, .75f, 1.15f);
    }

    /// <summary>An open vessel with its rim through the origin.</summary>
    private static Vector2[] Bowl(float wide, float deep, bool round) => round
        ? [.. Curves.Sample(17, t => new Vector2(wide, deep) * Placement.Unit(t * MathF.PI))]
        : [new(wide, 0), new(wide * .9f, deep * .5f), new(wide * .6f, deep), new(-wide * .6f, deep), new(-wide * .9f, deep * .5f), new(-wide, 0)];

    private static IReadOnlyList<Element> Compartments(Shape[] things, int inks, SceneRandom layout)
    {
        (int columns, int rows) = layout.Pick<(int, int)>([(3, 3), (3, 2), (2, 3), (4, 2), (2, 4), (4, 3)]);
        float wall = layout.Uniform(.06f, .12f), fill = layout.Uniform(.3f, .38f);
        Fill solid = layout.Chance(.5f) ? Fill.Solid : Fill.Outline;
        var scene = new List<Element>();
        for (int x = 0; x <= columns; x++)
        {
            scene.Add(Placement.Rectangle(x - (wall / 2), -wall / 2, x + (wall / 2), rows + (wall / 2), 2, solid));
        }

        for (int y = 0; y <= rows; y++)
        {
            scene.Add(Placement.Rectangle(-wall / 2, y - (wall / 2), columns + (wall / 2), y + (wall / 2), 2, solid));
        }

        int empty = layout.Chance(.2f) ? layout.Whole(0, (columns * rows) - 1) : -1;
        for (int i = 0; i < columns * rows; i++)
        {
            if (i != empty)
            {
                scene.Add(Placement.Stand(things[i], (i % columns) + .5f, (i / columns) + .92f - (wall / 2), fill) with { Ink = i % inks });
            }
        }

        return Placement.Settle(layout, scene, .8f);
    }

    private static IReadOnlyList<Element> Hanging(int variant, Look look, SceneRandom layout)
    {
        bool mixed = layout.Chance(.35f);
        int count = variant == 0 ? layout.Whole(4, 6) : 4;
        float half = layout.Uniform(.055f, .07f);
        var scene = new List<Element>();
        void Drop(Vector2 from, float length, int i)
        {
            scene.Add(Placement.Line([from, from + new Vector2(0, length + (half * .3f))], 2, .8f));
            scene.Add(Placement.Hang(Placement.Light(look.Any[mixed ? i % 5 : 0].Shape), from.X, from.Y + length, half) with { Ink = mixed ? i : 0 });
        }

        if (variant == 0)
        {
            float sag = layout.Uniform(.04f, .14f), slant = layout.Normal(.04f);
            Vector2[] cord = Curves.Sample(20, t => new Vector2(.95f * t, (slant * t) + (sag * 4 * t * (1 - t))));
            scene.Add(Placement.Line(cord, 2, 1.3f));
            bool even = layout.Chance(.4f);
            float drop = layout.Uniform(.06f, .12f);
            foreach ((Vector2 place, int i) in Curves.Along(cord, count + 2).Skip(1).Take(count).Select((p, i) => (p.Place, i)))
            {
                Drop(place, even ? drop : layout.Uniform(.05f, .2f), i);
            }

            return Placement.Settle(layout, scene);
        }

        float wide = layout.Uniform(.22f, .26f), narrow = layout.Uniform(.1f, .13f), first = layout.Uniform(.08f, .14f);
        scene.Add(Placement.Line([new(.5f, 0), new(.5f, first)], 2, .8f));
        scene.Add(Placement.Line([new(.5f - wide, first), new(.5f + wide, first)], 2, 1.6f));
        for (int side = 0; side < 2; side++)
        {
            float x = .5f + (((2 * side) - 1) * wide), y = first + layout.Uniform(.09f, .2f);
            scene.Add(Placement.Line([new(x, first), new(x, y)], 2, .8f));
            scene.Add(Placement.Line([new(x - narrow, y), new(x + narrow, y)], 2, 1.6f));
            Drop(new Vector2(x - narrow, y), layout.Uniform(.06f, .2f), 2 * side);
            Drop(new Vector2(x + narrow, y), layout.Uniform(.06f, .2f), (2 * side) + 1);
        }

        if (layout.Chance(.5f))
        {
            Drop(new Vector2(.5f, first), layout.Uniform(.05f, .09f), count);
        }

        return Placement.Settle(layout, scene);
    }

    private static IReadOnlyList<Element> Bridge(int variant, Look look, SceneRandom layout)
    {
        float bank = layout.Uniform(.2f, .26f), height = layout.Uniform(.2f, .32f), thick = layout.Uniform(.025f, .04f), rise = layout.Uniform(0, .12f);
        int form = layout.Whole(0, 2);
        float half = bank * layout.Uniform(.33f, .42f), ground = .5f;
        Func<float, Vector2> deck = t => new Vector2(bank + (t * (1 - (2 * bank))), ground - (rise * 4 * t * (1 - t)));
        float gap = layout.Uniform(.13f, .18f), droop = layout.Uniform(.04f, .09f);
        var scene = new List<Element>
        {
            Placement.Rectangle(0, ground, bank, ground + height, 2),
            Placement.Rectangle(1 - bank, ground, 1, ground + height, 2),
        };
        (float From, float To)[] spans = variant == 0 ? [(0, 1)] : [(0, .5f - gap), (1, .5f + gap)];
        foreach ((float from, float to) in spans)
        {
            Vector2[] top = Curves.Sample(14, k => deck(float.Lerp(from, to, k)) + new Vector2(0, variant == 1 ? droop * k * k : 0));
            scene.Add(Placement.Area([.. top, .. top.Reverse().Select(p => p + new Vector2(0, thick))], 3, Fill.Solid));
            scene.AddRange(Railing(top, form, ground + height));
        }

        scene.Add(Placement.Stand(look.Any[0].Shape, bank * .5f, ground, half));
        scene.Add(Placement.Stand(look.Any[layout.Chance(.4f) ? 1 : 0].Shape, 1 - (bank * .5f), ground, half) with { Ink = layout.Whole(0, 1) });
        return Placement.Settle(layout, scene, .85f, 1);
    }

    private static IEnumerable<Element> Railing(Vector2[] top, int form, float bottom)
    {
        if (form == 0)
        {
            yield return Placement.Line(top.Select(p => p - new Vector2(0, .07f)), 2);
        }

        for (int i = 1; i < top.Length - 1 && form < 2; i += 3)
        {
            yield return form == 0 ? Placement.Line([top[i], top[i] - new Vector2(0, .07f)], 2) : Placement.Line([top[i], new(top[i].X, bottom)], 2, 1.4f);
        }
    }

    private static IReadOnlyList<Element> Dominoes(int variant, Look look, SceneRandom layout)
    {
        Shape mark = Placement.Light(look.Any[0].Shape);
        int count = layout.Whole(6, 8), standing = layout.Whole(1, 2), fallen = layout.Whole(1, count - 3);
        float wide = layout.Uniform(.055f, .07f), tall = layout.Uniform(.24f, .3f), pitch = layout.Uniform(.11f, .125f);
        bool flipped = layout.Chance(.5f);
        bool solid = layout.Chance(.5f);
        var scene = new List<Element>();
        float x = 0;
        for (int i = 0; i < count; i++)
        {
            bool flat = variant == 1 && i == fallen;
            float lean = variant == 0 ? 1.25f * MathF.Max(0, count - standing - i) / (count - standing) : flat ? MathF.PI / 2 : 0;
            Vector2 foot = new(x + wide, .8f);
            Element slab = Placement.Rectangle(x, .8f - tall, x + wide, .8f, 2, solid ? Fill.Solid : Fill.Outline) with { Fade = solid ? .45f : 0 };
            Element face = Placement.FitInto(mark, new Vector2(x + (wide / 2), .8f - (tall * .7f)), new Vector2(wide * .46f, tall * .25f));
            scene.AddRange(Placement.Turned([slab, face], lean, foot));
            x += flat ? tall + pitch : pitch;
        }

        scene.Add(Placement.Line([new(-.1f, .8f), new(x + .1f, .8f)]));
        return Placement.Settle(layout, flipped ? Placement.Mirrored(scene) : scene, .85f, 1.3f);
    }
}
