namespace Relsim.Evaluation.Reports;

/// <summary>The font that the program carries, for pages and SVG files.</summary>
internal static class ReportFonts
{
    private static readonly Lazy<string> Rules = new(() => Face("Inter-Regular.otf", 400) + Face("Inter-SemiBold.otf", 600));

    /// <summary>Rules of CSS that define the family Inter, regular and semi-bold, with the files inside.</summary>
    public static string Faces => Rules.Value;

    private static string Face(string file, int weight)
    {
        using Stream stream = typeof(ReportFonts).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is missing from the assembly.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return $"@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/otf;base64,{Convert.ToBase64String(bytes.ToArray())}) format(\"opentype\")}}\n";
    }
}
