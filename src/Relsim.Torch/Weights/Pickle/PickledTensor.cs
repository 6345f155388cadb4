using static TorchSharp.torch;

namespace Relsim.Torch.Weights.Pickle;

/// <summary>A tensor that a file of torch.save describes; <see cref="TorchPickle.Read"/> gives its values. Offset and strides count elements.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides)
{
    /// <summary>Its elements, which are never more than its storage has.</summary>
    public long Count => Shape.Aggregate(1L, (count, size) => count * size);

    /// <summary>Whether its elements lie side by side in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Count - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                {
                    return Count == 0;
                }

                expected *= Shape[i];
            }

            return true;
        }
    }
}

/// <summary>A run of elements in a file, which several tensors may share.</summary>
internal sealed class PickledStorage(string key, ScalarType type, long count)
{
    /// <summary>Its name in the file.</summary>
    public string Key => key;

    /// <summary>Type of its elements.</summary>
    public ScalarType Type => type;

    /// <summary>Its elements.</summary>
    public long Count => count;

    /// <summary>Where its bytes begin in the file; null until that is known, which in old files is after the tensors are described.</summary>
    public long? Position { get; set; }
}
