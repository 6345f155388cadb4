namespace Relsim.Scenes.Subjects;

/// <summary>.</summary>
internal static class Vessels
{
    public static IEnumerable<SubjectKind> Kinds => [];
}
