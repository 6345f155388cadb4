namespace Relsim.Evaluation.Reports;

/// <summary>Style sheets that the program carries.</summary>
internal static class PageStyle
{
    /// <summary>A sheet by its file name.</summary>
    public static string Read(string name)
    {
        using Stream stream = typeof(PageStyle).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
