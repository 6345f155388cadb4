using Relsim.Imaging;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>The pictures of a report, read once each; what cannot be read is remembered with the reason, and its place says so.</summary>
/// <param name="folder">What relative paths begin at.</param>
internal sealed class ReportImages(string folder)
{
    private const int Side = 144;

    private readonly ImageDecoder _decoder = new();
    private readonly Dictionary<string, string?> _thumbnails = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _errors = new(StringComparer.Ordinal);

    /// <summary>Pictures that could not be read, by path.</summary>
    public IReadOnlyDictionary<string, string> Errors => _errors;

    /// <summary>A thumbnail, or a box that says that there is none.</summary>
    public Html Picture(string path, string alternative) => Thumbnail(path) is { } data
        ? Html.Of($"""<img class="picture" src="{new Html(data)}" alt="{alternative}" width="{Side}" height="{Side}">""")
        : Html.Of($"""<div class="picture missing" role="img" aria-label="{alternative}: cannot be read"><span>cannot be read</span></div>""");

    /// <summary>The whole picture; null, with the reason kept, where it cannot be read.</summary>
    public RgbImage? Load(string path)
    {
        try
        {
            return _decoder.Load(Path.Combine(folder, path));
        }
        catch (ImageDecodeException e)
        {
            _errors[path] = e.Reason;
            return null;
        }
    }

    private string? Thumbnail(string path)
    {
        if (!_thumbnails.TryGetValue(path, out string? data))
        {
            data = Load(path) is { } image ? DataUri.Of(Reports.Thumbnail.Jpeg(image, Side, 80)) : null;
            _thumbnails[path] = data;
        }

        return data;
    }
}
