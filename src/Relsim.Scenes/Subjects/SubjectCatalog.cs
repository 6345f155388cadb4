using System.Numerics;

namespace Relsim.Scenes.Subjects;

/// <summary>Every kind of subject, in a fixed order (the index is a label).</summary>
public static class SubjectCatalog
{
    private static readonly SubjectKind[] AllKinds =
    [
        new("disc", "abstract", SubjectTraits.Simple, _ => Shape.Polygon([.. Enumerable.Range(0, 48).Select(i => Around(i / 48f))])),
        new("triangle", "abstract", SubjectTraits.Simple, _ => Shape.Polygon([.. Enumerable.Range(0, 3).Select(i => Around(i / 3f))])),
        new("arrow", "symbol", SubjectTraits.Directed, _ => Shape.Polygon(new(0, -1), new(.7f, -.2f), new(.25f, -.2f), new(.25f, 1), new(-.25f, 1), new(-.25f, -.2f), new(-.7f, -.2f))),
        new("flag", "symbol", SubjectTraits.Chiral, _ => Shape.Polygon(new(-.4f, 1), new(-.6f, 1), new(-.6f, -1), new(.8f, -.9f), new(.5f, -.4f), new(.8f, 0), new(-.4f, 0))),
    ];

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<SubjectKind> All => AllKinds;

    /// <summary>The kinds of one split.</summary>
    public static IReadOnlyList<SubjectKind> Of(Split split) => AllKinds;

    private static Vector2 Around(float turn) => new(MathF.Sin(turn * MathF.Tau), -MathF.Cos(turn * MathF.Tau));
}
