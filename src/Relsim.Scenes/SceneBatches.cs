using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Scenes.Captions;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Styles;

namespace Relsim.Scenes;

/// <summary>
/// Training batches in which the same look always stands under four relations: 24 looks, each with two variants of two
/// families (or clutter), and each of 20 relations in four looks. Only the relation tells the pictures of one look apart.
/// </summary>
/// <param name="split">Which subjects, styles and wordings.</param>
/// <param name="size">Side of the pictures in pixels.</param>
/// <param name="seed">Another seed, other pictures.</param>
public sealed class SceneBatches(Split split, int size, ulong seed)
{
    private const int Looks = 24;
    private const int FamiliesPerPass = 10;
    private const int SlotsPerPass = 12;
    private const float ParaphrasedShare = 0.7f;

    private static readonly int[] TrainedFamilies = [.. RelationCatalog.Trained.Select(r => r.FamilyIndex).Distinct()];
    private static readonly Dictionary<int, int> BankIndex =
        RelationCatalog.Trained.Select((relation, index) => (relation.Index, index)).ToDictionary(x => x.Item1, x => x.index);

    /// <summary>The batch of a step: always the same one for the same step. Thread-safe.</summary>
    public RelationalBatch At(long step)
    {
        var random = new SceneRandom(SceneRandom.Combine(seed, (ulong)step));
        Relation?[][] assignment = Assign(random);
        Look[] looks = [.. Enumerable.Range(0, Looks).Select(_ => Look.Create(split, random.NextSeed()))];
        int count = assignment.Sum(relations => relations.Length);
        byte[] pixels = new byte[count * size * size * 3];
        var relations = new List<Relation?>(count);
        var lookOf = new List<int>(count);
        for (int look = 0; look < Looks; look++)
        {
            foreach (Relation? relation in assignment[look])
            {
                RgbImage image = ScenePainter.Paint(SceneFactory.Compose(relation, looks[look], random.NextSeed()), size);
                image.Pixels.CopyTo(pixels, relations.Count * image.Pixels.Length);
                relations.Add(relation);
                lookOf.Add(look);
            }
        }

        return new RelationalBatch
        {
            Size = size,
            Pixels = pixels,
            Relation = [.. relations.Select(r => r is null ? -1 : BankIndex[r.Index])],
            Family = [.. relations.Select(r => r?.FamilyIndex ?? -1)],
            Look = [.. lookOf],
            Style = [.. lookOf.Select(i => looks[i].Style.Kind)],
            Palette = [.. lookOf.Select(i => looks[i].Style.Palette)],
            Bank = [.. RelationCatalog.Trained.Select(r => Caption(r, random))],
            BankFamily = [.. RelationCatalog.Trained.Select(r => r.FamilyIndex)],
        };
    }

    private string Caption(Relation relation, SceneRandom random)
    {
        string caption = random.Pick(CaptionCatalog.For(relation.Id, split));
        return split == Split.Train && random.Chance(ParaphrasedShare) ? CaptionCatalog.Paraphrase(caption, random) : caption;
    }

    // Four passes over the same families fill two slots of every look; a turned copy of the first passes keeps a look from
    // drawing one family twice.
    private static Relation?[][] Assign(SceneRandom random)
    {
        int[] chosen = random.Permutation(TrainedFamilies.Length)[..FamiliesPerPass];
        Relation?[][] slots = [.. chosen.Select(i => TwoVariants(TrainedFamilies[i], random)), [null, null], [null, null]];
        int[] order = random.Permutation(SlotsPerPass);
        int[] other = random.Permutation(SlotsPerPass);
        int turn = random.Whole(1, SlotsPerPass - 1);
        var assignment = new Relation?[Looks][];
        for (int look = 0; look < Looks; look++)
        {
            int[] pass = look < SlotsPerPass ? order : other;
            int place = look % SlotsPerPass;
            assignment[look] = [.. slots[pass[place]], .. slots[pass[(place + turn) % SlotsPerPass]]];
        }

        return assignment;
    }

    private static Relation?[] TwoVariants(int family, SceneRandom random)
    {
        Relation[] variants = [.. RelationCatalog.Trained.Where(relation => relation.FamilyIndex == family)];
        int[] order = random.Permutation(variants.Length);
        return [variants[order[0]], variants[order[1 % variants.Length]]];
    }
}
