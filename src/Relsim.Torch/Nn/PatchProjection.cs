using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>
/// A convolution whose kernel is as large as its stride and whose input is cut into patches beforehand, so that it is one product of matrices.
/// Letters: P patches, N numbers in each, D outputs.
/// </summary>
internal sealed class PatchProjection : WeightLayer
{
    private Parameter weight;

    /// <summary>A kernel for patches of this shape, for example channels, frames, rows, columns; without bias.</summary>
    public PatchProjection(long outputs, params ReadOnlySpan<long> patch)
        : base(nameof(PatchProjection))
    {
        weight = Shaped([outputs, .. patch]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return functional.linear(input.to_type(weight.dtype), weight.flatten(1)).MoveToOuterDisposeScope(); // [P, N] -> [P, D]
    }

    protected override void Assign(string name, Parameter parameter) => Replace(ref weight, parameter);
}
