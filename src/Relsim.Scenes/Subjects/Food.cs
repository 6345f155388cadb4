namespace Relsim.Scenes.Subjects;

/// <summary>.</summary>
internal static class Food
{
    public static IEnumerable<SubjectKind> Kinds => [];
}
