using System.Buffers;
using System.Net;

namespace Relsim.Torch.Weights.Hub;

/// <summary>Fetches one file into a partial blob: in parallel ranges where it is large, from where an earlier attempt stopped, and checks it.</summary>
/// <param name="client">The hub.</param>
/// <param name="options">Ranges and retries.</param>
/// <param name="gate">Holds one place for each open connection.</param>
/// <param name="advance">Told the bytes that arrived since the last call; less than 0 where some are thrown away.</param>
internal sealed class BlobDownload(HubClient client, ModelStoreOptions options, SemaphoreSlim gate, Action<long> advance)
{
    private const int BufferBytes = 1 << 20;

    // A cut after this much is no sign of a server that fails: the attempts are counted anew.
    private const long ProgressBytes = 1 << 20;

    /// <summary>Fetches <paramref name="file"/> to <paramref name="blob"/>, which the caller has locked.</summary>
    /// <exception cref="HubException">The hub, the connection or the content fails.</exception>
    public async Task RunAsync(HubModelId id, string commit, PlannedFile file, string blob, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            bool resumed = await FetchAsync(id, commit, file, blob, cancellationToken).ConfigureAwait(false);
            if (await PublishAsync(file, blob, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            PartialBlob.Delete(blob);
            advance(-file.Size);
            if (attempt > 0 || !resumed)
            {
                throw new HubException(
                    HubFailure.Damaged, $"{id}: {file.Name}: what the server sent has another checksum than {file.Hash}. It was thrown away; try again, and mistrust the server or the network if it stays so.");
            }

            // What an earlier process left may have been damaged since: once more from the beginning.
        }
    }

    /// <returns>Whether some of it was there before.</returns>
    private async Task<bool> FetchAsync(HubModelId id, string commit, PlannedFile file, string blob, CancellationToken cancellationToken)
    {
        bool resumed;
        using (var part = PartialBlob.Open(blob, file.Size, options.RangeBytes))
        {
            resumed = part.Done > 0;
            advance(part.Done);
            if (await FetchRangesAsync(id, commit, file, part, cancellationToken).ConfigureAwait(false))
            {
                return resumed;
            }

            advance(-part.Done);
        }

        // The server ignores ranges: what the others have fetched is of no use, since it will send everything from the start.
        PartialBlob.Delete(blob);
        using var whole = PartialBlob.Open(blob, file.Size, Math.Max(1, file.Size));
        await FetchRangeAsync(id, commit, file, whole, 0, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <returns>False where the server sends whole files only.</returns>
    private async Task<bool> FetchRangesAsync(HubModelId id, string commit, PlannedFile file, PartialBlob part, CancellationToken cancellationToken)
    {
        int[] missing = [.. Enumerable.Range(0, part.RangeCount).Where(i => part.Range(i) is var range && range.Done < range.Length)];
        try
        {
            await Parallel.ForEachAsync(
                missing,
                new ParallelOptions { MaxDegreeOfParallelism = options.Connections, CancellationToken = cancellationToken },
                async (i, stop) => await FetchRangeAsync(id, commit, file, part, i, stop).ConfigureAwait(false)).ConfigureAwait(false);
            return true;
        }
        catch (RangeIgnoredException)
        {
            return false;
        }
    }

    private async Task FetchRangeAsync(HubModelId id, string commit, PlannedFile file, PartialBlob part, int index, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (part.Range(index) is var range && range.Done < range.Length)
            {
                await client.RetryBodyAsync(id, file.Name, async stop => await ReceiveAsync(id, commit, file, part, index, buffer, stop).ConfigureAwait(false), cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            gate.Release();
        }
    }

    /// <summary>One request for the rest of a range.</summary>
    /// <returns>The bytes of it that came before its end or a cut.</returns>
    private async Task<long> ReceiveAsync(HubModelId id, string commit, PlannedFile file, PartialBlob part, int index, byte[] buffer, CancellationToken cancellationToken)
    {
        (long offset, long length, long done) = part.Range(index);
        bool whole = part.RangeCount == 1 && done == 0;
        RangeRequest? asked = whole ? null : new RangeRequest(offset + done, offset + length - 1, file.Hash);
        using HubResponse response = await client.GetAsync(id, commit, file.Name, asked, cancellationToken).ConfigureAwait(false);
        Check(response, id, file, asked);
        if (asked is not null && response.Message.StatusCode == HttpStatusCode.OK)
        {
            if (part.RangeCount > 1)
            {
                throw new RangeIgnoredException();
            }

            advance(-done);
            part.Restart(index);
        }

        long before = part.Range(index).Done;
        try
        {
            await CopyAsync(response, id, file, part, index, buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (TransferCutException) when (part.Range(index).Done - before >= ProgressBytes)
        {
        }

        return part.Range(index).Done - before;
    }

    private async Task CopyAsync(HubResponse response, HubModelId id, PlannedFile file, PartialBlob part, int index, byte[] buffer, CancellationToken cancellationToken)
    {
        using Stream body = await response.Message.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            int read = await client.ReadAsync(body, buffer, stall, cancellationToken).ConfigureAwait(false);
            (_, long length, long done) = part.Range(index);
            if (read > length - done)
            {
                throw new HubException(HubFailure.BadAnswer, $"{id}: {file.Name}: the server sends more than the {file.Size} bytes that it said.");
            }

            if (read == 0)
            {
                if (done < length)
                {
                    // A body that ends early by its own account is a cut like any other.
                    throw new TransferCutException("the server ended the file before its end.");
                }

                return;
            }

            part.Append(index, buffer.AsSpan(0, read));
            advance(read);
        }
    }

    private static void Check(HubResponse response, HubModelId id, PlannedFile file, RangeRequest? asked)
    {
        System.Net.Http.Headers.HttpContentHeaders headers = response.Message.Content.Headers;
        if (response.Hash is not null && response.Hash != file.Hash)
        {
            throw new HubException(HubFailure.BadAnswer, $"{id}: {file.Name}: the file has changed on the server while it was loading. Pull again.");
        }

        if (headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw new HubException(HubFailure.BadAnswer, $"{id}: {file.Name}: the server sends the file in another encoding than it was asked for.");
        }

        bool right = response.Message.StatusCode switch
        {
            HttpStatusCode.OK => headers.ContentLength is null || headers.ContentLength == file.Size,
            HttpStatusCode.PartialContent => asked is not null && headers.ContentRange is { Unit: "bytes" } range && range.From == asked.From
                && range.To <= asked.To && (range.Length ?? file.Size) == file.Size,
            _ => false,
        };
        if (!right)
        {
            throw new HubException(HubFailure.BadAnswer, $"{id}: {file.Name}: the server sends another part or another size of the file than it was asked for.");
        }
    }

    /// <summary>Gives the file its final name where the checksum is right.</summary>
    private static async Task<bool> PublishAsync(PlannedFile file, string blob, CancellationToken cancellationToken)
    {
        string arrived = PartialBlob.DataFileOf(blob);
        // The bytes must be on the disk before the name says that they are; that takes as long as the checksum, and goes beside it.
        Task flushed = Task.Run(() => PartialBlob.Flush(arrived), CancellationToken.None);
        string hash;
        try
        {
            hash = await BlobHash.ComputeAsync(arrived, file.Hash, null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await flushed.ConfigureAwait(false);
        }

        if (hash != file.Hash)
        {
            return false;
        }

        File.Move(arrived, blob, overwrite: true);
        PartialBlob.Delete(blob);
        return true;
    }

    private sealed class RangeIgnoredException : Exception;
}

/// <summary>A file of a model with what it must turn out to be.</summary>
internal sealed record PlannedFile(string Name, long Size, string Hash);
