namespace Relsim.Torch.Weights.Hub;

/// <summary>What a check of a cached model's files found.</summary>
/// <param name="Id">The model.</param>
/// <param name="Checked">How many files have the checksum that they are named by.</param>
/// <param name="Bytes">The bytes read.</param>
/// <param name="Damaged">The files whose content is another one, or that are missing behind their link.</param>
/// <param name="Unknown">The files whose checksum the cache does not hold: copies, where the disk has no links.</param>
public sealed record VerificationReport(HubModelId Id, int Checked, long Bytes, IReadOnlyList<DamagedFile> Damaged, IReadOnlyList<string> Unknown);

/// <summary>A file that is not what it should be.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Names">The names it has in snapshots, each with its commit.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record DamagedFile(string File, IReadOnlyList<string> Names, string Reason);

/// <summary>Computes the checksums of all that is cached of a model.</summary>
internal static class CacheVerification
{
    private const string Missing = "the file is missing";

    public static async Task<VerificationReport> RunAsync(HubCache cache, HubModelId id, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        string[] commits = [.. id.Revision is null ? cache.Commits() : new[] { cache.Commit(id.Revision) }.OfType<string>().Where(commit => Directory.Exists(cache.Snapshot(commit)))];
        if (!Directory.Exists(cache.Folder) || (id.Revision is not null && commits.Length == 0))
        {
            throw new HubException(HubFailure.NotCached, $"{id} is not in the cache: 'relsim models pull {id}' puts it there.");
        }

        (string Commit, SnapshotFile File)[] files = [.. commits.SelectMany(commit => cache.Files(commit).Select(file => (commit, file)))];
        ILookup<string, string> names = files.Where(entry => entry.File.Hash is not null).ToLookup(entry => entry.File.Hash!, entry => $"{entry.File.Name} ({entry.Commit[..8]})");
        IEnumerable<string> stored = id.Revision is null && Directory.Exists(cache.BlobFolder)
            ? Directory.EnumerateFiles(cache.BlobFolder).Select(path => Path.GetFileName(path)).Where(BlobHash.IsHash)
            : [];
        string[] hashes = [.. names.Select(group => group.Key).Union(stored).Order(StringComparer.Ordinal)];
        long total = hashes.Sum(hash => HubCache.LengthOf(cache.Blob(hash)) ?? 0), done = 0;
        List<DamagedFile> damaged = [];
        foreach (string hash in hashes)
        {
            string? reason = await CheckAsync(cache.Blob(hash), hash, read => progress?.Report(new HubProgress(id, hash, done += read, total)), cancellationToken).ConfigureAwait(false);
            if (reason is not null)
            {
                damaged.Add(new DamagedFile(cache.Blob(hash), [.. names[hash]], reason));
            }
        }

        int intact = hashes.Length - damaged.Count;
        List<string> unknown = [];
        foreach ((string commit, SnapshotFile file) in files.Where(entry => entry.File.Hash is null))
        {
            if (!file.Exists)
            {
                damaged.Add(new DamagedFile(file.FullPath, [$"{file.Name} ({commit[..8]})"], Missing));
            }
            else if (!await IsCopyOfBlobAsync(cache, file, cancellationToken).ConfigureAwait(false))
            {
                unknown.Add(file.FullPath);
            }
        }

        return new VerificationReport(id, intact, done, damaged, unknown);
    }

    private static async Task<bool> IsCopyOfBlobAsync(HubCache cache, SnapshotFile file, CancellationToken cancellationToken)
    {
        string[] kinds = !Directory.Exists(cache.BlobFolder)
            ? []
            : [.. Directory.EnumerateFiles(cache.BlobFolder).Select(path => Path.GetFileName(path)).Where(BlobHash.IsHash).DistinctBy(name => name.Length)];
        foreach (string kind in kinds)
        {
            if (File.Exists(cache.Blob(await BlobHash.ComputeAsync(file.FullPath, kind, null, cancellationToken).ConfigureAwait(false))))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<string?> CheckAsync(string path, string hash, Action<long> advance, CancellationToken cancellationToken)
    {
        if (HubCache.LengthOf(path) is null)
        {
            return Missing;
        }

        string found = await BlobHash.ComputeAsync(path, hash, advance, cancellationToken).ConfigureAwait(false);
        return found == hash ? null : $"the content has the checksum {found}";
    }
}
