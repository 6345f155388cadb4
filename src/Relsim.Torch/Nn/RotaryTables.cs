using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;

namespace Relsim.Torch.Nn;

/// <summary>What the rotary embedding turns heads by (Su et al. 2021, equation 34). Letters: N places, n heads, d width of a head.</summary>
/// <param name="Cos">Cosines, float32 [N, 1, d].</param>
/// <param name="Sin">Sines, float32 [N, 1, d]; those of the first half of a head are negative.</param>
internal sealed record RotaryTables(Tensor Cos, Tensor Sin) : IDisposable
{
    /// <summary>How far each pair of a head's numbers turns from one place to the next: theta^(-2i / d), float32 [d/2].</summary>
    public static Tensor Frequencies(int size, double theta, Device? device = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using Scalar width = size;
        Tensor exponents = arange(Zero, width, Two, ScalarType.Float32, device).div_(width); // [d/2]
        return pow((float)theta, exponents).reciprocal_().MoveToOuterDisposeScope(); // [d/2]
    }

    /// <summary>Tables for angles [N, d/2], one for each pair of a head's numbers.</summary>
    public static RotaryTables Create(Tensor angles)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor cos = angles.cos();                                                   // [N, d/2]
        Tensor sin = angles.sin();                                                   // [N, d/2]
        return new RotaryTables(
            cat([cos, cos], 1).unsqueeze(1).DetachFromDisposeScope(),                // [N, 1, d]
            cat([-sin, sin], 1).unsqueeze(1).DetachFromDisposeScope());              // [N, 1, d]
    }

    /// <summary>Turns each pair (i, i + d/2) of heads [N, n, d] by its place's angle, in float32.</summary>
    public Tensor Turn(Tensor heads)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = heads.to_type(ScalarType.Float32);                                // [N, n, d]
        Tensor swapped = x.roll(x.shape[2] / 2, 2);                                  // [N, n, d]
        return (x * Cos).addcmul_(swapped, Sin, One).to_type(heads.dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
    }
}
