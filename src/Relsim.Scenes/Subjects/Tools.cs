namespace Relsim.Scenes.Subjects;

/// <summary>.</summary>
internal static class Tools
{
    public static IEnumerable<SubjectKind> Kinds => [];
}
