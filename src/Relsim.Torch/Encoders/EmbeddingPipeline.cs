using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Relsim.Imaging;
using Relsim.Search;
using Relsim.Torch.Native;

namespace Relsim.Torch.Encoders;

/// <summary>
/// Image files to embeddings on all cores, in order. Each worker reads, decodes and embeds a run of files on one thread:
/// decoding takes about as long as the model, so stages with threads of their own would leave cores idle on one side or
/// the other, and here every core is busy until the last file. Thread-safe.
/// </summary>
public sealed class EmbeddingPipeline
{
    private const int LongestRun = 16;
    private const int RunsAheadPerWorker = 3;

    private readonly MiniEncoder _encoder;
    private readonly ImagePreprocessor _preprocessor;
    private readonly int _workers;

    /// <summary>A pipeline for a model, with the given limits on images and number of threads (default: one for each core).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is below 1.</exception>
    public EmbeddingPipeline(MiniEncoder encoder, ImageDecoderOptions? options = null, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        _workers = threads ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(_workers, 1, nameof(threads));
        _encoder = encoder;
        _preprocessor = new ImagePreprocessor(encoder.Profile, options);
    }

    /// <summary>Embeds one file on the caller's thread.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read as an image; the message names it and says why.</exception>
    public EmbeddedImage Embed(string path)
    {
        Source source = Read(path);
        using var oneThread = new OneThreadScope(); // for one picture, waking other threads costs more than they give
        return source.With(path, _encoder.Embed([source.Prepared.Image])[0]);
    }

    /// <summary>
    /// Embeds files, one result a path and in the order of the paths, as soon as it and all before it are ready. A file that is no
    /// image is a result with its reason. A few dozen results wait in memory at most.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<EmbeddedImage> EmbedAsync(
        IReadOnlyList<string> paths, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        int runLength = Math.Clamp((paths.Count + _workers - 1) / _workers, 1, LongestRun);
        string[][] runs = [.. paths.Chunk(runLength)];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var permits = new SemaphoreSlim(_workers * RunsAheadPerWorker);
        var queue = new RunQueue(runs, permits);
        Task[] workers = [.. Enumerable.Range(0, Math.Min(_workers, runs.Length)).Select(_ => Start(queue, stop.Token))];
        try
        {
            for (int run = 0; run < runs.Length; run++)
            {
                foreach (EmbeddedImage image in await queue.Result(run).ConfigureAwait(false))
                {
                    yield return image;
                }

                permits.Release();
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(workers).ConfigureAwait(false);
        }
    }

    /// <summary>The form that <see cref="LibraryUpdater"/> takes (<see cref="EmbedImages"/>).</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IReadOnlyList<EmbeddingOutcome>> EmbedForLibraryAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var outcomes = new List<EmbeddingOutcome>(paths.Count);
        await foreach (EmbeddedImage image in EmbedAsync(paths, cancellationToken).ConfigureAwait(false))
        {
            outcomes.Add(image.Succeeded
                ? EmbeddingOutcome.Success(new ImageEmbedding(
                    image.Embedding.Relational, image.Embedding.Attribute, image.Embedding.Interest, image.Width, image.Height))
                : EmbeddingOutcome.Failure(image.Error));
        }

        return outcomes;
    }

    private Task Start(RunQueue queue, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            using var oneThread = new OneThreadScope();
            while (queue.TryTake(stop, out int run))
            {
                queue.Complete(run, paths => EmbedRun(paths, stop), stop);
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private EmbeddedImage[] EmbedRun(string[] paths, CancellationToken stop)
    {
        var results = new EmbeddedImage[paths.Length];
        var sources = new List<(int Index, Source Source)>(paths.Length);
        for (int i = 0; i < paths.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                sources.Add((i, Read(paths[i])));
            }
            catch (ImageDecodeException e)
            {
                results[i] = new EmbeddedImage { Path = paths[i], Error = Reason(e) };
            }
        }

        IReadOnlyList<MiniEmbedding> embeddings = _encoder.Embed([.. sources.Select(s => s.Source.Prepared.Image)], stop);
        foreach (((int index, Source source), MiniEmbedding embedding) in sources.Zip(embeddings))
        {
            results[index] = source.With(paths[index], embedding);
        }

        return results;
    }

    private Source Read(string path)
    {
        byte[] bytes = _preprocessor.Read(path);
        return new Source(_preprocessor.Prepare(bytes, path), Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static string Reason(ImageDecodeException e)
    {
        string prefix = $"{e.Name}: ";
        return e.Message.StartsWith(prefix, StringComparison.Ordinal) ? e.Message[prefix.Length..] : e.Message;
    }

    private readonly record struct Source(PreparedImage Prepared, string Sha256)
    {
        public EmbeddedImage With(string path, MiniEmbedding embedding) => new()
        {
            Path = path,
            Embedding = embedding,
            Width = Prepared.SourceWidth,
            Height = Prepared.SourceHeight,
            Sha256 = Sha256,
        };
    }

    /// <summary>Hands out runs in order, as far ahead of the reader as there are permits, and keeps their results.</summary>
    private sealed class RunQueue(string[][] runs, SemaphoreSlim permits)
    {
        private readonly TaskCompletionSource<EmbeddedImage[]>[] _results =
            [.. runs.Select(_ => new TaskCompletionSource<EmbeddedImage[]>(TaskCreationOptions.RunContinuationsAsynchronously))];

        private int _next = -1;

        public async Task<EmbeddedImage[]> Result(int run)
        {
            EmbeddedImage[] result = await _results[run].Task.ConfigureAwait(false);
            _results[run] = null!; // read once; a long list of files must not keep every embedding alive
            return result;
        }

        public bool TryTake(CancellationToken stop, out int run)
        {
            run = runs.Length;
            try
            {
                permits.Wait(stop);
            }
            catch (OperationCanceledException)
            {
                CancelRest(stop);
                return false;
            }

            run = Interlocked.Increment(ref _next);
            if (run < runs.Length)
            {
                return true;
            }

            permits.Release(); // for the other workers, which have to see the end too
            return false;
        }

        public void Complete(int run, Func<string[], EmbeddedImage[]> embed, CancellationToken stop)
        {
            try
            {
                _results[run].TrySetResult(embed(runs[run]));
            }
            catch (OperationCanceledException)
            {
                _results[run].TrySetCanceled(stop);
            }
            catch (Exception e)
            {
                _results[run].TrySetException(e);
            }
        }

        private void CancelRest(CancellationToken stop)
        {
            foreach (TaskCompletionSource<EmbeddedImage[]>? result in _results)
            {
                result?.TrySetCanceled(stop);
            }
        }
    }
}
