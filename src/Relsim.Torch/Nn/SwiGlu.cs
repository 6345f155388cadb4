using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>SwiGLU: down(SiLU(gate(x)) * up(x)) (Shazeer 2020, equation 6). Letters: D width, F inner width.</summary>
internal sealed class SwiGlu : Module<Tensor, Tensor>
{
    private const int FastMultiple = 64;

    [ComponentName(Name = "gate_proj")]
    private readonly LoraLinear gate;
    [ComponentName(Name = "up_proj")]
    private readonly LoraLinear up;
    [ComponentName(Name = "down_proj")]
    private readonly LoraLinear down;

    public SwiGlu(long width, long inner, bool bias)
        : base(nameof(SwiGlu))
    {
        gate = new LoraLinear(width, inner, bias);
        up = new LoraLinear(width, inner, bias);
        down = new LoraLinear(inner, width, bias);
        RegisterComponents();
    }

    /// <summary>Whether an adapter has joined one of the layers.</summary>
    public bool HasAdapter => gate.HasAdapter || up.HasAdapter || down.HasAdapter;

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor inner = functional.silu(gate.call(x), inplace: true).mul_(up.call(x)); // [..., F]
        return down.call(inner).MoveToOuterDisposeScope();                           // [..., D]
    }

    /// <summary>Pads the inner width with zeros to a multiple of 64, which some processors' matrix products like better: SiLU(0) * 0 meets columns of zeros.</summary>
    public void PadInner()
    {
        foreach (LoraLinear layer in (LoraLinear[])[gate, up])
        {
            Pad(layer, "weight", 0);
            Pad(layer, "bias", 0);
        }

        Pad(down, "weight", 1);
    }

    private static void Pad(LoraLinear layer, string name, int dimension)
    {
        using DisposeScope scope = NewDisposeScope();
        if (layer.get_parameter(name) is not { } old)
        {
            return; // a layer without a bias
        }

        long[] shape = [.. old.shape];
        shape[dimension] = (shape[dimension] + FastMultiple - 1) / FastMultiple * FastMultiple;
        Tensor padded = zeros(shape, old.dtype, old.device);
        padded.narrow(dimension, 0, old.shape[dimension]).copy_(old);
        layer.Bind(name, padded.DetachFromDisposeScope());
    }
}
