using TorchSharp;
using TorchSharp.Modules;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;

namespace Relsim.Torch.Nn;

/// <summary>Root mean square normalisation over the last dimension, in float32 whatever the input's type (Zhang and Sennrich 2019, equation 4).</summary>
internal sealed class RmsNorm : WeightLayer
{
    private readonly Scalar epsilon;
    private Parameter weight;

    public RmsNorm(long width, double epsilon)
        : base(nameof(RmsNorm))
    {
        this.epsilon = epsilon;
        weight = Shaped(width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = input.to_type(ScalarType.Float32);                                // [..., D]
        Tensor scale = x.pow(Two).mean([-1L], keepdim: true).add_(epsilon, One).rsqrt_(); // [..., 1]
        return (weight * (x * scale).to_type(input.dtype)).MoveToOuterDisposeScope();
    }

    protected override void Assign(string name, Parameter parameter) => Replace(ref weight, parameter);
}
