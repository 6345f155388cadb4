using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Relsim.Torch.Encoders;

/// <summary>
/// Drives a big model: one thread embeds with all of the machine's cores in each operation, while others read and decode the next files. Files are embedded a window at a time,
/// within which images of like size share a batch.
/// </summary>
internal sealed class DecodeAhead(RelationalEncoder encoder, SourceReader reader, int threads)
{
    // Images of different sizes need a choice to find their like in; memory holds three windows of pixels at most.
    private const int BatchesPerWindow = 4;

    /// <summary>Embeds files, one result a path and in the order of the paths.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<EmbeddedImage> EmbedAsync(IReadOnlyList<string> paths, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var windows = Channel.CreateBounded<SourceImage[]>(1);
        var results = Channel.CreateBounded<EmbeddedImage[]>(1);
        Task decoding = Start(Windows(paths, stop.Token), windows.Writer, stop.Token);
        Task embedding = Start(Read(windows.Reader, stop.Token).Select(window => SourceImage.Embed(window, encoder, stop.Token)), results.Writer, stop.Token);
        try
        {
            await foreach (EmbeddedImage[] window in results.Reader.ReadAllAsync(stop.Token).ConfigureAwait(false))
            {
                foreach (EmbeddedImage image in window)
                {
                    yield return image;
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(decoding, embedding).ConfigureAwait(false);
        }
    }

    private IEnumerable<SourceImage[]> Windows(IReadOnlyList<string> paths, CancellationToken stop)
    {
        var window = new List<SourceImage>();
        long room = encoder.Shape.BatchTokens; // the first window is one batch, so that the model starts soon
        long tokens = 0;
        foreach (SourceImage source in paths.Chunk(threads).SelectMany(chunk => ReadTogether(chunk, stop)))
        {
            window.Add(source);
            tokens += source.Prepared is { } prepared ? encoder.CountTokens(prepared.Image) : 1;
            if (tokens >= room)
            {
                yield return [.. window];
                window.Clear();
                room = encoder.Profile.IsSquare ? room : (long)encoder.Shape.BatchTokens * BatchesPerWindow;
                tokens = 0;
            }
        }

        if (window.Count > 0)
        {
            yield return [.. window];
        }
    }

    private SourceImage[] ReadTogether(string[] paths, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var sources = new SourceImage[paths.Length];
        Parallel.For(0, paths.Length, new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = threads }, i => sources[i] = reader.TryRead(paths[i]));
        return sources;
    }

    private static IEnumerable<SourceImage[]> Read(ChannelReader<SourceImage[]> windows, CancellationToken stop)
    {
        while (windows.WaitToReadAsync(stop).AsTask().GetAwaiter().GetResult())
        {
            while (windows.TryRead(out SourceImage[]? window))
            {
                yield return window;
            }
        }
    }

    /// <summary>A thread of its own for each stage: what a stage throws is thrown to whoever reads from it.</summary>
    private static Task Start<T>(IEnumerable<T> stage, ChannelWriter<T> output, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                foreach (T item in stage)
                {
                    output.WriteAsync(item, stop).AsTask().GetAwaiter().GetResult();
                }

                output.TryComplete();
            }
            catch (Exception e)
            {
                output.TryComplete(e);
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
