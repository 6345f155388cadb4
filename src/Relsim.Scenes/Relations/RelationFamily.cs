namespace Relsim.Scenes.Relations;

/// <summary>Places a look's subjects so that the relation's given variant holds. Elements are painted in order.</summary>
/// <param name="variant">Index into the family's variants.</param>
/// <param name="look">Which subjects; their style does not matter here.</param>
/// <param name="layout">Everything that may vary without changing the relation: places, counts, sizes.</param>
public delegate IReadOnlyList<Element> ComposeRelation(int variant, Look look, SceneRandom layout);

/// <summary>A kind of relation, and its variants: the same subjects could show any of them, so they are each other's hard negatives.</summary>
/// <param name="Name">Kebab-case, e.g. "size-order".</param>
/// <param name="Variants">Kebab-case names of the fine relations; at least one.</param>
/// <param name="Compose">Lays a scene out.</param>
public sealed record RelationFamily(string Name, IReadOnlyList<string> Variants, ComposeRelation Compose);
