using System.Numerics;
using Relsim.Scenes.Relations;

namespace Relsim.Scenes.Problems;

/// <summary>
/// Rules drawn at random from a small language over the things of a picture: which of them have a property, how many, what the largest or the topmost
/// one is like, what goes with what. Pictures are drawn until one keeps the rule.
/// </summary>
internal static class PredicateRules
{
    private const int Attempts = 2000;
    private const int TrialAttempts = 150;
    private const int Redraws = 20;

    public static IEnumerable<Rule> Rules =>
    [
        Parted("all-none", (u, _, _, things) => things.All(u), (u, _, _, things) => !things.Any(u)),
        Parted("some-none", (u, _, _, things) => things.Any(u), (u, _, _, things) => !things.Any(u)),
        Parted("most-few", (u, _, _, things) => things.Length > 2 && 2 * things.Count(u) > things.Length, (u, _, _, things) => things.Length > 2 && 2 * things.Count(u) < things.Length),
        Parted("exactly-so-many", (u, _, k, things) => things.Count(u) == k, (u, _, k, things) => things.Count(u) == k + 1),
        Parted("largest-is-largest-is-not", (u, _, _, things) => things.Length > 1 && u(things.MaxBy(t => t.Half)!), (u, _, _, things) => things.Length > 1 && !u(things.MaxBy(t => t.Half)!)),
        Parted("smallest-is-smallest-is-not", (u, _, _, things) => things.Length > 1 && u(things.MinBy(t => t.Half)!), (u, _, _, things) => things.Length > 1 && !u(things.MinBy(t => t.Half)!)),
        Parted("topmost-is-topmost-is-not", (u, _, _, things) => things.Length > 1 && u(things.MinBy(t => t.Place.Y)!), (u, _, _, things) => things.Length > 1 && !u(things.MinBy(t => t.Place.Y)!)) with { IsUpright = true },
        Parted("leftmost-is-leftmost-is-not", (u, _, _, things) => things.Length > 1 && u(things.MinBy(t => t.Place.X)!), (u, _, _, things) => things.Length > 1 && !u(things.MinBy(t => t.Place.X)!)) with { IsUpright = true },
        Parted("goes-with-goes-without", (u, v, _, things) => things.Any(u) && things.All(t => u(t) == v(t)), (u, v, _, things) => things.Any(u) && things.All(t => u(t) != v(t))),
        Parted("both-one", (u, v, _, things) => things.Any(t => u(t) && v(t)), (u, v, _, things) => things.Any(u) && things.Any(v) && !things.Any(t => u(t) && v(t))),
        Parted("left-of-right-of", (u, _, _, things) => Apart(u, things) && things.Where(u).Max(t => t.Place.X) < things.Where(t => !u(t)).Min(t => t.Place.X), (u, _, _, things) => Apart(u, things) && things.Where(u).Min(t => t.Place.X) > things.Where(t => !u(t)).Max(t => t.Place.X)) with { IsUpright = true },
        Parted("above-below", (u, _, _, things) => Apart(u, things) && things.Where(u).Max(t => t.Place.Y) < things.Where(t => !u(t)).Min(t => t.Place.Y), (u, _, _, things) => Apart(u, things) && things.Where(u).Min(t => t.Place.Y) > things.Where(t => !u(t)).Max(t => t.Place.Y)) with { IsUpright = true },
        Parted("same-filling-unlike-filling", (_, _, _, things) => things.Length > 1 && things.DistinctBy(t => t.Fill).Count() == 1, (_, _, _, things) => things.Length > 1 && things.DistinctBy(t => t.Fill).Count() == 2),
        Parted("same-form-unlike-forms", (_, _, _, things) => things.Length > 1 && things.DistinctBy(t => t.Kind).Count() == 1, (_, _, _, things) => things.Length > 1 && things.DistinctBy(t => t.Kind).Count() == things.Length),
        Parted("two-alike-none-alike", (_, _, _, things) => things.GroupBy(t => t.Kind).Count(g => g.Count() == 2) == 1 && things.DistinctBy(t => t.Kind).Count() == things.Length - 1, (_, _, _, things) => things.Length > 2 && things.DistinctBy(t => t.Kind).Count() == things.Length),
        Parted("even-odd", (_, _, _, things) => things.Length % 2 == 0, (_, _, _, things) => things.Length % 2 == 1),
        Parted("as-many-with-as-without", (u, _, _, things) => Apart(u, things) && 2 * things.Count(u) == things.Length, (u, _, _, things) => Apart(u, things) && 2 * things.Count(u) != things.Length),
        Parted("two-kinds-three-kinds", (_, _, _, things) => things.Length > 2 && things.DistinctBy(t => t.Kind).Count() == 2, (_, _, _, things) => things.Length > 2 && things.DistinctBy(t => t.Kind).Count() == 3),
        Parted("all-such-are-such-some-are-not", (u, v, _, things) => Apart(u, things) && things.Where(u).All(v), (u, v, _, things) => Apart(u, things) && things.Where(u).Any(v) && !things.Where(u).All(v)),
        Parted("such-are-alike-such-are-unlike", (u, _, _, things) => things.Count(u) > 1 && things.Where(u).DistinctBy(t => t.Kind).Count() == 1, (u, _, _, things) => things.Count(u) > 1 && things.Where(u).DistinctBy(t => t.Kind).Count() == things.Count(u)),
        Parted("more-such-fewer-such", (u, v, _, things) => things.Any(v) && things.Count(u) > things.Count(v), (u, v, _, things) => things.Any(u) && things.Count(u) < things.Count(v)),
        Parted("as-many-such-unequally-many", (u, v, _, things) => things.Any(u) && things.Count(u) == things.Count(v), (u, v, _, things) => things.Any(u) && things.Any(v) && things.Count(u) != things.Count(v)),
        Parted("just-one-several", (u, _, _, things) => things.Length > 2 && things.Count(u) == 1, (u, _, _, things) => things.Length > 2 && things.Count(u) > 2),
        Parted("all-but-one-all-of-them", (u, _, _, things) => things.Length > 2 && things.Count(u) == things.Length - 1, (u, _, _, things) => things.Length > 2 && things.All(u)),
        Parted("such-and-such-such-without", (u, v, _, things) => things.Any(u) && things.Any(v), (u, v, _, things) => things.Any(u) && !things.Any(v)),
        Parted("middle-is-middle-is-not", (u, _, _, things) => things.Length > 2 && u(things.MinBy(FromMiddle)!), (u, _, _, things) => things.Length > 2 && !u(things.MinBy(FromMiddle)!)),
        Parted("neighbours-alike-neighbours-unlike", (u, _, _, things) => Apart(u, things) && Nearest(things) is var (a, b) && u(a) == u(b), (u, _, _, things) => Apart(u, things) && Nearest(things) is var (a, b) && u(a) != u(b)),
        Parted("largest-on-top-largest-below", (_, _, _, things) => things.Length > 2 && things.MaxBy(t => t.Half) == things.MinBy(t => t.Place.Y), (_, _, _, things) => things.Length > 2 && things.MaxBy(t => t.Half) == things.MaxBy(t => t.Place.Y)) with { IsUpright = true },
    ];

