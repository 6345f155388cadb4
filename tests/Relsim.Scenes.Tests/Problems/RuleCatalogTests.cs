using System.Numerics;
using Relsim.Scenes.Problems;
using Relsim.Scenes.Relations;

namespace Relsim.Scenes.Tests.Problems;

public class RuleCatalogTests
{
    private const int Draws = 30;

    private static readonly string[] Upright =
    [
        "upright-lying", "rising-falling", "points-up-points-down", "points-left-points-right", "upright-axis-level-axis", "hatched-across-hatched-down",
        "hatched-rising-hatched-falling", "flat-bottom-flat-top", "opens-up-opens-down", "clockwise-counterclockwise", "on-the-left-on-the-right",
        "at-the-top-at-the-bottom", "in-a-row-in-a-column", "row-rising-row-falling", "arched-up-arched-down", "above-beside", "small-above-large-above",
        "small-left-large-left", "one-form-above-other-form-above", "one-form-left-other-form-left", "solid-above-outline-above", "growing-shrinking",
        "growing-downwards-shrinking-downwards", "stands-hangs", "level-upright", "rising-line-falling-line", "bulges-up-bulges-down",
        "bulges-left-bulges-right", "topmost-is-topmost-is-not", "leftmost-is-leftmost-is-not", "left-of-right-of", "above-below",
        "largest-on-top-largest-below", "neck-level-neck-upright", "hooked-left-hooked-right", "one-way-round-other-way-round",
        "leaning-left-leaning-right", "wide-above-wide-below", "solid-above-solid-below", "solid-on-the-left-solid-on-the-right", "bars-standing-bars-hanging",
        "seen-from-above-seen-from-below", "seen-from-the-left-seen-from-the-right", "round-pillar-pointed-cone", "shadow-to-the-left-shadow-to-the-right",
        "light-from-the-left-light-from-the-right", "resting-floating", "stacked-side-by-side", "hung-from-above-held-from-below", "in-a-vee-in-a-roof",
        "ends-in-line-on-the-left-ends-in-line-on-the-right",
    ];

    public static TheoryData<string> Names => [.. RuleCatalog.All.Select(rule => rule.Name)];

    [Fact]
    public void All_Names_AreKebabCaseAndDiffer()
    {
        Assert.All(RuleCatalog.All, rule => Assert.Matches("^[a-z]+(-[a-z]+)*$", rule.Name));
        Assert.Equal(RuleCatalog.All.Count, RuleCatalog.All.DistinctBy(rule => rule.Name).Count());
    }

    [Fact]
    public void Of_TrainingAndValidation_ShareNoRuleAndHoldAll()
    {
        Assert.Empty(RuleCatalog.Of(Split.Train).Intersect(RuleCatalog.Of(Split.Validation)));
        Assert.Equal(RuleCatalog.All.Count, RuleCatalog.Of(Split.Train).Count + RuleCatalog.Of(Split.Validation).Count);
    }

    [Theory]
    [InlineData("points-up-points-down", true)]
    [InlineData("leftmost-is-leftmost-is-not", true)]
    [InlineData("closed-open", false)]
    public void IsUpright_RulesOfUpDownLeftAndRight_AreMarked(string name, bool upright) =>
        Assert.Equal(upright, RuleCatalog.All.Single(rule => rule.Name == name).IsUpright);

