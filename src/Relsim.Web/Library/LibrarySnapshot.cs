using Relsim.Search;
using Relsim.Torch.Encoders;
using Relsim.Web.Pictures;

namespace Relsim.Web.Library;

/// <summary>A picture of the library.</summary>
/// <param name="Id">Its name outside (<see cref="PictureId"/>).</param>
/// <param name="Row">Its row in the ranking.</param>
/// <param name="Ranked">What the library says of it.</param>
public sealed record LibraryPicture(string Id, int Row, RankedPicture Ranked)
{
    /// <summary>The name of its file, without the folder.</summary>
    public string Name => Path.GetFileName(Ranked.Path);
}

/// <summary>What a library holds, in numbers.</summary>
/// <param name="Pictures">Pictures.</param>
/// <param name="Bytes">Bytes of their files.</param>
/// <param name="Oldest">Earliest time of change of a file; null in an empty library.</param>
/// <param name="Newest">Latest time of change; null in an empty library.</param>
/// <param name="SmallestSide">Pixels of the shortest side of all.</param>
/// <param name="LargestSide">Pixels of the longest side of all.</param>
/// <param name="Folders">Folders that directly hold pictures, and how many, by path.</param>
public sealed record LibraryStatistics(
    int Pictures, long Bytes, DateTimeOffset? Oldest, DateTimeOffset? Newest, int SmallestSide, int LargestSide, IReadOnlyList<KeyValuePair<string, int>> Folders);

/// <summary>A library as it was at one time: pictures, ranking, errors. Immutable and thread-safe.</summary>
public sealed class LibrarySnapshot
{
    private readonly Dictionary<string, LibraryPicture> _byId;
    private readonly Dictionary<string, LibraryPicture> _byPath;
    private readonly Lazy<LibraryStatistics> _statistics;
    private readonly Lazy<IReadOnlyList<IReadOnlyList<LibraryPicture>>> _duplicates;

    private LibrarySnapshot(JointRanking ranking, IReadOnlyList<StoredError> errors)
    {
        Ranking = ranking;
        Errors = errors;
        Pictures = [.. ranking.Pictures.Select((picture, row) => new LibraryPicture(PictureId.OfPath(picture.Path), row, picture))];
        _byId = Pictures.ToDictionary(picture => picture.Id, StringComparer.Ordinal);
        _byPath = Pictures.ToDictionary(picture => picture.Ranked.Path, StringComparer.Ordinal);
        _statistics = new Lazy<LibraryStatistics>(Count);
        _duplicates = new Lazy<IReadOnlyList<IReadOnlyList<LibraryPicture>>>(FindDuplicates);
    }

    /// <summary>The pictures, in the order of the ranking's rows.</summary>
    public IReadOnlyList<LibraryPicture> Pictures { get; }

    /// <summary>What could not be embedded, and why.</summary>
    public IReadOnlyList<StoredError> Errors { get; }

    /// <summary>What the library holds, in numbers; counted at first use.</summary>
    public LibraryStatistics Statistics => _statistics.Value;

    /// <summary>Groups of pictures whose files are byte for byte the same, largest first; found at first use.</summary>
    public IReadOnlyList<IReadOnlyList<LibraryPicture>> Duplicates => _duplicates.Value;

    /// <summary>Searches the pictures.</summary>
    public JointRanking Ranking { get; }

    /// <summary>Reads a library into memory.</summary>
    public static LibrarySnapshot Load(EmbeddingStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new LibrarySnapshot(JointRanking.Load(store), store.Errors());
    }

    /// <summary>The picture of a name, or null.</summary>
    public LibraryPicture? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The picture of a path that the ranking returned.</summary>
    public LibraryPicture OfPath(string path) => _byPath[path];

    /// <summary>What the model said of a picture.</summary>
    public RelationalEmbedding EmbeddingOf(LibraryPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        QueryImage query = Ranking.QueryOf(picture.Row);
        return new RelationalEmbedding(query.Relational, query.Attribute, picture.Ranked.Interest);
    }

    private LibraryStatistics Count()
    {
        IReadOnlyList<RankedPicture> pictures = Ranking.Pictures;
        return new LibraryStatistics(
            pictures.Count,
            pictures.Sum(picture => picture.File.Size),
            pictures.Count > 0 ? pictures.Min(picture => picture.File.Modified) : null,
            pictures.Count > 0 ? pictures.Max(picture => picture.File.Modified) : null,
            pictures.Count > 0 ? pictures.Min(picture => Math.Min(picture.Width, picture.Height)) : 0,
            pictures.Count > 0 ? pictures.Max(picture => Math.Max(picture.Width, picture.Height)) : 0,
            [.. pictures.CountBy(picture => Path.GetDirectoryName(picture.Path)!).OrderBy(folder => folder.Key, StringComparer.Ordinal)]);
    }

    private LibraryPicture[][] FindDuplicates() =>
        [.. Pictures.GroupBy(picture => picture.Ranked.File.Sha256).Where(group => group.Count() > 1).Select(group => group.ToArray()).OrderByDescending(group => group.Length)];
}
