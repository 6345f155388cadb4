using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Relsim.Torch.Encoders;

/// <summary>What an <see cref="EmbeddingQueue"/> tells of itself. Thread-safe.</summary>
internal sealed class QueueMeters : IDisposable
{
    private readonly Meter _meter = new(EmbeddingQueue.MeterName);
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _seconds;
    private readonly Counter<long> _embedded;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _abandoned;

    public QueueMeters(Func<int> waiting)
    {
        _meter.CreateObservableGauge("relsim.queue.length", waiting, "{item}", "Images and texts that wait.");
        _batch = _meter.CreateHistogram(
            "relsim.queue.batch", "{item}", "Images and texts embedded together.", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32] });
        _seconds = _meter.CreateHistogram(
            "relsim.queue.duration", "s", "From arrival to result.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _embedded = _meter.CreateCounter<long>("relsim.queue.embedded", "{item}", "Items that a worker has done, faulty images included.");
        _rejected = _meter.CreateCounter<long>("relsim.queue.rejected", "{item}", "Items turned away because the queue was full.");
        _abandoned = _meter.CreateCounter<long>("relsim.queue.abandoned", "{item}", "Items whose caller left before a worker took them.");
    }

    public void Embed(QueuedItem[] batch)
    {
        _batch.Record(batch.Length);
        _embedded.Add(batch.Length);
        foreach (QueuedItem item in batch)
        {
            _seconds.Record(Stopwatch.GetElapsedTime(item.Arrived).TotalSeconds);
        }
    }

    public void Reject(int items) => _rejected.Add(items);

    public void Abandon() => _abandoned.Add(1);

    public void Dispose() => _meter.Dispose();
}