    private delegate bool Holds(Func<Item, bool> first, Func<Item, bool> second, int count, Item[] things);

    private static bool Apart(Func<Item, bool> property, Item[] things) => things.Any(property) && !things.All(property);

    private static float FromMiddle(Item thing) => Vector2.Distance(thing.Place, Placement.Middle);

    private static (Item, Item) Nearest(Item[] things) => things
        .SelectMany((thing, i) => things.Skip(i + 1).Select(other => (thing, other)))
        .MinBy(pair => Vector2.Distance(pair.thing.Place, pair.other.Place));

    private static Rule Parted(string name, Holds onTheLeft, Holds onTheRight) => new(name, (left, rule, draw) =>
    {
        Predicate predicate = Feasible(rule, onTheLeft, onTheRight);
        Item[] things = predicate.Find(left ? onTheLeft : onTheRight, draw, Attempts) ?? predicate.Draw(draw);
        return [.. things.Select(thing => new Thing(Forms.Of(thing.Kind, draw), thing.Half, thing.Fill, thing.Turn).At(thing.Place))];
    });

    // Properties that exclude each other, or are the same, part nothing: both sides must be found quickly.
    private static Predicate Feasible(SceneRandom rule, Holds onTheLeft, Holds onTheRight)
    {
        for (int attempt = 0; ; attempt++)
        {
            var predicate = new Predicate(rule);
            var trial = new SceneRandom(rule.NextSeed());
            if (attempt == Redraws || (predicate.Find(onTheLeft, trial, TrialAttempts) is not null && predicate.Find(onTheRight, trial, TrialAttempts) is not null))
            {
                return predicate;
            }
        }
    }

