using Relsim.Scenes.Relations;

namespace Relsim.Scenes;

/// <summary>How a gallery of scenes is put together.</summary>
public sealed record SceneGalleryOptions
{
    /// <summary>Number of scenes.</summary>
    public required int Count { get; init; }

    /// <summary>Another seed, another gallery.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Where subjects, styles and wordings come from.</summary>
    public Split Split { get; init; } = Split.Test;

    /// <summary>Share of scenes without any relation, 0 to 1.</summary>
    public double ClutterShare { get; init; } = 0.5;

    /// <summary>Scenes that share one look, each under another relation: 1 = every scene looks different.</summary>
    public int ScenesPerLook { get; init; } = 1;

    /// <summary>Whether scenes of one look are variants of the same families, the hardest distractors.</summary>
    public bool SiblingsShareLooks { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(ClutterShare, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ClutterShare, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ScenesPerLook);
    }
}

/// <summary>Galleries: sets of scenes for demos, datasets and benchmarks.</summary>
public static class SceneGallery
{
    /// <summary>
    /// The recipes of a gallery, relations about equally often (families held out of training included), in an order that
    /// mixes relations and clutter. The same options give the same gallery.
    /// </summary>
    public static IReadOnlyList<SceneRecipe> Create(SceneGalleryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var random = new SceneRandom(SceneRandom.Combine(options.Seed, (ulong)options.Split));
        int clutter = (int)Math.Round(options.Count * options.ClutterShare);
        List<Relation?> relations = [.. Relations(options.Count - clutter, options, random), .. Enumerable.Repeat<Relation?>(null, clutter)];
        var recipes = new SceneRecipe[options.Count];
        ulong lookSeed = 0;
        for (int i = 0; i < recipes.Length; i++)
        {
            lookSeed = i % options.ScenesPerLook == 0 ? random.NextSeed() : lookSeed;
            recipes[i] = new SceneRecipe(relations[i], options.Split, lookSeed, random.NextSeed());
        }

        int[] order = random.Permutation(recipes.Length);
        return [.. order.Select(i => recipes[i])];
    }

    private static IEnumerable<Relation> Relations(int count, SceneGalleryOptions options, SceneRandom random)
    {
        int given = 0;
        while (given < count)
        {
            IEnumerable<Relation> round = options.SiblingsShareLooks
                ? random.Permutation(RelationCatalog.Families.Count).SelectMany(f => Shuffled(RelationCatalog.All.Where(r => r.FamilyIndex == f), random))
                : Shuffled(RelationCatalog.All, random);
            foreach (Relation relation in round.Take(count - given))
            {
                given++;
                yield return relation;
            }
        }
    }

    private static IEnumerable<Relation> Shuffled(IEnumerable<Relation> relations, SceneRandom random)
    {
        Relation[] all = [.. relations];
        return random.Permutation(all.Length).Select(i => all[i]);
    }
}
