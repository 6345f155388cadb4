namespace Relsim.Scenes.Subjects;

/// <summary>.</summary>
internal static class Sky
{
    public static IEnumerable<SubjectKind> Kinds => [];
}
