namespace Relsim.Scenes.Subjects;

/// <summary>What a relation may ask of a subject's geometry.</summary>
[Flags]
public enum SubjectTraits
{
    /// <summary>Nothing in particular.</summary>
    None = 0,

    /// <summary>Has a front, drawn pointing up (-y): arrows, fish, cars, heads in profile.</summary>
    Directed = 1,

    /// <summary>Differs from its mirror image and from its own turns.</summary>
    Chiral = 2,

    /// <summary>One compact closed outline without inner detail: a disc, a square, a leaf.</summary>
    Simple = 4,
}

/// <summary>A kind of thing that scenes can show, with random proportions at every draw.</summary>
/// <param name="Name">A common noun, e.g. "pear".</param>
/// <param name="Category">fruit, leaf, animal, vehicle, building, tool, symbol, abstract, solid ...</param>
/// <param name="Traits">What relations may count on.</param>
/// <param name="Draw">Makes one individual.</param>
public sealed record SubjectKind(string Name, string Category, SubjectTraits Traits, Func<SceneRandom, Shape> Draw);

/// <summary>One individual of a kind.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Shape">Its outline and parts.</param>
public sealed record Subject(SubjectKind Kind, Shape Shape);
