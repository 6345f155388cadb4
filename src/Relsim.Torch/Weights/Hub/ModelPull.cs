using System.Globalization;

namespace Relsim.Torch.Weights.Hub;

/// <summary>How far a job over a model's files has come.</summary>
/// <param name="Id">The model.</param>
/// <param name="File">The file that moved on.</param>
/// <param name="Bytes">Bytes done, of all files; it falls where some must be fetched again.</param>
/// <param name="Total">Bytes to do.</param>
public readonly record struct HubProgress(HubModelId Id, string File, long Bytes, long Total);

/// <summary>What a pull did.</summary>
/// <param name="Id">The model and the revision asked for.</param>
/// <param name="Commit">The commit that it stands at.</param>
/// <param name="Folder">The snapshot's folder, with the files under their own names.</param>
/// <param name="Files">How many files it holds that were asked for.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Fetched">How many of them were not in the cache.</param>
/// <param name="FetchedBytes">The size of those.</param>
public sealed record PullReport(HubModelId Id, string Commit, string Folder, int Files, long Bytes, int Fetched, long FetchedBytes);

/// <summary>
/// One pull: list, plan, check the room, fetch the contents, and only then make the names, so that a snapshot that we began is never found half-full.
/// </summary>
internal sealed class ModelPull(HubClient client, ModelStoreOptions options, HubCache cache, HubModelId id, IProgress<HubProgress>? progress)
{
    private long _bytes;
    private long _total;

    public async Task<PullReport> RunAsync(CancellationToken cancellationToken)
    {
        HubListing listing = await client.ListAsync(id, cancellationToken).ConfigureAwait(false);
        PlannedFile[] wanted = await PlanAsync(listing, cancellationToken).ConfigureAwait(false);
        Directory.CreateDirectory(cache.BlobFolder);
        bool copy = options.CopyFiles || !cache.CanLink();
        PlannedFile[] missing = [.. wanted.Where(file => !IsPresent(file, listing.Commit)).DistinctBy(file => file.Hash)];
        RequireRoom(missing, copy);
        await FetchAsync(listing.Commit, missing, cancellationToken).ConfigureAwait(false);
        Publish(wanted, listing.Commit, copy);
        return new PullReport(
            id, listing.Commit, cache.Snapshot(listing.Commit), wanted.Length, wanted.Sum(file => file.Size), missing.Length, missing.Sum(file => file.Size));
    }

    /// <summary>Size and checksum of each wanted file: by the list, and by the file's own headers where it must be fetched or the list is silent.</summary>
    private async Task<PlannedFile[]> PlanAsync(HubListing listing, CancellationToken cancellationToken)
    {
        ListedFile[] wanted = [.. listing.Files.Where(file => options.Wants(file.Name))];
        if (options.Include is null && !Array.Exists(wanted, file => file.Name.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            wanted = [.. wanted, .. listing.Files.Where(file => file.Name == CheckpointFolder.OldName)];
        }

        if (wanted.Length == 0)
        {
            throw new HubException(HubFailure.NotFound, $"{id} holds no file of the kinds asked for ({string.Join(", ", options.Include ?? ModelStoreOptions.DefaultInclude)}).");
        }

        if (Array.Find(wanted, file => !HubFileNames.IsSafe(file.Name)) is { } unsafeFile)
        {
            throw new HubException(HubFailure.BadAnswer, $"{id}: the hub lists a file whose name is not safe to write ({Printable(unsafeFile.Name)}). Nothing was pulled.");
        }

        var planned = new PlannedFile[wanted.Length];
        await Parallel.ForAsync(
            0,
            wanted.Length,
            new ParallelOptions { MaxDegreeOfParallelism = options.Connections, CancellationToken = cancellationToken },
            async (i, stop) =>
            {
                ListedFile file = wanted[i];
                if (file is { Size: { } size, Hash: { } hash } && IsPresent(new PlannedFile(file.Name, size, hash), listing.Commit))
                {
                    planned[i] = new PlannedFile(file.Name, size, hash);
                    return;
                }

                FileHead head = await client.HeadAsync(id, listing.Commit, file, stop).ConfigureAwait(false);
                planned[i] = new PlannedFile(file.Name, head.Size, head.Hash);
            }).ConfigureAwait(false);
        return planned;
    }

    /// <summary>Whether the content is there: as a blob, or as Python leaves it on a disk without links. A commit's files never change.</summary>
    private bool IsPresent(PlannedFile file, string commit) =>
        HubCache.LengthOf(cache.Blob(file.Hash)) == file.Size
        || HubCache.LengthOf(Path.Combine([cache.Snapshot(commit), .. file.Name.Split('/')])) == file.Size;

    private void Publish(PlannedFile[] wanted, string commit, bool copy)
    {
        foreach (PlannedFile file in wanted)
        {
            if (HubCache.LengthOf(cache.Blob(file.Hash)) == file.Size)
            {
                cache.Link(commit, file.Name, file.Hash, copy);
            }
            else if (!IsPresent(file, commit))
            {
                throw new HubException(HubFailure.Busy, $"{id}: {file.Name} was removed while it was being pulled. Pull again.");
            }
        }

        cache.WriteRef(id.Revision, commit);
    }

    private void RequireRoom(PlannedFile[] missing, bool copy)
    {
        Int128 needed = 0;
        foreach (PlannedFile file in missing)
        {
            needed += (Int128)file.Size - PartialBlob.DoneOf(cache.Blob(file.Hash), file.Size) + (copy ? file.Size : 0);
        }

        long free = options.FreeBytes(cache.Folder);
        if (needed > free)
        {
            throw new HubException(
                HubFailure.NoSpace,
                string.Create(CultureInfo.InvariantCulture, $"{id} needs {(double)needed / 1e9:F2} GB more in {options.CacheFolder}, where {free / 1e9:F2} GB are free. ")
                    + "Make room ('relsim models list' shows what is there), or set HF_HUB_CACHE to a folder on another disk.");
        }
    }

    private async Task FetchAsync(string commit, PlannedFile[] missing, CancellationToken cancellationToken)
    {
        _total = missing.Sum(file => file.Size);
        using var gate = new SemaphoreSlim(options.Connections);
        // Small ones first: what is wrong with the model shows before the long wait.
        await Parallel.ForEachAsync(
            missing.OrderBy(file => file.Size),
            new ParallelOptions { MaxDegreeOfParallelism = options.Connections, CancellationToken = cancellationToken },
            async (file, stop) => await FetchOneAsync(commit, file, gate, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task FetchOneAsync(string commit, PlannedFile file, SemaphoreSlim gate, CancellationToken cancellationToken)
    {
        string blob = cache.Blob(file.Hash);
        using IDisposable held = await CacheLock.AcquireAsync(cache.LockFile(file.Hash), options.TimeProvider, cancellationToken).ConfigureAwait(false);
        if (HubCache.LengthOf(blob) == file.Size)
        {
            Advance(file, file.Size); // another process has fetched it while this one waited
            return;
        }

        await new BlobDownload(client, options, gate, bytes => Advance(file, bytes)).RunAsync(id, commit, file, blob, cancellationToken).ConfigureAwait(false);
    }

    private void Advance(PlannedFile file, long bytes) => progress?.Report(new HubProgress(id, file.Name, Interlocked.Add(ref _bytes, bytes), _total));

    private static string Printable(string name) => string.Concat(name.Take(80).Select(c => c is < ' ' or > '~' ? '?' : c));
}
