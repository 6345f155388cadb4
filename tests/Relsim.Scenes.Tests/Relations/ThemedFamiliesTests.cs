using System.Numerics;
using Relsim.Scenes.Relations;
using Xunit;

namespace Relsim.Scenes.Tests.Relations;

public sealed class ThemedFamiliesTests
{
    private const int Seeds = 30;

    private static readonly string[] Agreed =
    [
        "growth-stages: growing | shrinking",
        "decay-stages: decaying | restoring",
        "melting: melting | standing-firm",
        "consumption: used-up | filling-up",
        "ripening: gradual-tone | abrupt-tone",
        "movement-phases: leap | tumble | fall",
        "before-after: broken | grown | turned",
        "cycle-of-arrows: one-way-cycle | exchange",
        "assembly: assembling | taken-apart",
        "eclipse-phases: waxing | waning",
        "concentric-layers: nested-outlines | cut-open-wedge | off-centre-nest",
        "cross-section: halved | cut-face",
        "exploded-parts: along-an-axis | outwards",
        "labelled-parts: leader-lines | magnified-detail",
        "mirror-reflection: below | beside | broken-by-ripples",
        "symmetry: bilateral | fourfold",
        "mosaic-of-small: filled-by-small | outlined-by-small",
        "silhouette-filled: scene-inside | crowd-inside",
        "pattern-in-outline: stripes | dots | checks",
        "cast-shadow: true-shadow | false-shadow",
        "imprint: trail-of-prints | stamp-beside",
        "fragments: shattering | sliced",
        "missing-part: bitten | gap-in-the-ring | absent-from-the-row",
        "puzzle-fit: interlocking | peg-and-hole",
        "face-like: smiling | frowning | astonished",
        "glyph-of-objects: letter | numeral",
        "hybrid: left-right-halves | head-on-other-body",
        "x-ray: inside-the-outline | skeleton-lines",
        "camouflage: blends-in | stands-out",
        "scale-model: small-beside-real | under-a-magnifier",
        "burst: splash-crown | starburst",
        "frame-within-frame: nested-frames | picture-in-picture",
        "view-through-opening: window | keyhole",
    ];

    private static readonly RelationFamily[] Families =
    [
        .. Stages.Families, .. Phases.Families, .. Layers.Families, .. Pieces.Families,
        .. Reflections.Families, .. Composites.Families, .. Frames.Families,
    ];

    private static readonly (Look Look, ulong Seed)[] Looks =
    [
        .. from split in Enum.GetValues<Split>()
           from seed in Enumerable.Range(0, Seeds)
           select (Look.Create(split, (ulong)seed), SceneRandom.Combine((ulong)seed, 7)),
    ];

    public static TheoryData<string, int> Relations()
    {
        var relations = new TheoryData<string, int>();
        foreach (RelationFamily family in Families)
        {
            for (int variant = 0; variant < family.Variants.Count; variant++)
            {
                relations.Add(family.Name, variant);
            }
        }

        return relations;
    }

    [Fact]
    public void Families_NamesAndVariants_AreTheAgreedOnes() =>
        Assert.Equal(Agreed.Order(), Families.Select(family => $"{family.Name}: {string.Join(" | ", family.Variants)}").Order());

    [Theory]
    [MemberData(nameof(Relations))]
    public void Compose_AnyLookAndLayout_StaysInThePictureAndRepeats(string name, int variant)
    {
        foreach ((Look look, ulong seed) in Looks)
        {
            IReadOnlyList<Element> scene = Compose(name, variant, look, seed);
            Vector2[] points = [.. Drawn(scene)];

            Assert.NotEmpty(scene);
            Assert.InRange(points.Length, 3, 4000);
            Assert.All(scene, element => Assert.NotEmpty(element.Shape.Parts));
            Assert.All(scene.SelectMany(element => element.Shape.Parts), part => Assert.True(part.Points.Length >= (part.Closed ? 3 : 2)));
            Assert.DoesNotContain(points, p => !float.IsFinite(p.X) || !float.IsFinite(p.Y));
            Assert.DoesNotContain(scene.Where(e => e.ClipTo is null).SelectMany(Points), p => p.X is < -.1f or > 1.1f || p.Y is < -.1f or > 1.1f);
            Assert.True(points.AsSpan().SequenceEqual(Drawn(Compose(name, variant, look, seed)).ToArray()), "another scene at the second call");
        }
    }

    [Theory]
    [MemberData(nameof(Relations))]
    public void Compose_OtherVariant_GivesAnotherScene(string name, int variant)
    {
        RelationFamily family = Families.Single(f => f.Name == name);
        foreach ((Look look, ulong seed) in Looks.Where((_, i) => i % 3 == 0))
        {
            string own = Described(Compose(name, variant, look, seed));
            Assert.All(
                Enumerable.Range(0, family.Variants.Count).Where(other => other != variant),
                other => Assert.NotEqual(own, Described(Compose(name, other, look, seed))));
        }
    }


    private static IReadOnlyList<Element> Compose(string name, int variant, Look look, ulong seed) =>
        Families.Single(family => family.Name == name).Compose(variant, look, new SceneRandom(seed));

    private static IEnumerable<Vector2> Drawn(IEnumerable<Element> scene) => scene.SelectMany(Points);

    private static IEnumerable<Vector2> Points(Element element) => element.Shape.Parts.SelectMany(part => part.Points).Select(element.ToScene);

    private static string Described(IEnumerable<Element> scene) => string.Join(';', scene.Select(e =>
        $"{string.Join(',', Points(e).Select(p => $"{p.X:F3} {p.Y:F3}"))} {e.Fill} {e.Tone} {e.Fade}"));
}
