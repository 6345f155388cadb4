using System.Numerics;
using Relsim.Scenes.Relations;

namespace Relsim.Scenes.Tests.Relations;

public class FamiliesOfPlaceAndOrderTests
{
    private const int Seeds = 30;

    private static readonly RelationFamily[] Families =
    [
        .. Arrangements.Families, .. Orders.Families, .. Pairs.Families, .. Crowds.Families,
        .. Links.Families, .. Structures.Families, .. Ways.Families,
    ];

    private static readonly (Look Look, ulong Seed)[] Looks =
        [.. Enum.GetValues<Split>().SelectMany(split => Enumerable.Range(0, Seeds).Select(seed => (Look.Create(split, (ulong)seed), (ulong)seed)))];

    private static readonly string[] Planned =
    [
        "radial-arrangement: facing-outward | facing-inward | several-rings",
        "spiral: spiral | double-spiral",
        "branching: tree | river",
        "variations-grid: all-different | all-alike | one-odd",
        "size-order: ascending | shuffled | receding",
        "tone-order: gradient-row | tone-wheel",
        "odd-one-out: odd-shape | odd-tone | odd-turn",
        "one-among-many: giant-among-small | dwarf-among-large",
        "parent-and-child: beside | followed-by-a-line",
        "facing-pair: face-to-face | back-to-back",
        "chain: linked-rings | beads-on-a-string",
        "stack: tower | pyramid | leaning",
        "queue: straight | along-a-bend",
        "ring-around: wreath | orbiting-crowd",
        "orbit: one-orbit | several-orbits",
        "motion-trail: fading-trail | speed-lines | spin-trail",
        "network: mesh | hub",
        "descent-tree: binary | wide",
        "balance: level | tipped",
        "path-to-goal: winding-path | maze",
        "container: compartments | heap-in-a-bowl | spilling-out",
        "overlap-of-sets: two-sets | three-sets",
        "tessellation: hexagons | bricks | interlocking",
        "wave: along-a-sine | ripples",
        "hanging: from-a-line | mobile",
        "stairs: steps-up | steps-down",
        "flow: converging | diverging | parallel",
        "clusters: one-cluster | two-clusters | three-clusters",
        "interlace: braid | crossing",
        "bridge: joined-by-a-span | broken-span",
        "dominoes: falling-row | one-fallen",
        "opposition: two-facing-crowds | one-against-many",
        "repetition: alternating | in-pairs | growing-count",
        "inside-outside: inside | outside | crossing-the-edge",
        "above-below: resting-on | under | beside-a-wall",
        "part-and-whole: whole-with-its-part | many-copies-of-a-part",
    ];

    public static TheoryData<string> Names => [.. Families.Select(family => family.Name)];

