using System.Collections.Frozen;

namespace Relsim.Scenes.Subjects;

/// <summary>Every kind of subject, in a fixed order (the index is a label).</summary>
public static class SubjectCatalog
{
    private static readonly SubjectKind[] AllKinds =
    [
        .. Figures.Kinds, .. Symbols.Kinds, .. Solids.Kinds, .. Fruit.Kinds, .. Vegetables.Kinds, .. Plants.Kinds,
        .. Animals.Kinds, .. Birds.Kinds, .. SeaLife.Kinds, .. Insects.Kinds, .. Vehicles.Kinds, .. Buildings.Kinds,
        .. Furniture.Kinds, .. Vessels.Kinds, .. Tools.Kinds, .. Household.Kinds, .. Clothing.Kinds, .. Music.Kinds,
        .. Food.Kinds, .. Sky.Kinds, .. Toys.Kinds, .. Compounds.Kinds,
    ];

    private static readonly SubjectKind[][] BySplit = [.. Enum.GetValues<Split>().Select(split => AllKinds.Where(kind => SubjectSplits.Of(kind.Name) == split).ToArray())];

    private static readonly FrozenDictionary<string, int> IndexByName =
        AllKinds.Select((kind, index) => KeyValuePair.Create(kind.Name, index)).ToFrozenDictionary();

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<SubjectKind> All => AllKinds;

    /// <summary>The kinds of one split, in catalog order; the three splits share no kind and together hold all.</summary>
    public static IReadOnlyList<SubjectKind> Of(Split split) => BySplit[(int)split];

    /// <summary>The label of a kind: its place in <see cref="All"/>. Throws where the catalog does not hold it.</summary>
    public static int IndexOf(SubjectKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return IndexByName.TryGetValue(kind.Name, out int index)
            ? index
            : throw new ArgumentException($"The catalog has no subject '{kind.Name}'; take kinds from SubjectCatalog.All.", nameof(kind));
    }
}
