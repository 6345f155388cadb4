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
    private Parameter? bias;

    /// <summary>A kernel for patches of this shape, for example channels, frames, rows, columns; without bias.</summary>
    public PatchProjection(long outputs, params ReadOnlySpan<long> patch)
        : this(outputs, bias: false, patch)
    {
    }

    /// <summary>The same, with or without bias.</summary>
    public PatchProjection(long outputs, bool bias, params ReadOnlySpan<long> patch)
        : base(nameof(PatchProjection))
    {
        weight = Shaped([outputs, .. patch]);
        this.bias = bias ? Shaped(outputs) : null;
        RegisterComponents();
    }

    /// <summary>Images [B, C, H, W] to their patches [B, P, C side side], in raster order; one copy.</summary>
    /// <exception cref="ArgumentException">A side is no multiple of <paramref name="side"/>.</exception>
    public static Tensor Cut(Tensor images, long side)
    {
        if (images.dim() != 4 || images.shape[2] % side != 0 || images.shape[3] % side != 0)
        {
            throw new ArgumentException($"Images [{string.Join(", ", images.shape)}] cannot be cut into patches of {side} x {side}.", nameof(images));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor parts = images.unflatten(3, [-1, side]).unflatten(2, [-1, side]);     // [B, C, H/side, side, W/side, side]
        return parts.permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2).MoveToOuterDisposeScope(); // [B, P, C side side]
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return functional.linear(input.to_type(weight.dtype), weight.flatten(1), bias).MoveToOuterDisposeScope(); // [..., N] -> [..., D]
    }

    protected override void Assign(string name, Parameter parameter)
    {
        if (name == nameof(weight))
        {
            Replace(ref weight, parameter);
        }
        else
        {
            bias?.Dispose();
            bias = parameter;
        }
    }
}
