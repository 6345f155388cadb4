namespace Relsim.Evaluation.Methods;

/// <summary>
/// What makes a row of numbers of a picture: an encoder, a descriptor, a caption's encoder, the distances to fixed queries. A row depends on the
/// picture's bytes and on <see cref="Fingerprint"/> alone, which is why rows are kept and never made twice (<see cref="RowCache"/>).
/// </summary>
public abstract class RowSource : IDisposable
{
    /// <summary>Model, weights, preprocessing and options in one word; rows of different fingerprints are never mixed.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Pictures that are described and stored at once: what a killed run loses at most.</summary>
    public virtual int ImagesPerCommit => 256;

    /// <summary>One row a picture, in order, or the reason why there is none; the same whatever else is asked for at once.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract Task<IReadOnlyList<ImageRow>> DescribeAsync(IReadOnlyList<PoolImage> images, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the model.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>What a source says of a picture.</summary>
/// <param name="Values">The row, or null.</param>
/// <param name="Error">Why there is no row, without the path; null where there is one.</param>
public readonly record struct ImageRow(float[]? Values, string? Error = null);

/// <summary>A source whose files are there but which is not loaded: sources take their turn in memory.</summary>
/// <param name="Key">Model and options as the user named them; equal keys open equal sources.</param>
/// <param name="Open">Loads it for a run; the queries are for sources that measure distances to them.</param>
public sealed record RowModel(string Key, Func<RowContext, RowSource> Open);

/// <summary>What a run tells a source that it opens.</summary>
/// <param name="Pool">All pictures of the pool.</param>
/// <param name="Queries">The queries among them, in order.</param>
/// <param name="Cache">Where what was computed is kept.</param>
public sealed record RowContext(IReadOnlyList<PoolImage> Pool, IReadOnlyList<PoolImage> Queries, RowCache Cache);
