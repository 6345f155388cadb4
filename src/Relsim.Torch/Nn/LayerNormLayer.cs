using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>Layer normalisation over the last dimension, in float32 whatever the input's type (Ba et al. 2016, equation 4).</summary>
internal sealed class LayerNormLayer : WeightLayer
{
    private readonly double epsilon;
    private Parameter weight;
    private Parameter bias;

    public LayerNormLayer(long width, double epsilon)
        : base(nameof(LayerNormLayer))
    {
        this.epsilon = epsilon;
        weight = Shaped(width);
        bias = Shaped(width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = input.to_type(ScalarType.Float32);                                                                                        // [..., D]
        Tensor normal = functional.layer_norm(x, [weight.shape[0]], weight.to_type(ScalarType.Float32), bias.to_type(ScalarType.Float32), epsilon); // [..., D]
        return normal.to_type(input.dtype).MoveToOuterDisposeScope();
    }

    protected override void Assign(string name, Parameter parameter)
    {
        if (name == nameof(weight))
        {
            Replace(ref weight, parameter);
        }
        else
        {
            Replace(ref bias, parameter);
        }
    }
}
