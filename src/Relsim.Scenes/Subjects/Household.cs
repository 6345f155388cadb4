namespace Relsim.Scenes.Subjects;

/// <summary>.</summary>
internal static class Household
{
    public static IEnumerable<SubjectKind> Kinds => [];
}
