namespace Relsim.Evaluation.Methods;

/// <summary>Which of several methods a comparison is about.</summary>
internal static class SubjectMethod
{
    /// <summary>The paper's method, else another that begins with its name, else the model that ships; null where there is none of them.</summary>
    public static string? Of(IReadOnlyList<string> names) =>
        names.FirstOrDefault(name => name == "relsim")
        ?? names.FirstOrDefault(name => name.StartsWith("relsim", StringComparison.OrdinalIgnoreCase))
        ?? names.FirstOrDefault(name => name == "mini");
}
