namespace Relsim.Scenes.Relations;

/// <summary>Every relation of the world, in a fixed order (the index is a label).</summary>
public static class RelationCatalog
{
    /// <summary>Families kept out of training altogether, to see whether the space holds for relations nobody taught it.</summary>
    private static readonly HashSet<string> HeldOutFamilies =
        ["eclipse-phases", "network", "overlap-of-sets", "wave", "hanging", "stairs", "bridge", "dominoes"];

    /// <summary>All families.</summary>
    public static IReadOnlyList<RelationFamily> Families { get; } =
    [
    ];

    /// <summary>All relations, family by family.</summary>
    public static IReadOnlyList<Relation> All { get; } = Enumerate();

    /// <summary>The relations that training shows.</summary>
    public static IReadOnlyList<Relation> Trained { get; } = [.. All.Where(relation => !relation.HeldOut)];

    /// <summary>The relations that training never shows.</summary>
    public static IReadOnlyList<Relation> HeldOut { get; } = [.. All.Where(relation => relation.HeldOut)];

    private static Relation[] Enumerate()
    {
        var relations = new List<Relation>();
        for (int family = 0; family < Families.Count; family++)
        {
            for (int variant = 0; variant < Families[family].Variants.Count; variant++)
            {
                relations.Add(new Relation(
                    relations.Count, Families[family], family, variant, HeldOutFamilies.Contains(Families[family].Name)));
            }
        }

        return [.. relations];
    }
}
