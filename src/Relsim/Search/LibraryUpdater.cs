namespace Relsim.Search;

/// <summary>The outcome of embedding one picture: an embedding or the reason why there is none.</summary>
public sealed record EmbeddingOutcome
{
    private EmbeddingOutcome(ImageEmbedding? embedding, string? error) => (Embedding, Error) = (embedding, error);

    /// <summary>The embedding, or null.</summary>
    public ImageEmbedding? Embedding { get; }

    /// <summary>Why there is none, or null.</summary>
    public string? Error { get; }

    /// <summary>A picture that was embedded.</summary>
    public static EmbeddingOutcome Success(ImageEmbedding embedding) => new(embedding ?? throw new ArgumentNullException(nameof(embedding)), null);

    /// <summary>A picture that could not be embedded.</summary>
    public static EmbeddingOutcome Failure(string reason) => new(null, string.IsNullOrWhiteSpace(reason) ? "unknown reason" : reason);
}

/// <summary>Embeds pictures: one outcome a path, in the order of the paths.</summary>
public delegate Task<IReadOnlyList<EmbeddingOutcome>> EmbedImages(IReadOnlyList<string> paths, CancellationToken cancellationToken);

/// <summary>How far an update is.</summary>
/// <param name="Done">Pictures stored or recorded as errors.</param>
/// <param name="Total">Pictures to embed.</param>
/// <param name="Failed">Those of <paramref name="Done"/> that are errors.</param>
public readonly record struct LibraryProgress(int Done, int Total, int Failed);

/// <summary>What an update did, in numbers of pictures.</summary>
/// <param name="Added">Embedded under a new path.</param>
/// <param name="Updated">Embedded again because the content changed.</param>
/// <param name="Relinked">Touched, moved or copied: recorded without embedding.</param>
/// <param name="Unchanged">As they were.</param>
/// <param name="Removed">No longer there.</param>
/// <param name="Failed">Recorded as errors now, or failing as before.</param>
public sealed record LibraryReport(int Added, int Updated, int Relinked, int Unchanged, int Removed, int Failed);

/// <summary>Options of <see cref="LibraryUpdater"/>.</summary>
public sealed record LibraryUpdateOptions
{
    /// <summary>Pictures embedded and committed together, at least 1; a killed process loses at most this many. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Whether missing files are removed from the library. Default true.</summary>
    public bool RemoveMissing { get; init; } = true;
}

/// <summary>Carries out a <see cref="LibraryPlan"/>: batch by batch, each one transaction, so that a killed or cancelled run goes on where it stopped.</summary>
public static class LibraryUpdater
{
    /// <summary>Brings the store up to date. Moved files are recorded before missing ones are removed, so an embedding is never lost between the two.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the batches committed before it are kept.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="embed"/> returned another number of outcomes than it was given paths.</exception>
    public static async Task<LibraryReport> ApplyAsync(
        EmbeddingStore store,
        LibraryPlan plan,
        EmbedImages embed,
        LibraryUpdateOptions? options = null,
        IProgress<LibraryProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(embed);
        options ??= new LibraryUpdateOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize, nameof(options));
        cancellationToken.ThrowIfCancellationRequested();

        // Another process may have removed the content since the plan was made: those files are embedded after all.
        HashSet<string> unknown = store.Relink(plan.Relinked.Select(file => (file.Path, file.File))).ToHashSet(StringComparer.Ordinal);
        ScannedFile[] todo = [.. plan.Added, .. plan.Changed, .. plan.Relinked.Where(file => unknown.Contains(file.Path))];
        store.Upsert([], plan.Unreadable);
        int removed = options.RemoveMissing ? store.Remove(plan.Missing) : 0;

        HashSet<string> changed = plan.Changed.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        int added = 0, updated = 0, failed = 0, done = 0;
        progress?.Report(new LibraryProgress(0, todo.Length, 0));
        foreach (ScannedFile[] batch in todo.Chunk(options.BatchSize))
        {
            List<StoredImage> stored = await StoreBatchAsync(store, batch, embed, cancellationToken).ConfigureAwait(false);
            int again = stored.Count(image => changed.Contains(image.Path));
            updated += again;
            added += stored.Count - again;
            failed += batch.Length - stored.Count;
            done += batch.Length;
            progress?.Report(new LibraryProgress(done, todo.Length, failed));
        }

        return new LibraryReport(
            added, updated, plan.Relinked.Count - unknown.Count, plan.Unchanged.Count, removed, failed + plan.Unreadable.Count + plan.StillFailing.Count);
    }

    private static async Task<List<StoredImage>> StoreBatchAsync(EmbeddingStore store, ScannedFile[] batch, EmbedImages embed, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<EmbeddingOutcome> outcomes = await embed(batch.Select(file => file.Path).ToArray(), cancellationToken).ConfigureAwait(false);
        if (outcomes.Count != batch.Length)
        {
            throw new InvalidOperationException($"{batch.Length} pictures were to be embedded, {outcomes.Count} outcomes came back.");
        }

        List<StoredImage> images = [];
        List<StoredError> errors = [];
        foreach ((ScannedFile file, EmbeddingOutcome outcome) in batch.Zip(outcomes))
        {
            if (outcome.Embedding is { } embedding)
            {
                images.Add(new StoredImage(file.Path, file.File, embedding));
            }
            else
            {
                errors.Add(new StoredError(file.Path, outcome.Error!, file.File.Size, file.File.Modified));
            }
        }

        store.Upsert(images, errors);
        return images;
    }
}
