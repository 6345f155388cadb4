using System.Numerics;
using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Styles;

namespace Relsim.Scenes.Problems;

/// <summary>
/// Problems in the manner of Bongard's: two sides of a few pictures each, parted by a rule. In most problems each picture has a twin on the other
/// side; in most, drawings in ink; in some, every picture in a style of its own; a quarter are exposed like photographs.
/// </summary>
/// <param name="split">Which rules and styles.</param>
/// <param name="size">Side of the pictures in pixels.</param>
/// <param name="seed">Another seed, other pictures.</param>
/// <param name="problems">Problems of a batch.</param>
public sealed class ProblemBatches(Split split, int size, ulong seed, int problems)
{
    private const int PicturesOfASide = 6;
    private const float TwinShare = .8f;
    private const float JudgedTwinShare = .5f;
    private const float InkShare = .55f;
    private const float RelationShare = .15f;
    private const float PredicateShare = .25f;
    private const float UprightRefused = .6f;
    private const float ExposedShare = .25f;

    private static readonly string[] InkStyles = ["flat", "thin-line", "thin-line", "marker", "silhouette"];

    /// <summary>The batch of a step: always the same one for the same step. Thread-safe.</summary>
    public ProblemBatch At(long step)
    {
        var random = new SceneRandom(SceneRandom.Combine(seed, (ulong)step));
        byte[] pixels = new byte[problems * 2 * PicturesOfASide * size * size * 3];
        int written = 0;
        for (int problem = 0; problem < problems; problem++)
        {
            foreach (RgbImage picture in Problem(random))
            {
                picture.Pixels.CopyTo(pixels, written);
                written += picture.Pixels.Length;
            }
        }

        return new ProblemBatch { Size = size, Pixels = pixels, PicturesOfASide = PicturesOfASide };
    }

    /// <summary>The pictures of one random problem, the left side's first.</summary>
    internal IEnumerable<RgbImage> Problem(SceneRandom random)
    {
        float kind = random.Uniform(0, 1);
        if (kind < RelationShare)
        {
            return Pictures(Related(random), random);
        }

        IReadOnlyList<Rule> rules = kind < RelationShare + PredicateShare ? RuleCatalog.Predicates(split) : RuleCatalog.Of(split);
        Rule rule = random.Pick(rules);
        // What a picture is about seldom lies in which way up it is.
        return Pictures(rule.IsUpright && random.Chance(UprightRefused) ? random.Pick(rules) : rule, random);
    }

    /// <summary>The pictures of one problem of a rule, the left side's first.</summary>
    internal IEnumerable<RgbImage> Pictures(Rule rule, SceneRandom random)
    {
        ulong shared = random.NextSeed();
        bool twins = random.Chance(split == Split.Train ? TwinShare : JudgedTwinShare);
        Func<SceneRandom, Style> style = Styles(random);
        bool exposed = random.Chance(ExposedShare);
        ulong[] seeds = [.. Enumerable.Range(0, 2 * PicturesOfASide).Select(_ => random.NextSeed())];
        for (int i = 0; i < 2 * PicturesOfASide; i++)
        {
            var draw = new SceneRandom(seeds[twins ? i % PicturesOfASide : i]);
            Style painted = style(draw);
            int ink = draw.Whole(0, 3);
            ulong grain = draw.NextSeed(), frame = draw.NextSeed();
            IReadOnlyList<Element> elements = Framed(rule.Compose(i < PicturesOfASide, new SceneRandom(shared), draw), rule, new SceneRandom(frame));
            RgbImage picture = ScenePainter.Paint(painted, [.. elements.Select(e => e with { Ink = e.Ink + ink })], grain, size);
            yield return exposed ? Exposure.Expose(picture, new SceneRandom(SceneRandom.Combine(grain, (ulong)i))) : picture;
        }
    }

    // Where the rule allows it, any way up and either way round.
    private static IReadOnlyList<Element> Framed(IReadOnlyList<Element> elements, Rule rule, SceneRandom frame)
    {
        var shift = new Vector2(frame.Normal(.012f), frame.Normal(.012f));
        if (rule.IsUpright)
        {
            return SceneFactory.Reframed(elements, 1, 0, shift);
        }

        IReadOnlyList<Element> either = frame.Chance(.5f) ? Placement.Mirrored(elements) : elements;
        return SceneFactory.Reframed(either, frame.Uniform(.78f, 1), (frame.Whole(0, 3) * MathF.PI / 2) + frame.Normal(.12f), shift);
    }

    // Two relations of the world as the sides: the same family's variants, two families, or a relation and none.
    private Rule Related(SceneRandom random)
    {
        IReadOnlyList<Relation> relations = split == Split.Train ? RelationCatalog.Trained : RelationCatalog.HeldOut;
        Relation first = random.Pick(relations);
        Relation[] siblings = [.. relations.Where(r => r.FamilyIndex == first.FamilyIndex && r.Index != first.Index)];
        Relation? second = random.Chance(.5f) && siblings.Length > 0 ? random.Pick(siblings) : random.Pick(relations);
        Relation? other = random.Chance(.2f) || second.Index == first.Index ? null : second;
        return Rule.Upright("related", (left, _, draw) => SceneFactory.Compose(left ? first : other, Look.Create(split, draw.NextSeed()), draw.NextSeed()).Elements);
    }

    private Func<SceneRandom, Style> Styles(SceneRandom random)
    {
        if (random.Chance(InkShare))
        {
            string name = random.Pick(InkStyles);
            StyleKind ink = StyleCatalog.All.First(kind => kind.Name == name);
            return draw => Style.Create(ink, PaletteCatalog.Ink, draw);
        }

        if (random.Chance(.5f))
        {
            StyleKind one = random.Pick(StyleCatalog.Of(split));
            return draw => Style.Create(one, draw);
        }

        return draw => Style.Create(split, draw);
    }
}
