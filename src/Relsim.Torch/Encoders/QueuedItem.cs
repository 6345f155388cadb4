namespace Relsim.Torch.Encoders;

/// <summary>One image or text that waits in an <see cref="EmbeddingQueue"/>, and the promise of its result.</summary>
internal abstract class QueuedItem
{
    /// <summary>Its place among those that wait; null once a worker has it or its caller left.</summary>
    public LinkedListNode<QueuedItem>? Place { get; set; }

    /// <summary>When it came, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Arrived { get; init; }

    /// <summary>Tells the caller that there will be no result.</summary>
    public abstract void Fail(Exception error);

    /// <summary>Tells the caller that it left.</summary>
    public abstract void Cancel(CancellationToken token);
}

/// <summary>As <see cref="QueuedItem"/>, of results of one type.</summary>
internal abstract class QueuedItem<T> : QueuedItem
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _result.Task;

    public void Complete(T result) => _result.TrySetResult(result);

    public override void Fail(Exception error) => _result.TrySetException(error);

    public override void Cancel(CancellationToken token) => _result.TrySetCanceled(token);
}

/// <summary>An image: its bytes, and its pixels as soon as a worker has decoded them.</summary>
internal sealed class QueuedImage(ReadOnlyMemory<byte> bytes, string name) : QueuedItem<EmbeddedImage>
{
    /// <summary>The prepared image, or null where it cannot be read: only this image's caller is told why.</summary>
    public SourceImage? TryPrepare(SourceReader reader)
    {
        try
        {
            return reader.Read(bytes, name);
        }
        catch (Exception e)
        {
            Fail(e);
            return null;
        }
    }
}

/// <summary>A text.</summary>
internal sealed class QueuedText(string text) : QueuedItem<float[]>
{
    public string Text => text;
}
