namespace Relsim.Scenes.Subjects;

/// <summary>.</summary>
internal static class Compounds
{
    public static IEnumerable<SubjectKind> Kinds => [];
}
