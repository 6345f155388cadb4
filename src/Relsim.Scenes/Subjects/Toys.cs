namespace Relsim.Scenes.Subjects;

/// <summary>.</summary>
internal static class Toys
{
    public static IEnumerable<SubjectKind> Kinds => [];
}