    [Fact]
    public void Families_Listed_AreThePlannedOnesEachOnce() =>
        Assert.Equal(Planned.Order(StringComparer.Ordinal), Families.Select(f => $"{f.Name}: {string.Join(" | ", f.Variants)}").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Compose_AnyLook_StaysInThePicture(string name) => ForEach(name, (family, variant, look, seed) =>
    {
        IReadOnlyList<Element> scene = family.Compose(variant, look, new SceneRandom(seed));
        Assert.NotEmpty(scene);
        Assert.True(Drawn(scene).All(p => p.X is >= -.1f and <= 1.1f && p.Y is >= -.1f and <= 1.1f), $"{family.Variants[variant]}, seed {seed}");
        Assert.True(scene.All(e => e.Fade is >= 0 and <= 1 && e.Tone is null or (>= 0 and <= 1)), $"{family.Variants[variant]}, seed {seed}");
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Compose_SameSeeds_GivesTheSameScene(string name) => ForEach(name, (family, variant, look, seed) =>
        Assert.True(Drawn(family.Compose(variant, look, new SceneRandom(seed))).SequenceEqual(Drawn(family.Compose(variant, look, new SceneRandom(seed)))), $"seed {seed}"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Compose_OtherVariant_GivesAnotherScene(string name) => ForEach(name, (family, variant, look, seed) =>
    {
        IReadOnlyList<Element> scene = family.Compose(variant, look, new SceneRandom(seed));
        IReadOnlyList<Element> other = family.Compose((variant + 1) % family.Variants.Count, look, new SceneRandom(seed));
        bool alike = Drawn(scene).SequenceEqual(Drawn(other)) && Paints(scene).SequenceEqual(Paints(other));
        Assert.False(alike, $"{family.Variants[variant]}, seed {seed}");
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Compose_OtherLayout_GivesAnotherScene(string name) => ForEach(name, (family, variant, look, seed) =>
        Assert.False(Drawn(family.Compose(variant, look, new SceneRandom(seed))).SequenceEqual(Drawn(family.Compose(variant, look, new SceneRandom(seed + 1000)))), $"seed {seed}"));

    [Fact]
    public void Clutter_AnySeed_IsFiniteAndRepeatable()
    {
        foreach (Split split in Enum.GetValues<Split>())
        {
            for (ulong seed = 0; seed < 60; seed++)
            {
                Look look = Look.Create(split, seed);
                IReadOnlyList<Element> scene = Clutter.Compose(look, new SceneRandom(seed));
                Assert.NotEmpty(scene);
                Assert.All(Drawn(scene), p => Assert.True(float.IsFinite(p.X) && float.IsFinite(p.Y)));
                Assert.Equal(Drawn(scene), Drawn(Clutter.Compose(look, new SceneRandom(seed))));
            }
        }
    }

    [Fact]
    public void InsideOutside_AnyVariant_EveryThingLiesWhereTheVariantSays() => ForEach("inside-outside", (family, variant, look, seed) =>
    {
        IReadOnlyList<Element> scene = family.Compose(variant, look, new SceneRandom(seed));
        Vector2[] edge = [.. scene[0].Shape.Parts[0].Points.Select(scene[0].ToScene)];
        foreach (Element thing in scene.Skip(1))
        {
            Vector2 middle = Placement.Box(thing).Centre;
            float distance = Curves.ToEdge(edge, middle), half = Placement.Box(thing).Half;
            bool holds = variant switch
            {
                0 => Curves.Holds(edge, middle) && distance > half * .6f,
                1 => !Curves.Holds(edge, middle) && distance > half * .6f,
                _ => distance < half * .5f,
            };
            Assert.True(holds, $"{family.Variants[variant]}, seed {seed}: {distance} from the edge, half {half}");
        }
    });

    [Fact]
    public void SizeOrder_AscendingAndShuffled_SizesAreOrderedOnlyInTheFirst()
    {
        RelationFamily family = Families.Single(f => f.Name == "size-order");
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            Look look = Look.Create(Split.Train, seed);
            Assert.True(IsOrdered(family.Compose(0, look, new SceneRandom(seed))));
            Assert.False(IsOrdered(family.Compose(1, look, new SceneRandom(seed))));
        }

        static bool IsOrdered(IReadOnlyList<Element> scene)
        {
            float[] sizes = [.. scene.Where(e => e.Ink == 0).OrderBy(e => e.Position.X).Select(e => e.Size)];
            return sizes.SequenceEqual(sizes.Order()) || sizes.SequenceEqual(sizes.OrderDescending());
        }
    }

    [Fact]
    public void Thinned_Circle_StaysWithinTheTolerance()
    {
        Vector2[] circle = Curves.Ellipse(Vector2.Zero, 1, 1, 0, 90);
        Vector2[] thin = Curves.Thinned(circle, closed: true, .03f);
        Assert.InRange(thin.Length, 8, 40);
        Assert.All(circle, p => Assert.True(Curves.ToEdge(thin, p) <= .0301f));
    }

    [Fact]
    public void CutBeyond_Square_KeepsTheGivenShareOfTheGivenEnd()
    {
        Shape square = Shape.Polygon(new(-1, -1), new(1, -1), new(1, 1), new(-1, 1));
        Bounds kept = Placement.Box(Cut.Beyond(square, 0, .25f));
        Assert.Equal(.5f, kept.Min.X, 1e-5f);
        Assert.Equal(1, kept.Max.X, 1e-5f);
        Assert.Equal(2, kept.Extent.Y, 1e-5f);
    }

    private static void ForEach(string name, Action<RelationFamily, int, Look, ulong> check)
    {
        RelationFamily family = Families.Single(f => f.Name == name);
        foreach ((Look look, ulong seed) in Looks)
        {
            for (int variant = 0; variant < family.Variants.Count; variant++)
            {
                check(family, variant, look, seed);
            }
        }
    }

    private static IEnumerable<Vector2> Drawn(IReadOnlyList<Element> scene) =>
        scene.SelectMany(e => e.Shape.Parts.SelectMany(part => part.Points).Select(e.ToScene));

    private static IEnumerable<(float?, float, int, Fill)> Paints(IReadOnlyList<Element> scene) => scene.Select(e => (e.Tone, e.Fade, e.Ink, e.Fill));
}
