namespace Relsim.Scenes.Subjects;

/// <summary>.</summary>
internal static class Clothing
{
    public static IEnumerable<SubjectKind> Kinds => [];
}
