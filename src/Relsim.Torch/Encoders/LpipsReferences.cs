using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// The features of query images, computed once for many comparisons (<see cref="LpipsMetric.Distances"/>). They belong to the metric that made them, take
/// <see cref="Bytes"/> of memory and are freed by disposing. Thread-safe while not disposed.
/// </summary>
public sealed class LpipsReferences : IDisposable
{
    internal LpipsReferences(string fingerprint, Tensor vectors, Tensor? signs)
    {
        Fingerprint = fingerprint;
        Vectors = vectors;
        Signs = signs;
    }

    /// <summary>Queries.</summary>
    public int Count => (int)Vectors.shape[0];

    /// <summary>Numbers a query.</summary>
    public long Dimension => Vectors.shape[1];

    /// <summary>Bytes that the numbers take, of main memory or of the accelerator.</summary>
    public long Bytes => sizeof(float) * Count * Dimension;

    /// <summary>The fingerprint of the metric that they belong to.</summary>
    public string Fingerprint { get; }

    /// <summary>float32 [Q, D].</summary>
    internal Tensor Vectors { get; }

    /// <summary>float32 [D], or null where no head is negative.</summary>
    internal Tensor? Signs { get; }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Vectors.Dispose();
        Signs?.Dispose();
    }
}
