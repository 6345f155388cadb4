using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Models.Lpips;

/// <summary>Long vectors to which others are compared, with their lengths; all float32 but the lengths. Letters: Q vectors, D numbers of each.</summary>
/// <param name="Values">[Q, D].</param>
/// <param name="Signs">[D]: a number's square counts with its sign; null where all are positive.</param>
/// <param name="Lengths">Squared lengths, signs counted, float64 [1, Q].</param>
/// <param name="Sizes">The same without signs.</param>
internal sealed record LongVectors(Tensor Values, Tensor? Signs, Tensor Lengths, Tensor Sizes) : IDisposable
{
    /// <summary>Takes <paramref name="values"/> and <paramref name="signs"/> for its own, out of any scope.</summary>
    public static LongVectors Of(Tensor values, Tensor? signs)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sizes = SquaredDistances.Lengths(values, null).unsqueeze(0);           // [1, Q]
        Tensor lengths = signs is null ? sizes.alias() : SquaredDistances.Lengths(values, signs).unsqueeze(0);
        return new LongVectors(values.DetachFromDisposeScope(), signs?.DetachFromDisposeScope(), lengths.DetachFromDisposeScope(), sizes.DetachFromDisposeScope());
    }

    public void Dispose()
    {
        Values.Dispose();
        Signs?.Dispose();
        Lengths.Dispose();
        Sizes.Dispose();
    }
}
