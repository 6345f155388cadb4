using Relsim.Torch.Models.Lpips;

namespace Relsim.Torch.Encoders;

/// <summary>
/// The features of query images, computed once for many comparisons (<see cref="LpipsMetric.Distances"/>). They belong to the metric that made them, take
/// <see cref="Bytes"/> of memory and are freed by disposing. Thread-safe while not disposed.
/// </summary>
public sealed class LpipsReferences : IDisposable
{
    internal LpipsReferences(string fingerprint, LongVectors vectors)
    {
        Fingerprint = fingerprint;
        Vectors = vectors;
    }

    /// <summary>Queries.</summary>
    public int Count => (int)Vectors.Values.shape[0];

    /// <summary>Numbers a query.</summary>
    public long Dimension => Vectors.Values.shape[1];

    /// <summary>Bytes that the numbers take, of main memory or of the accelerator.</summary>
    public long Bytes => Dimension * Count * sizeof(float);

    /// <summary>The fingerprint of the metric that they belong to.</summary>
    public string Fingerprint { get; }

    /// <summary>The features.</summary>
    internal LongVectors Vectors { get; }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => Vectors.Dispose();
}
