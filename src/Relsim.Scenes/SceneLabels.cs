using Relsim.Datasets;
using Relsim.Scenes.Captions;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Transformations;

namespace Relsim.Scenes;

/// <summary>Scenes and captions as labelled data that benchmarks read.</summary>
public static class SceneLabels
{
    /// <summary>For each recipe, what paints its picture and says what is true of it; safe to call from several threads.</summary>
    public static IReadOnlyList<Func<LabelledImage>> Images(IReadOnlyList<SceneRecipe> recipes, int size)
    {
        ArgumentNullException.ThrowIfNull(recipes);
        var looks = new Dictionary<ulong, int>();
        int[] look = [.. recipes.Select(recipe => Number(looks, recipe.LookSeed))];
        return [.. recipes.Select((recipe, i) => (Func<LabelledImage>)(() => Label(recipe, look[i], size)))];
    }

    /// <summary>The split's wordings of every relation.</summary>
    public static IReadOnlyList<LabelledText> Texts(Split split) =>
    [
        .. from relation in RelationCatalog.All
           from caption in CaptionCatalog.For(relation.Id, split)
           select new LabelledText(caption, relation.Index, relation.FamilyIndex, relation.HeldOut),
    ];

    /// <summary>The wordings that training teaches, those of relations before those of transformations.</summary>
    public static IReadOnlyList<string> TrainedCaptions() =>
    [
        .. RelationCatalog.Trained.SelectMany(relation => CaptionCatalog.For(relation.Id, Split.Train)),
        .. TransformationCatalog.All.SelectMany(change => CaptionCatalog.For(change.Id, Split.Train)),
    ];

    private static LabelledImage Label(SceneRecipe recipe, int look, int size)
    {
        SceneTruth truth = recipe.Describe();
        Relation? relation = recipe.Relation;
        return new LabelledImage(recipe.Paint(size), new ImageLabels(
            relation?.Index ?? -1, relation?.FamilyIndex ?? -1, relation?.HeldOut ?? false, truth.MainSubject, truth.StyleKind, look));
    }

    private static int Number(Dictionary<ulong, int> numbers, ulong key)
    {
        numbers.TryAdd(key, numbers.Count);
        return numbers[key];
    }
}
