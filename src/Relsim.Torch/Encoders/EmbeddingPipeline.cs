using System.Runtime.CompilerServices;
using Relsim.Imaging;
using Relsim.Search;
using Relsim.Torch.Native;

namespace Relsim.Torch.Encoders;

/// <summary>
/// Image files to embeddings on all cores, in order, driven as the model wants it (<see cref="PipelineShape"/>). Thread-safe.
/// </summary>
/// <remarks>
/// Side by side, each worker reads, decodes and embeds a run of files on one thread: decoding takes about as long as such a
/// model, so stages with threads of their own would leave cores idle on one side or the other, and here every core is busy
/// until the last file. A big model keeps all cores busy by itself; only the next files are decoded meanwhile.
/// </remarks>
public sealed class EmbeddingPipeline
{
    private const int LongestRun = 16;
    private const int RunsAheadPerWorker = 3;

    private readonly RelationalEncoder _encoder;
    private readonly SourceReader _reader;
    private readonly int _workers;

    /// <summary>
    /// A pipeline for a model, with the given limits on images and number of threads that decode, and side by side embed too
    /// (default: one for each core, or the <see cref="PipelineShape.DecodeThreads"/> of a model that does not run side by side).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is below 1.</exception>
    public EmbeddingPipeline(RelationalEncoder encoder, ImageDecoderOptions? options = null, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        encoder.Shape.Validate();
        _workers = threads ?? (encoder.Shape.SideBySide ? Environment.ProcessorCount : encoder.Shape.DecodeThreads);
        ArgumentOutOfRangeException.ThrowIfLessThan(_workers, 1, nameof(threads));
        _encoder = encoder;
        _reader = new SourceReader(new ImagePreprocessor(encoder.Profile, options));
    }

    /// <summary>Embeds one file on the caller's thread.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read as an image; the message names it and says why.</exception>
    public EmbeddedImage Embed(string path)
    {
        SourceImage source = _reader.Read(path);
        // For one picture, waking other threads costs a small model more than they give.
        using OneThreadScope? oneThread = _encoder.Shape.SideBySide ? new OneThreadScope() : null;
        return source.With(_encoder.Embed([source.Prepared!.Image])[0]);
    }

    /// <summary>
    /// Embeds files, one result a path and in the order of the paths, as soon as it and all before it are ready. A file that is no
    /// image is a result with its reason. A few dozen results wait in memory at most.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<EmbeddedImage> EmbedAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return _encoder.Shape.SideBySide ? EmbedSideBySideAsync(paths, cancellationToken) : new DecodeAhead(_encoder, _reader, _workers).EmbedAsync(paths, cancellationToken);
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

    private async IAsyncEnumerable<EmbeddedImage> EmbedSideBySideAsync(IReadOnlyList<string> paths, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
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

    private Task Start(RunQueue queue, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            using var oneThread = new OneThreadScope();
            while (queue.TryTake(stop, out int run))
            {
                queue.Complete(run, paths => SourceImage.Embed(ReadRun(paths, stop), _encoder, stop), stop);
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private SourceImage[] ReadRun(string[] paths, CancellationToken stop)
    {
        var sources = new SourceImage[paths.Length];
        for (int i = 0; i < paths.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            sources[i] = _reader.TryRead(paths[i]);
        }

        return sources;
    }
}
