using System.Net;
using System.Text.RegularExpressions;
using Relsim.Web.Pictures;

namespace Relsim.Web.Reports;

/// <summary>An evaluation report on disk.</summary>
/// <param name="Id">Its name outside, as a picture's (<see cref="PictureId"/>).</param>
/// <param name="Title">What it calls itself.</param>
/// <param name="Folder">Its folder, from the folder of reports on.</param>
/// <param name="Path">The file.</param>
/// <param name="Modified">When it was written, UTC.</param>
public sealed record ReportFile(string Id, string Title, string Folder, string Path, DateTime Modified);

/// <summary>The evaluation reports (<c>report.html</c>) below a folder, looked for at each request. Thread-safe.</summary>
public sealed partial class ReportCatalog
{
    /// <summary>Name of a report's file.</summary>
    public const string FileName = "report.html";

    private const int TitleWithin = 4096;

    private readonly RootedFiles _files;

    /// <summary>Reports of <see cref="ServeOptions.Reports"/>; none where no folder was given.</summary>
    public ReportCatalog(ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Folder = options.Reports is { } folder ? Path.GetFullPath(folder) : null;
        _files = new RootedFiles(Folder is null ? [] : [Folder]);
    }

    /// <summary>The folder, or null where none was given.</summary>
    public string? Folder { get; }

    /// <summary>All reports, the newest first.</summary>
    public IReadOnlyList<ReportFile> List()
    {
        if (Folder is null || !Directory.Exists(Folder))
        {
            return [];
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        return [.. Directory.EnumerateFiles(Folder, FileName, options).Select(Read).OfType<ReportFile>().OrderByDescending(report => report.Modified)];
    }

    /// <summary>The report of a name, or null.</summary>
    public ReportFile? Find(string id) => List().FirstOrDefault(report => report.Id == id);

    /// <summary>Opens a report, or null where it is gone.</summary>
    public Stream? TryOpen(ReportFile report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return _files.TryOpen(report.Path);
    }

    private ReportFile? Read(string path)
    {
        using FileStream? stream = _files.TryOpen(path);
        if (stream is null)
        {
            return null;
        }

        var head = new byte[TitleWithin];
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        Match title = TitleElement().Match(System.Text.Encoding.UTF8.GetString(head, 0, read));
        string folder = Path.GetRelativePath(Folder!, Path.GetDirectoryName(path)!);
        string name = title.Success ? WebUtility.HtmlDecode(title.Groups[1].Value).Trim() : "";
        return new ReportFile(PictureId.OfPath(path), name.Length > 0 ? name : folder, folder == "." ? Folder! : folder, path, File.GetLastWriteTimeUtc(path));
    }

    [GeneratedRegex("<title>(.*?)</title>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex TitleElement();
}
