namespace Relsim.Torch.Encoders;

/// <summary>A queue takes no more work for now; the message says what it holds and when to try again.</summary>
public sealed class QueueFullException : Exception
{
    /// <summary>Names the numbers and the remedy.</summary>
    public QueueFullException(int waiting, int capacity, TimeSpan retryAfter)
        : base($"{waiting} of {capacity} places in the queue are taken. Try again in {retryAfter.TotalSeconds:F0} s, or ask for fewer images at once.") =>
        RetryAfter = retryAfter;

    /// <summary>About how long what waits will take, in whole seconds and at least one.</summary>
    public TimeSpan RetryAfter { get; }
}
