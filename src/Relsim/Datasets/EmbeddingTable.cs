namespace Relsim.Datasets;

/// <summary>
/// N embeddings of D numbers with an identifier and a caption each: the content of a published npz file.
/// Immutable by convention; safe to share between threads.
/// </summary>
public sealed class EmbeddingTable
{
    /// <summary>Wraps the arrays (not copied). <paramref name="captions"/> null means N empty captions.</summary>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public EmbeddingTable(int dimension, float[] embeddings, IReadOnlyList<string> imageIds, IReadOnlyList<string>? captions = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentNullException.ThrowIfNull(imageIds);
        captions ??= Enumerable.Repeat("", imageIds.Count).ToArray();
        if (embeddings.LongLength != (long)imageIds.Count * dimension || captions.Count != imageIds.Count)
        {
            throw new ArgumentException(
                $"{imageIds.Count} image ids ask for {imageIds.Count} captions and {(long)imageIds.Count * dimension} numbers, " +
                $"got {captions.Count} and {embeddings.LongLength}.", nameof(embeddings));
        }

        Dimension = dimension;
        Embeddings = embeddings;
        ImageIds = imageIds;
        Captions = captions;
    }

    /// <summary>Number of embeddings (N).</summary>
    public int Count => ImageIds.Count;

    /// <summary>Numbers in an embedding (D).</summary>
    public int Dimension { get; }

    /// <summary>N x D numbers, row-major, as stored (this type does not normalise).</summary>
    public float[] Embeddings { get; }

    /// <summary>N identifiers.</summary>
    public IReadOnlyList<string> ImageIds { get; }

    /// <summary>N captions; empty where an image has none.</summary>
    public IReadOnlyList<string> Captions { get; }

    /// <summary>The D numbers of one embedding.</summary>
    public ReadOnlySpan<float> Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return Embeddings.AsSpan(index * Dimension, Dimension);
    }
}
