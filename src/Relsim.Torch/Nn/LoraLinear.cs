using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>
/// A linear layer y = x W^T + b that a low-rank adapter may join: y + s (x A^T) B^T (Hu et al. 2021, equation 3).
/// Letters: I inputs, O outputs, r rank.
/// </summary>
internal sealed class LoraLinear : WeightLayer
{
    private Parameter weight;
    private Parameter? bias;

    public LoraLinear(long inputs, long outputs, bool bias)
        : base(nameof(LoraLinear))
    {
        weight = Shaped(outputs, inputs);
        this.bias = bias ? Shaped(outputs) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => functional.linear(input, weight, bias); // [..., O]

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
