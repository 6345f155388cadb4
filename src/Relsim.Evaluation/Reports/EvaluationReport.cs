using System.Text;
using Relsim.Datasets;
using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Reports.Plots;
using Relsim.Evaluation.Reports.Sections;

namespace Relsim.Evaluation.Reports;

/// <summary>
/// One HTML file of a whole run: whichever of retrieval, judge, study and calibration its folder holds, in plain words, tables and charts, with
/// where every number comes from. All is inside; nothing is loaded from elsewhere and no script runs. The same folder gives the same bytes.
/// </summary>
public static class EvaluationReport
{
    /// <summary>The file's name in the run's folder.</summary>
    public const string FileName = "report.html";

    private static readonly Lazy<string> Style = new(() => string.Concat(
        PageStyle.Read("demo-report.css"),
        PageStyle.Read("evaluation-report.css"),
        ReportFonts.Faces,
        "@media (prefers-color-scheme: dark) {\n",
        PlotPalette.DarkRules(".plot svg"),
        "}\n"));

    /// <summary>Writes the page; a killed process leaves the old file or the whole new one.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="output">Where to; null for <see cref="FileName"/> in the folder.</param>
    /// <param name="options">What is shown.</param>
    /// <returns>The page's path.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetFormatException">The folder holds no result, or one that cannot be read.</exception>
    public static string Write(string folder, string? output = null, EvaluationReportOptions? options = null)
    {
        byte[] page = Encoding.UTF8.GetBytes(Render(folder, options));
        string path = output ?? Path.Combine(folder, FileName);
        AtomicFile.Write(path, stream => stream.Write(page));
        return path;
    }

    /// <summary>The page as text.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetFormatException">The folder holds no result, or one that cannot be read.</exception>
    public static string Render(string folder, EvaluationReportOptions? options = null)
    {
        options ??= new EvaluationReportOptions();
        options.Validate();
        EvaluationFolder run = EvaluationFolder.Read(folder);
        ReportPart[] parts = [.. Parts(run, options)];
        return new ReportPage
        {
            Title = options.Title,
            Generator = "Relsim.NET",
            FontPolicy = "font-src data:; ",
            Style = Style.Value,
            FirstPart = parts[0].Id,
            FirstPartName = "results",
            Introduction = Introduction(options, parts),
            Main = Html.Each(parts, Section),
        }.Render();
    }

    private static IEnumerable<ReportPart> Parts(EvaluationFolder run, EvaluationReportOptions options)
    {
        string? Subject(IEnumerable<string>? methods) => options.Highlight ?? SubjectMethod.Of([.. methods ?? []]);
        var images = new ReportImages(run.Path);
        ReportPart?[] parts =
        [
            RetrievalSection.Of(run.Retrieval, Subject(run.Retrieval?.Methods.Select(method => method.Name))),
            JudgeSection.Of(run.Judge, Subject(run.Judge?.Methods.Select(method => method.Name))),
            StudySection.Of(run.Study, Subject(run.Study?.Comparisons.SelectMany(row => new[] { row.MethodA, row.MethodB }))),
            CalibrationSection.Of(run.Calibration),
            QuerySection.Of(run, images, KnownRelevance.Read(run), options, Subject(run.Retrieved?.Keys)),
            MapSection.Of(run.Joint, images),
            ProvenanceSection.Errors(MissingPictures.Of(run, images)),
            ProvenanceSection.Of(run),
        ];
        return parts.OfType<ReportPart>();
    }

    private static Html Introduction(EvaluationReportOptions options, ReportPart[] parts) => Html.Of($"""
        <header class="top">
        <p class="eyebrow">Relational visual similarity</p>
        <h1>{options.Title}</h1>
        <div class="verdict">{Html.Each(parts, part => part.Verdict)}</div>
        <nav aria-label="Parts of this report"><ul class="parts">{Html.Each(parts, part => Html.Of($"<li><a href=\"#{part.Id}\">{part.Title}</a></li>"))}</ul></nav>
        </header>
        """);

    private static Html Section(ReportPart part) => Html.Of($"""
        <section id="{part.Id}" aria-labelledby="{part.Id}-title">
        <h2 id="{part.Id}-title">{part.Title}</h2>
        {part.Body}
        </section>

        """);
}

/// <summary>Options of <see cref="EvaluationReport"/>.</summary>
public sealed record EvaluationReportOptions
{
    /// <summary>The heading. Default "Who finds the same logic?".</summary>
    public string Title { get; init; } = "Who finds the same logic?";

    /// <summary>The method that stands out; null (the default) for relsim, or mini where a result has no relsim.</summary>
    public string? Highlight { get; init; }

    /// <summary>Queries shown with their hits, 0 to 100. Default 6.</summary>
    public int Queries { get; init; } = 6;

    /// <summary>Hits shown of each method, 1 to 20. Default 5.</summary>
    public int Hits { get; init; } = 5;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Queries);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Queries, 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(Hits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Hits, 20);
    }
}
