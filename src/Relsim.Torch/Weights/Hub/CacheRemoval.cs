namespace Relsim.Torch.Weights.Hub;

/// <summary>What a removal takes away, or would.</summary>
/// <param name="Id">The model, and the revision where one was named.</param>
/// <param name="Snapshots">The commits whose snapshots go.</param>
/// <param name="Blobs">How many files go that no other snapshot uses.</param>
/// <param name="Bytes">The room that becomes free.</param>
public sealed record RemovalReport(HubModelId Id, IReadOnlyList<string> Snapshots, int Blobs, long Bytes);

/// <summary>Takes models out of the cache: first the names, then the contents, so that a killed process leaves nothing that only looks whole.</summary>
internal static class CacheRemoval
{
    /// <summary>What <see cref="Remove"/> would take away.</summary>
    public static RemovalReport Plan(HubCache cache, HubModelId id)
    {
        HashSet<string> going = Going(cache, id);
        List<string> blobs = Unused(cache, going);
        long copies = going.SelectMany(cache.Files).Where(file => new FileInfo(file.FullPath).LinkTarget is null).Sum(file => HubCache.LengthOf(file.FullPath) ?? 0);
        return new RemovalReport(id, [.. going.Order(StringComparer.Ordinal)], blobs.Count, copies + blobs.Sum(blob => new FileInfo(blob) is { LinkTarget: null } file ? file.Length : 0));
    }

    /// <summary>Removes the revision that the id names, or the whole model where it names none.</summary>
    /// <exception cref="HubException">The model or the revision is not in the cache, or another process works on it.</exception>
    public static RemovalReport Remove(HubCache cache, HubModelId id)
    {
        RemovalReport report = Plan(cache, id);
        HashSet<string> going = [.. report.Snapshots];
        List<IDisposable> locks = [];
        try
        {
            List<string> blobs = Unused(cache, going);
            foreach (string hash in blobs.Select(blob => Path.GetFileName(blob).Split('.')[0]).Distinct())
            {
                locks.Add(CacheLock.TryAcquire(cache.LockFile(hash))
                    ?? throw new HubException(HubFailure.Busy, $"{id}: another process is working on the model. Nothing was removed; wait for it to end."));
            }

            foreach (string revision in cache.Refs().Where(reference => going.Contains(reference.Value)).Select(reference => reference.Key))
            {
                cache.DeleteRef(revision);
            }

            foreach (string commit in going.Where(commit => Directory.Exists(cache.Snapshot(commit))))
            {
                Directory.Delete(cache.Snapshot(commit), recursive: true);
            }

            blobs.ForEach(File.Delete);
            if (id.Revision is null)
            {
                Directory.Delete(cache.Folder, recursive: true);
            }
        }
        finally
        {
            locks.ForEach(held => held.Dispose());
        }

        return report;
    }

    private static HashSet<string> Going(HubCache cache, HubModelId id)
    {
        if (!Directory.Exists(cache.Folder))
        {
            throw new HubException(HubFailure.NotCached, $"{id.Repository} is not in the cache; 'relsim models list' shows what is.");
        }

        if (id.Revision is null)
        {
            return [.. cache.Commits()];
        }

        return cache.Commit(id.Revision) is { } commit && Directory.Exists(cache.Snapshot(commit))
            ? [commit]
            : throw new HubException(HubFailure.NotCached, $"{id} is not in the cache; 'relsim models show {id.Repository}' names the revisions that are.");
    }

    /// <summary>The blobs, whole or in part, that no snapshot but those that go links to.</summary>
    private static List<string> Unused(HubCache cache, HashSet<string> going)
    {
        if (!Directory.Exists(cache.BlobFolder))
        {
            return [];
        }

        HashSet<string> used = [.. cache.Commits().Where(commit => !going.Contains(commit)).SelectMany(cache.Files).Select(file => file.Hash).OfType<string>()];
        return [.. Directory.EnumerateFiles(cache.BlobFolder).Where(blob => !used.Contains(Path.GetFileName(blob)))];
    }
}
