using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Relsim.Imaging;
using Relsim.Torch.Native;

namespace Relsim.Torch.Encoders;

/// <summary>
/// Embeds for many callers at once: what waits is decoded and embedded in batches, by one worker a core on one thread each, or by a single one for a model that keeps all cores
/// busy itself (<see cref="PipelineShape.SideBySide"/>). Nobody waits for a batch to fill: an idle worker takes what there is. Results do not depend on the batch. Thread-safe.
/// </summary>
/// <remarks>Meter <see cref="MeterName"/>: queue length, batch size, seconds until the result, embedded, rejected and abandoned items.</remarks>
[SuppressMessage("Naming", "CA1711", Justification = "It is a queue: callers wait in it in turn.")]
public sealed class EmbeddingQueue : IAsyncDisposable
{
    /// <summary>Name of the meter, and of the source of traces.</summary>
    public const string MeterName = "Relsim.EmbeddingQueue";

    private static readonly ActivitySource Source = new(MeterName);

    private readonly RelationalEncoder _encoder;
    private readonly EmbeddingQueueOptions _options;
    private readonly SourceReader _reader;
    private readonly LinkedList<QueuedItem> _waiting = [];
    private readonly QueueMeters _meters;
    private readonly Task[] _workers;
    private double _secondsPerItem = 0.05;
    private bool _stopped;

    /// <summary>Starts the workers. The encoder is not owned.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is below 1.</exception>
    public EmbeddingQueue(RelationalEncoder encoder, EmbeddingQueueOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        _encoder = encoder;
        _options = options ?? new EmbeddingQueueOptions();
        _options.Validate();
        _reader = new SourceReader(new ImagePreprocessor(encoder.Profile, _options.Limits));
        _meters = new QueueMeters(() => Waiting);
        int workers = encoder.Shape.SideBySide ? Environment.ProcessorCount : 1;
        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Most items that one call may bring: the whole queue.</summary>
    public int Capacity => _options.Capacity;

    /// <summary>Items that no worker has taken yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_waiting)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Embeds images that are given as the bytes of their files, in order; all are taken or none.</summary>
    /// <param name="images">Bytes, and the name that stands for them in messages and results.</param>
    /// <param name="cancellationToken">Whoever cancels leaves the queue: what no worker has taken is never decoded.</param>
    /// <exception cref="QueueFullException">There is not that much room.</exception>
    /// <exception cref="ImageDecodeException">One cannot be read as an image; the message names it.</exception>
    /// <exception cref="ObjectDisposedException">The queue was stopped.</exception>
    public async Task<IReadOnlyList<EmbeddedImage>> EmbedImagesAsync(
        IReadOnlyList<(ReadOnlyMemory<byte> Bytes, string Name)> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        long now = Stopwatch.GetTimestamp();
        return await RunAsync([.. images.Select(image => new QueuedImage(image.Bytes, image.Name) { Arrived = now })], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Embeds texts into the relational space, in order; all are taken or none.</summary>
    /// <exception cref="QueueFullException">There is not that much room.</exception>
    /// <exception cref="NotSupportedException">The model embeds no texts; the message says what to do.</exception>
    /// <exception cref="ObjectDisposedException">The queue was stopped.</exception>
    public async Task<IReadOnlyList<float[]>> EmbedTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (!_encoder.CanEmbedTexts)
        {
            return _encoder.EmbedTexts(texts); // says what to do
        }

        long now = Stopwatch.GetTimestamp();
        return await RunAsync([.. texts.Select(text => new QueuedText(text) { Arrived = now })], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes nothing more, ends what waits, and waits for the workers.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_waiting)
        {
            _stopped = true;
            Monitor.PulseAll(_waiting);
        }

        await Task.WhenAll(_workers).ConfigureAwait(false);
        _meters.Dispose();
    }

    private async Task<T[]> RunAsync<T>(QueuedItem<T>[] items, CancellationToken cancellationToken)
    {
        using Activity? activity = Source.StartActivity("relsim.embed")?.SetTag("relsim.items", items.Length);
        cancellationToken.ThrowIfCancellationRequested();
        Enqueue(items);
        await using CancellationTokenRegistration leave = cancellationToken.Register(() => Leave(items, cancellationToken));
        return await Task.WhenAll(items.Select(item => item.Result)).ConfigureAwait(false);
    }

    private void Enqueue(QueuedItem[] items)
    {
        lock (_waiting)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            if (_waiting.Count + items.Length > _options.Capacity)
            {
                _meters.Reject(items.Length);
                double seconds = Math.Clamp(Math.Ceiling(_waiting.Count * _secondsPerItem / _workers.Length), 1, 60);
                throw new QueueFullException(_waiting.Count, _options.Capacity, TimeSpan.FromSeconds(seconds));
            }

            foreach (QueuedItem item in items)
            {
                item.Place = _waiting.AddLast(item);
            }

            Monitor.PulseAll(_waiting);
        }
    }

    private void Leave(QueuedItem[] items, CancellationToken cancellationToken)
    {
        lock (_waiting)
        {
            foreach (QueuedItem item in items.Where(item => item.Place is not null))
            {
                _waiting.Remove(item.Place!);
                item.Place = null;
                _meters.Abandon();
            }
        }

        foreach (QueuedItem item in items)
        {
            item.Cancel(cancellationToken);
        }
    }

    private void Work()
    {
        using OneThreadScope? oneThread = _encoder.Shape.SideBySide ? new OneThreadScope() : null;
        while (Take() is { } batch)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                Embed(batch);
            }
            catch (Exception e)
            {
                // Whatever it was, it belongs to the callers of this batch; the worker goes on.
                Array.ForEach(batch, item => item.Fail(e));
            }

            Volatile.Write(ref _secondsPerItem, (0.9 * Volatile.Read(ref _secondsPerItem)) + (0.1 * Stopwatch.GetElapsedTime(start).TotalSeconds / batch.Length));
            _meters.Embed(batch);
        }
    }

    /// <summary>This worker's share of what waits, so that one does not decode sixteen images while another idles; null at the end.</summary>
    private QueuedItem[]? Take()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0)
            {
                if (_stopped)
                {
                    return null;
                }

                Monitor.Wait(_waiting);
            }

            var batch = new QueuedItem[Math.Min(_options.MaxBatch, (_waiting.Count + _workers.Length - 1) / _workers.Length)];
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = _waiting.First!.Value;
                batch[i].Place = null;
                _waiting.RemoveFirst();
            }

            return batch;
        }
    }

    private void Embed(QueuedItem[] batch)
    {
        QueuedText[] texts = [.. batch.OfType<QueuedText>()];
        if (texts.Length > 0)
        {
            IReadOnlyList<float[]> embeddings = _encoder.EmbedTexts([.. texts.Select(text => text.Text)]);
            for (int i = 0; i < texts.Length; i++)
            {
                texts[i].Complete(embeddings[i]);
            }
        }

        QueuedImage[] images = [.. batch.OfType<QueuedImage>()];
        var prepared = new SourceImage?[images.Length];
        Parallel.For(
            0, images.Length, new ParallelOptions { MaxDegreeOfParallelism = _encoder.Shape.SideBySide ? 1 : _encoder.Shape.DecodeThreads }, i => prepared[i] = images[i].TryPrepare(_reader));
        SourceImage[] readable = [.. prepared.OfType<SourceImage>()];
        var results = new Queue<EmbeddedImage>(SourceImage.Embed(readable, _encoder, CancellationToken.None));
        for (int i = 0; i < images.Length; i++)
        {
            if (prepared[i] is not null)
            {
                images[i].Complete(results.Dequeue());
            }
        }
    }
}
