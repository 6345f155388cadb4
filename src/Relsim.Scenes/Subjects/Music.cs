namespace Relsim.Scenes.Subjects;

/// <summary>.</summary>
internal static class Music
{
    public static IEnumerable<SubjectKind> Kinds => [];
}
