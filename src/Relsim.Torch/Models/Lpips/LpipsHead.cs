using Relsim.Torch.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Lpips;

/// <summary>A stage's weight for each channel: a convolution of one place and no bias. Letters as for <see cref="LpipsModel"/>.</summary>
internal sealed class LpipsHead : WeightLayer
{
    private Parameter weight;

    public LpipsHead(long channels)
        : base(nameof(LpipsHead))
    {
        weight = Shaped(1, channels, 1, 1);
        RegisterComponents();
    }

    /// <summary>Whether a weight is negative, which the published heads' never are.</summary>
    public bool HasNegative
    {
        get
        {
            using Tensor least = weight.min();
            return least.item<float>() < 0;
        }
    }

    /// <summary>The weights' signs, [1, C, 1, 1].</summary>
    public Tensor Sign => weight.sign();

    /// <summary>Squared differences [B, C, h, w] to their weighted sum [B, 1, h, w].</summary>
    public override Tensor forward(Tensor input) => functional.conv2d(input, weight);

    /// <summary>sqrt(|w| / places), [1, C, 1, 1].</summary>
    public Tensor Root(long places)
    {
        using DisposeScope scope = NewDisposeScope();
        using Scalar divisor = (float)places;
        return weight.abs().div_(divisor).sqrt_().MoveToOuterDisposeScope();
    }

    /// <summary>Takes every channel as it is: the reference's baseline, which has no heads.</summary>
    public void BindOnes(Device device) => Bind(nameof(weight), ones(weight.shape, device: device).DetachFromDisposeScope());

    protected override void Assign(string name, Parameter parameter) => Replace(ref weight, parameter);
}
