namespace Relsim.Scenes.Subjects;

/// <summary>.</summary>
internal static class Furniture
{
    public static IEnumerable<SubjectKind> Kinds => [];
}