    [Fact]
    public void IsUpright_Names_AreThoseOfRules() => Assert.Equal(Upright.ToHashSet(), [.. RuleCatalog.All.Where(rule => rule.IsUpright).Select(rule => rule.Name)]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Compose_ManyDraws_StaysInThePictureAndPartsTheSides(string name)
    {
        Rule rule = RuleCatalog.All.Single(r => r.Name == name);
        for (ulong draw = 0; draw < Draws; draw++)
        {
            IReadOnlyList<Element> left = rule.Compose(true, new SceneRandom(draw / 5), new SceneRandom(draw)), right = rule.Compose(false, new SceneRandom(draw / 5), new SceneRandom(draw));

            Assert.NotEmpty(left);
            Assert.All(left.Concat(right), e => Assert.All(e.Shape.Parts.SelectMany(part => part.Points), p => Assert.True(float.IsFinite(p.X + p.Y))));
            // What is drawn may be cut a little by the frame, never lie outside.
            Assert.All(left.Concat(right).Where(e => e.Shape.Parts.Sum(part => part.Points.Length) > 2), e =>
            {
                Vector2 centre = Placement.Box(e).Centre;
                Assert.InRange(centre.X, -.1f, 1.1f);
                Assert.InRange(centre.Y, -.1f, 1.1f);
            });
            Assert.NotEqual(Outlines(left), Outlines(right));
        }
    }

    [Fact]
    public void Compose_SoManySoMany_ShowsTheRulesTwoCounts()
    {
        Rule rule = RuleCatalog.All.Single(r => r.Name == "so-many-so-many");
        for (ulong problem = 0; problem < 10; problem++)
        {
            int[] left = [.. Counts(true, problem)], right = [.. Counts(false, problem)];
            Assert.Single(left.Distinct());
            Assert.Single(right.Distinct());
            Assert.InRange(right[0] - left[0], 1, 2);
        }

        IEnumerable<int> Counts(bool side, ulong problem) => Enumerable.Range(0, 6).Select(i => rule.Compose(side, new SceneRandom(problem), new SceneRandom((ulong)i + (100 * problem))).Count);
    }

    [Fact]
    public void Compose_InsideOutside_PutsThingsWhereItSays()
    {
        Rule rule = RuleCatalog.All.Single(r => r.Name == "inside-outside");
        for (ulong draw = 0; draw < Draws; draw++)
        {
            foreach (bool inside in new[] { true, false })
            {
                IReadOnlyList<Element> scene = rule.Compose(inside, new SceneRandom(0), new SceneRandom(draw));
                Vector2[] edge = [.. scene[0].Shape.Parts[0].Points.Select(scene[0].ToScene)];
                Assert.All(scene.Skip(1), thing => Assert.Equal(inside, Curves.Holds(edge, Placement.Box(thing).Centre)));
            }
        }
    }

    [Fact]
    public void Compose_SpotsAsCorners_CountsBoth()
    {
        Assert.All(Drawn("spots-as-corners-spots-unlike-corners", left: true), scene => Assert.Equal(scene[0].Shape.Parts[0].Points.Length, scene.Count - 1));
        Assert.All(Drawn("spots-as-corners-spots-unlike-corners", left: false), scene => Assert.NotEqual(scene[0].Shape.Parts[0].Points.Length, scene.Count - 1));
    }

    [Fact]
    public void Compose_MoreInsideMoreOutside_PutsMoreWhereItSays()
    {
        Assert.All(Drawn("more-inside-more-outside", left: true), scene => Assert.True(Inside(scene) > scene.Count - 1 - Inside(scene)));
        Assert.All(Drawn("more-inside-more-outside", left: false), scene => Assert.True(Inside(scene) < scene.Count - 1 - Inside(scene)));

        static int Inside(IReadOnlyList<Element> scene)
        {
            Vector2[] edge = [.. scene[0].Shape.Parts[0].Points.Select(scene[0].ToScene)];
            return scene.Skip(1).Count(spot => Curves.Holds(edge, Placement.Box(spot).Centre));
        }
    }

    [Fact]
    public void Compose_EquallyFar_KeepsOneDistanceFromTheFirst()
    {
        Assert.All(Drawn("equally-far-unequally-far", left: true), scene => Assert.InRange(Spread(scene), 0, .002f));
        Assert.All(Drawn("equally-far-unequally-far", left: false), scene => Assert.True(Spread(scene) > .002f));

        static float Spread(IReadOnlyList<Element> scene)
        {
            float[] far = [.. scene.Skip(1).Select(thing => Vector2.Distance(Placement.Box(thing).Centre, Placement.Middle))];
            return far.Max() - far.Min();
        }
    }

    [Fact]
    public void Compose_ChainRing_ClosesTheRing()
    {
        Assert.All(Drawn("chain-ring", left: true), scene => Assert.Equal(Lines(scene) + 1, scene.Count - Lines(scene)));
        Assert.All(Drawn("chain-ring", left: false), scene => Assert.Equal(Lines(scene), scene.Count - Lines(scene)));

        static int Lines(IReadOnlyList<Element> scene) => scene.Count(e => !e.Shape.Parts[0].Closed);
    }

    [Fact]
    public void Compose_ThreeInLine_KeepsTheMiddleOneOnTheLineOfTheOthers()
    {
        Assert.All(Drawn("three-in-line-none-in-line", left: true), scene => Assert.InRange(OffLine(scene), 0, .002f));
        Assert.All(Drawn("three-in-line-none-in-line", left: false), scene => Assert.True(OffLine(scene) > .05f));

        static float OffLine(IReadOnlyList<Element> scene)
        {
            Vector2[] dots = [.. scene.Take(3).Select(dot => Placement.Box(dot).Centre)];
            return Curves.ToSegment(dots[1], dots[0], dots[2]);
        }
    }

    // Pictures of one side, each of a problem of its own.
    private static IEnumerable<IReadOnlyList<Element>> Drawn(string name, bool left)
    {
        Rule rule = RuleCatalog.All.Single(r => r.Name == name);
        return Enumerable.Range(0, Draws).Select(i => rule.Compose(left, new SceneRandom((ulong)i), new SceneRandom(100 + (ulong)i)));
    }

    private static string Outlines(IEnumerable<Element> elements) => string.Join(';', elements.Select(e =>
        $"{e.Fill}/{e.Stroke}/{e.Fade}/{e.Ink}/{(e.ClipTo is { } clip ? Outlines([clip]) : "")}/{string.Join(',', e.Shape.Parts.Select(part => $"{part.Closed}:{string.Join(' ', part.Points.Select(e.ToScene))}"))}"));
}
