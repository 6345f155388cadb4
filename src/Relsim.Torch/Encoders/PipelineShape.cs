namespace Relsim.Torch.Encoders;

/// <summary>How an encoder wants to be driven: what runs side by side, and how much of it at once.</summary>
public sealed record PipelineShape
{
    /// <summary>
    /// Whether workers, one for each core, each decode and embed on one thread; right for a model that takes about as long as decoding. Otherwise one worker
    /// embeds, each of its operations on all cores or on the accelerator, while other threads decode ahead.
    /// </summary>
    public required bool SideBySide { get; init; }

    /// <summary>Most tokens (<see cref="ImageEncoder.CountTokens"/>) in a batch, padding included, at least 1; an image with more is a batch of its own.</summary>
    public required int BatchTokens { get; init; }

    /// <summary>Pictures that a library stores in one transaction, at least 1: a killed run loses at most so many. Each transaction flushes the disk.</summary>
    public required int ImagesPerCommit { get; init; }

    /// <summary>Threads that decode ahead of the one worker, at least 1; not used side by side. Default 1.</summary>
    public int DecodeThreads { get; init; } = 1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ImagesPerCommit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(DecodeThreads, 1);
    }
}