    /// <summary>A thing before it is drawn.</summary>
    private sealed record Item(int Kind, float Half, Fill Fill, float Turn, Vector2 Place, float Room);

    /// <summary>What the pictures of one problem share: two properties, a number, and which forms occur.</summary>
    private sealed class Predicate
    {
        private readonly int[] _kinds;
        private readonly Func<Item, bool> _first;
        private readonly Func<Item, bool> _second;
        private readonly int _count;
        private readonly int _most;

        public Predicate(SceneRandom rule)
        {
            _kinds = rule.Permutation(Forms.Count)[..rule.Whole(3, 8)];
            _first = Property(rule);
            _second = Property(rule);
            _count = rule.Whole(0, 3);
            _most = rule.Whole(4, 7);
        }

        /// <summary>Things that keep the rule, or null where none were found.</summary>
        public Item[]? Find(Holds holds, SceneRandom draw, int attempts)
        {
            for (int attempt = 0; attempt < attempts; attempt++)
            {
                Item[] things = Draw(draw);
                if (holds(_first, _second, _count, things))
                {
                    return things;
                }
            }

            return null;
        }

        /// <summary>Few forms, two sizes and two fillings, so that rules are often kept; places on a loose grid.</summary>
        public Item[] Draw(SceneRandom draw)
        {
            int columns = draw.Whole(2, 3), rows = draw.Whole(2, 3), count = Math.Min(draw.Whole(1, _most), columns * rows), oneKind = draw.Pick(_kinds);
            bool alike = draw.Chance(.25f), solid = draw.Chance(.5f), fillings = draw.Chance(.7f), large = draw.Chance(.5f), sizes = draw.Chance(.7f);
            int[] cells = draw.Permutation(columns * rows);
            float room = .42f / Math.Max(columns, rows);
            return [.. cells[..count].Select(cell => new Item(
                alike ? oneKind : draw.Pick(_kinds),
                room * ((sizes ? draw.Chance(.5f) : large) ? draw.Uniform(.85f, 1.05f) : draw.Uniform(.35f, .5f)),
                (fillings ? draw.Chance(.5f) : solid) ? Fill.Solid : Fill.Outline,
                draw.Chance(.7f) ? draw.Normal(.08f) : draw.Angle(),
                new Vector2(((cell % columns) + .5f + draw.Uniform(-.1f, .1f)) / columns, ((cell / columns) + .5f + draw.Uniform(-.1f, .1f)) / rows),
                room))];
        }

        private Func<Item, bool> Property(SceneRandom rule)
        {
            int kind = rule.Pick(_kinds);
            return rule.Whole(0, 7) switch
            {
                0 or 1 => item => item.Kind == kind,
                2 => item => Forms.Has(item.Kind, FormTraits.Round),
                3 => item => Forms.Has(item.Kind, FormTraits.Convex),
                4 or 5 => item => item.Fill == Fill.Solid,
                6 => item => item.Half > .7f * item.Room,
                _ => item => Forms.Has(item.Kind, FormTraits.Pointed),
            };
        }
    }
}
