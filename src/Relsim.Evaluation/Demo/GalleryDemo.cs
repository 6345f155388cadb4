using Relsim.Evaluation.Reports;
using Relsim.Imaging;
using Relsim.Search;

namespace Relsim.Evaluation.Demo;

/// <summary>A query of the demo with its neighbours, for printing.</summary>
/// <param name="Item">The query.</param>
/// <param name="Relational">Nearest in the relational space, with the caption that explains each.</param>
/// <param name="Attribute">Nearest in the attribute space.</param>
public sealed record DemoResult(GalleryItem Item, IReadOnlyList<SearchHit> Relational, IReadOnlyList<SearchHit> Attribute);

/// <summary>What a demo found: the queries shown, and how often each head's first hit is right over the whole gallery.</summary>
/// <param name="Results">The queries shown.</param>
/// <param name="Agreement">Over every picture with a relation as a query.</param>
public sealed record GalleryDemoReport(IReadOnlyList<DemoResult> Results, IReadOnlyList<DemoAgreement> Agreement);

/// <summary>The main job on a library whose truth is known: relational neighbours beside attribute neighbours, with reasons, as a report and a map.</summary>
public sealed class GalleryDemo
{
    private const int ThumbnailSide = 176;

    private readonly JointRanking _ranking;
    private readonly CaptionBank _captions;
    private readonly GalleryDemoOptions _options;
    private readonly Dictionary<string, GalleryItem> _items;
    private readonly Dictionary<string, StoredImage> _stored;

    /// <summary>Takes a library that holds exactly the items' pictures.</summary>
    /// <exception cref="ArgumentException">The library lacks a picture.</exception>
    public GalleryDemo(EmbeddingStore library, IReadOnlyList<GalleryItem> items, CaptionBank captions, GalleryDemoOptions options)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentNullException.ThrowIfNull(items);
        _ranking = JointRanking.Load(library);
        _captions = captions;
        _options = options;
        _items = items.DistinctBy(item => item.Path).ToDictionary(item => item.Path);
        _stored = library.All().ToDictionary(image => image.Path);
        if (_items.Keys.FirstOrDefault(path => !_stored.ContainsKey(path)) is { } missing)
        {
            throw new ArgumentException($"The library {library.FilePath} lacks {missing}.", nameof(library));
        }
    }

    /// <summary>Picks queries of different families and finds their neighbours.</summary>
    public GalleryDemoReport Run(CancellationToken cancellationToken = default)
    {
        GalleryItem[] related = [.. _items.Values.Where(item => item.Family is not null).OrderBy(item => item.Path, StringComparer.Ordinal)];
        new Random(unchecked((int)_options.Seed)).Shuffle(related);
        DemoResult[] all = [.. related.Select(item => Answer(item, captions: false, count: 1, cancellationToken))];
        DemoResult[] shown =
        [
            .. related.DistinctBy(item => item.Family).Take(_options.Queries).Select(item => Answer(item, captions: true, _options.Neighbors, cancellationToken)),
        ];
        return new GalleryDemoReport(shown, DemoAgreement.Of([.. all.Select(result => ToQuery(result, withPictures: false))]));
    }

    /// <summary>Writes report.html and map.png into a folder.</summary>
    public void Write(string folder, GalleryDemoReport report, DemoProvenance provenance)
    {
        ArgumentNullException.ThrowIfNull(report);
        JointMapContent[] maps = [.. report.Results.Take(_options.Maps).Select(Map)];
        if (maps.Length > 0)
        {
            Datasets.AtomicFile.Write(Path.Combine(folder, "map.png"), stream => stream.Write(JointMap.PaintPng(maps[0])));
        }

        DemoReport.Write(Path.Combine(folder, "report.html"), new DemoReportContent
        {
            GallerySize = _items.Count,
            Gallery = "drawn for this report in subjects and styles that the model never saw in training",
            Queries = [.. report.Results.Select(result => ToQuery(result, withPictures: true))],
            Agreement = report.Agreement,
            Maps = [.. maps.Select(map => new DemoMap(
                JointMap.PaintJpeg(map), map.Caption, JointMap.PaintJpeg(map, new JointMapOptions { Theme = MapTheme.Dark })))],
            NextSteps = _options.NextSteps,
            Provenance = provenance,
        });
    }

    private DemoResult Answer(GalleryItem item, bool captions, int count, CancellationToken cancellationToken)
    {
        LibraryQuery query = Query(item);
        IReadOnlyList<SearchHit> Nearest(float relational, float attribute) => _ranking.Search(
            query,
            new LibrarySearchOptions { TopK = count, RelationalWeight = relational, AttributeWeight = attribute, Captions = captions ? _captions : null },
            cancellationToken).Hits;
        return new DemoResult(item, Nearest(1, 0), Nearest(0, 1));
    }

    private LibraryQuery Query(GalleryItem item)
    {
        StoredImage stored = _stored[item.Path];
        return new LibraryQuery { Images = [new QueryImage(stored.Embedding.Relational, stored.Embedding.Attribute, stored.File.Sha256)] };
    }

    private DemoQuery ToQuery(DemoResult result, bool withPictures)
    {
        DemoHit[] Hits(IReadOnlyList<SearchHit> hits, Func<SearchHit, float> score, bool reasons) =>
        [
            .. hits.Select(hit => new DemoHit(
                withPictures ? Picture(hit.Path) : [],
                score(hit),
                _items[hit.Path].Description,
                reasons ? hit.Reason?.Caption : null,
                _items[hit.Path].Family == result.Item.Family,
                _items[hit.Path].Look == result.Item.Look)),
        ];
        return new DemoQuery(
            withPictures ? Picture(result.Item.Path) : [],
            result.Item.Caption,
            result.Item.Relation ?? string.Empty,
            Hits(result.Relational, hit => hit.RelationalScore, reasons: true),
            Hits(result.Attribute, hit => hit.AttributeScore ?? 0, reasons: false));
    }

    private JointMapContent Map(DemoResult result)
    {
        HashSet<string> relational = [.. result.Relational.Select(hit => hit.Path)];
        HashSet<string> attribute = [.. result.Attribute.Select(hit => hit.Path)];
        JointMapItem[] items =
        [
            .. _ranking.Scores(Query(result.Item)).Where(score => score.Path != result.Item.Path).Select(score => new JointMapItem(
                () => Load(score.Path),
                score.AttributeScore ?? 0,
                score.RelationalScore,
                relational.Contains(score.Path) ? MapMark.RelationalNeighbor : attribute.Contains(score.Path) ? MapMark.AttributeNeighbor : MapMark.None)),
        ];
        return new JointMapContent(Load(result.Item.Path), items, result.Item.Caption);
    }

    private static byte[] Picture(string path) => Thumbnail.Jpeg(Load(path), ThumbnailSide);

    private static RgbImage Load(string path) => new ImageDecoder().Load(path);
}
