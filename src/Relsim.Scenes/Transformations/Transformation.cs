namespace Relsim.Scenes.Transformations;

/// <summary>A change from one picture to the next.</summary>
/// <param name="Index">Its place in <see cref="TransformationCatalog.All"/>, a label.</param>
/// <param name="Family">What kind of change, kebab-case.</param>
/// <param name="FamilyIndex">The kind's place among all, a label.</param>
/// <param name="Variant">Which change of that kind, kebab-case.</param>
/// <param name="Compose">Draws the two pictures.</param>
internal sealed record Transformation(int Index, string Family, int FamilyIndex, string Variant, ComposePanels Compose)
{
    /// <summary>"family/variant", the key of its captions.</summary>
    public string Id { get; } = $"{Family}/{Variant}";
}

/// <summary>Draws before and after, each in a unit square of its own.</summary>
internal delegate Panels ComposePanels(Look look, SceneRandom draw);

/// <summary>Two pictures of one style.</summary>
/// <param name="Before">Elements of the left one.</param>
/// <param name="After">Elements of the right one.</param>
internal sealed record Panels(IReadOnlyList<Element> Before, IReadOnlyList<Element> After)
{
    /// <summary>Where set, the colour (each part in 0..1) that things take on in the right picture.</summary>
    public (float Red, float Green, float Blue)? Tint { get; init; }
}
