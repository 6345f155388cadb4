using System.Collections.Concurrent;
using System.Security.Cryptography;
using Relsim.Datasets;
using Relsim.Evaluation.Methods;
using Relsim.Imaging;
using Relsim.Search;

namespace Relsim.Evaluation.Retrieval;

/// <summary>A picture of which something could not be made: one line of <c>errors.jsonl</c>.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Path">Its file.</param>
/// <param name="Method">The method that could say nothing of it; null where the file itself cannot be read, and then it is not in the pool.</param>
/// <param name="Reason">Why.</param>
public sealed record RetrievalError(string Id, string Path, string? Method, string Reason);

/// <summary>The pictures that queries are asked against: all that can be decoded, known by the bytes of their files.</summary>
public sealed class RetrievalPool
{
    private const int FilesPerCommit = 256;

    // Whether a file is a picture is asked once for all methods; how it is prepared then is each method's own.
    private static readonly ImagePreprocessor Check = new(PreprocessingProfiles.Mini128);

    private readonly Dictionary<string, int> _numbers;
    private readonly int[] _group;

    private RetrievalPool(IReadOnlyList<PoolImage> images, IReadOnlyList<RetrievalError> errors, string digest)
    {
        Images = images;
        Errors = errors;
        Digest = digest;
        _numbers = images.Select((image, number) => (image.Id, number)).ToDictionary(pair => pair.Id, pair => pair.number, StringComparer.Ordinal);
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        _group = [.. images.Select(image => groups.TryAdd(image.Sha256, groups.Count) ? groups.Count - 1 : groups[image.Sha256])];
        DuplicateImages = images.Count - groups.Count;
    }

    /// <summary>The pictures, in the order of the manifest.</summary>
    public IReadOnlyList<PoolImage> Images { get; }

    /// <summary>Pictures of the manifest that cannot be read and are not in the pool.</summary>
    public IReadOnlyList<RetrievalError> Errors { get; }

    /// <summary>Pictures whose bytes another one before them has too.</summary>
    public int DuplicateImages { get; }

    /// <summary>SHA-256 over identifiers and contents, in order.</summary>
    public string Digest { get; }

    /// <summary>Reads a manifest (see <see cref="ImageInputs"/>) or a folder, hashes its files and sees whether they can be decoded; hashes are kept in the cache.</summary>
    /// <exception cref="FileNotFoundException">The path is neither a file nor a folder.</exception>
    /// <exception cref="DatasetFormatException">A line cannot be read, or an identifier comes twice.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; what was hashed is kept.</exception>
    public static RetrievalPool Read(
        string path, string? imageDir, RowCache cache, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ManifestLine[] lines = [.. Lines(path, imageDir)];
        RefuseTwins(path, lines);
        IReadOnlyDictionary<string, FileState> known = cache.Files();
        var images = new List<PoolImage>(lines.Length);
        var errors = new List<RetrievalError>();
        foreach (ManifestLine[] chunk in lines.Chunk(FilesPerCommit))
        {
            var fresh = new ConcurrentBag<(string, FileState)>();
            var looked = new (FileState? File, string? Error)[chunk.Length];
            var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.For(0, chunk.Length, parallel, i => looked[i] = Look(Path.GetFullPath(chunk[i].Input.Path), known, fresh));
            if (!fresh.IsEmpty)
            {
                cache.AddFiles(fresh);
            }

            for (int i = 0; i < chunk.Length; i++)
            {
                ImageInput input = chunk[i].Input;
                if (looked[i].File is { } file)
                {
                    images.Add(new PoolImage(input.Id, input.Path, file.Sha256, chunk[i].Columns));
                }
                else
                {
                    errors.Add(new RetrievalError(input.Id, input.Path, null, looked[i].Error!));
                }
            }

            progress?.Invoke(images.Count + errors.Count, lines.Length);
        }

        return new RetrievalPool(images, errors, DigestOf(images));
    }

    /// <summary>The number of a picture, or null where the pool has none of that identifier.</summary>
    public int? Find(string id) => _numbers.TryGetValue(id, out int number) ? number : null;

    /// <summary>Whether two pictures have the same bytes.</summary>
    public bool AreTwins(int first, int second) => _group[first] == _group[second];

    private static IEnumerable<ManifestLine> Lines(string path, string? imageDir) =>
        Path.GetExtension(path).Equals(".jsonl", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(path)
            ? ImageInputs.ReadManifest(path, imageDir)
            : ImageInputs.Expand([path], imageDir).Select(input => new ManifestLine(new ImageInput(Path.GetRelativePath(path, input.Path), input.Path), default));

    private static void RefuseTwins(string path, ManifestLine[] lines)
    {
        if (lines.GroupBy(line => line.Input.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twins)
        {
            throw new DatasetFormatException(path, $"the id \"{twins.Key}\" comes {twins.Count()} times. A pool names each picture once: leave one line of each.");
        }
    }

    private static (FileState? File, string? Error) Look(string path, IReadOnlyDictionary<string, FileState> known, ConcurrentBag<(string, FileState)> fresh)
    {
        try
        {
            var info = new FileInfo(path);
            var modified = new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero);
            if (known.TryGetValue(path, out FileState? stored) && info.Exists && stored.Size == info.Length && stored.Modified == modified)
            {
                return (stored, null);
            }

            byte[] bytes = Check.Read(path);
            _ = Check.Prepare(bytes, path);
            var file = new FileState(bytes.Length, modified, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            fresh.Add((path, file));
            return (file, null);
        }
        catch (ImageDecodeException e)
        {
            return (null, e.Reason);
        }
    }

    private static string DigestOf(List<PoolImage> images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (PoolImage image in images)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{image.Id}\n{image.Sha256}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
