namespace Relsim.Scenes.Relations;

/// <summary>A fine relation: one variant of a family.</summary>
/// <param name="Index">Its place in <see cref="RelationCatalog.All"/>, a label.</param>
/// <param name="Family">The family.</param>
/// <param name="FamilyIndex">The family's place in <see cref="RelationCatalog.Families"/>, a label.</param>
/// <param name="Variant">Which of the family's variants.</param>
/// <param name="HeldOut">Never shown in training.</param>
public sealed record Relation(int Index, RelationFamily Family, int FamilyIndex, int Variant, bool HeldOut)
{
    /// <summary>"family/variant", the key of its captions.</summary>
    public string Id { get; } = $"{Family.Name}/{Family.Variants[Variant]}";
}
