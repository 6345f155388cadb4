using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Relsim.Search;

/// <summary>A file to embed or to record.</summary>
/// <param name="Path">The full path.</param>
/// <param name="File">Its state when it was scanned.</param>
public sealed record ScannedFile(string Path, FileState File);

/// <summary>
/// What a library must do to match a set of files. Size and time are compared first; only where they differ is the file read and its SHA-256 compared, so a touched or
/// moved file is not embedded again. Every list is in ordinal order of paths.
/// </summary>
public sealed record LibraryPlan
{
    /// <summary>New files with new content: to embed.</summary>
    public required IReadOnlyList<ScannedFile> Added { get; init; }

    /// <summary>Known paths with new content: to embed.</summary>
    public required IReadOnlyList<ScannedFile> Changed { get; init; }

    /// <summary>Touched, moved or copied files whose content is embedded already: only to record.</summary>
    public required IReadOnlyList<ScannedFile> Relinked { get; init; }

    /// <summary>Paths as they were.</summary>
    public required IReadOnlyList<string> Unchanged { get; init; }

    /// <summary>Paths that are in the library but no longer among the files.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Files that failed before and have not changed since: not tried again.</summary>
    public required IReadOnlyList<string> StillFailing { get; init; }

    /// <summary>Files that could not be read at all.</summary>
    public required IReadOnlyList<StoredError> Unreadable { get; init; }

    /// <summary>
    /// Compares <paramref name="files"/> with the store. What is in the store below <paramref name="roots"/> (or anywhere, when null) and not among the files is missing.
    /// Paths are made full. Reads the store once, before any file.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was changed.</exception>
    public static async Task<LibraryPlan> CreateAsync(
        EmbeddingStore store, IEnumerable<string> files, IReadOnlyList<string>? roots = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(files);
        string[] paths = files.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        Comparison comparison = new(store);
        ConcurrentDictionary<string, Verdict> verdicts = new(StringComparer.Ordinal);
        await Parallel.ForEachAsync(paths, cancellationToken, async (path, token) =>
            verdicts[path] = await comparison.JudgeAsync(path, token).ConfigureAwait(false)).ConfigureAwait(false);
        return Assemble(paths.Select(path => (path, verdicts[path])).ToList(), FindMissing(comparison, verdicts, roots));
    }

    private static LibraryPlan Assemble(List<(string Path, Verdict Verdict)> judged, IReadOnlyList<string> missing)
    {
        ScannedFile[] With(Kind kind) => judged.Where(item => item.Verdict.Kind == kind).Select(item => new ScannedFile(item.Path, item.Verdict.File!)).ToArray();
        string[] PathsOf(Kind kind) => judged.Where(item => item.Verdict.Kind == kind).Select(item => item.Path).ToArray();
        return new LibraryPlan
        {
            Added = With(Kind.Added),
            Changed = With(Kind.Changed),
            Relinked = With(Kind.Relinked),
            Unchanged = PathsOf(Kind.Unchanged),
            Missing = missing,
            StillFailing = PathsOf(Kind.StillFailing),
            Unreadable = judged.Where(item => item.Verdict.Kind == Kind.Unreadable).Select(item => item.Verdict.Error!).ToArray(),
        };
    }

    private static string[] FindMissing(Comparison comparison, ConcurrentDictionary<string, Verdict> verdicts, IReadOnlyList<string>? roots)
    {
        string[]? prefixes = roots?.Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root))).ToArray();
        bool Below(string path) => prefixes is null || prefixes.Any(root =>
            path.StartsWith(root, StringComparison.Ordinal)
            && (path.Length == root.Length || root.EndsWith(Path.DirectorySeparatorChar) || path[root.Length] == Path.DirectorySeparatorChar));
        return comparison.Paths.Where(path => !verdicts.ContainsKey(path) && Below(path)).Order(StringComparer.Ordinal).ToArray();
    }

    private enum Kind
    {
        Added,
        Changed,
        Relinked,
        Unchanged,
        StillFailing,
        Unreadable,
    }

    private sealed record Verdict(Kind Kind, FileState? File = null, StoredError? Error = null);

    private sealed class Comparison(EmbeddingStore store)
    {
        private readonly IReadOnlyDictionary<string, FileState> _known = store.Known();
        private readonly Dictionary<string, StoredError> _errors = store.Errors().ToDictionary(error => error.Path, StringComparer.Ordinal);
        private HashSet<string>? _contents;

        public IEnumerable<string> Paths => _known.Keys.Concat(_errors.Keys);

        private HashSet<string> Contents => LazyInitializer.EnsureInitialized(ref _contents, () => _known.Values.Select(file => file.Sha256).ToHashSet(StringComparer.Ordinal));

        public async ValueTask<Verdict> JudgeAsync(string path, CancellationToken cancellationToken)
        {
            FileInfo info = new(path);
            try
            {
                long size = info.Length;
                DateTimeOffset modified = new(info.LastWriteTimeUtc, TimeSpan.Zero);
                if (_known.TryGetValue(path, out FileState? stored) && stored.Size == size && stored.Modified == modified)
                {
                    return new Verdict(Kind.Unchanged);
                }

                if (_errors.TryGetValue(path, out StoredError? error) && error.Size == size && error.Modified == modified)
                {
                    return new Verdict(Kind.StillFailing);
                }

                FileState file = new(size, modified, await HashAsync(path, cancellationToken).ConfigureAwait(false));
                Kind kind = Contents.Contains(file.Sha256) ? Kind.Relinked : stored is null ? Kind.Added : Kind.Changed;
                return new Verdict(kind, file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                DateTimeOffset modified = info.Exists ? new(info.LastWriteTimeUtc, TimeSpan.Zero) : default;
                return new Verdict(Kind.Unreadable, Error: new StoredError(path, e.Message, info.Exists ? info.Length : 0, modified));
            }
        }

        private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
        {
            FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
            await using (stream.ConfigureAwait(false))
            {
                return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
            }
        }
    }
}
