using TorchSharp;
using TorchSharp.Modules;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Mini;

/// <summary>
/// Batch norms that may have been merged into the convolution before them: in evaluation they are a factor and a shift for each
/// channel, which the convolution can hold itself.
/// </summary>
internal static class FoldedNorm
{
    /// <summary>The norm's answer, or the input where the norm has been merged away.</summary>
    /// <remarks>Not by the norm's own call, which counts batches with a scalar of its own making (<see cref="Native.KeptScalars"/>).</remarks>
    public static Tensor Apply(BatchNorm? norm, Tensor input)
    {
        if (norm is null)
        {
            return input;
        }

        if (norm.training)
        {
            norm.num_batches_tracked!.add_(One, One);
        }

        return functional.batch_norm(input, norm.running_mean!, norm.running_var!, norm.weight, norm.bias, norm.training, norm.momentum!.Value, norm.eps);
    }

    /// <summary>
    /// Merges a norm in evaluation mode into its convolution, which must have no bias of its own. The same numbers up to rounding. Kernels come
    /// to lie channels last, as the activations do: otherwise libtorch copies them so at every call. Together the trunk takes
    /// 1 / 1.4 of the processor time for a single image and 1 / 1.1 for 8 or more (docs/lab-log.md, 2026-11-23).
    /// </summary>
    public static void Fold(Conv2d convolution, ref BatchNorm2d? norm)
    {
        if (norm is null)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        using Scalar epsilon = norm.eps;
        Tensor factor = norm.weight / norm.running_var!.add(epsilon, One).sqrt();           // [C]
        Tensor kernel = convolution.weight * factor.view(-1, 1, 1, 1);               // [C, C', H, W]
        Tensor shift = norm.bias! - (norm.running_mean! * factor);
        Parameter weight = Parameter(kernel.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2), requires_grad: false);
        Parameter bias = Parameter(shift, requires_grad: false);
        weight.DetachFromDisposeScope();
        bias.DetachFromDisposeScope();
        convolution.weight = weight;
        convolution.bias = bias;
        norm = null;
    }
}
