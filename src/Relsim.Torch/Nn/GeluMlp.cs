using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>
/// Two linear maps with GELU by the error function between them, or x * sigmoid(1.702 x), the quick form of OpenAI's CLIP (Hendrycks and Gimpel 2016). Letters: B
/// images or texts, Q tokens, D width, F inner width.
/// </summary>
internal sealed class GeluMlp : Module<Tensor, Tensor>
{
    private static readonly Scalar QuickSlope = 1.702;

    private readonly bool quick;
    private readonly LoraLinear fc1;
    private readonly LoraLinear fc2;

    public GeluMlp(long width, long inner, bool quick)
        : base(nameof(GeluMlp))
    {
        this.quick = quick;
        fc1 = new LoraLinear(width, inner, bias: true);
        fc2 = new LoraLinear(inner, width, bias: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor inner = fc1.call(x);                                                                     // [B, Q, F]
        Tensor active = quick ? inner.mul(QuickSlope).sigmoid_().mul_(inner) : functional.gelu(inner);  // [B, Q, F]
        return fc2.call(active).MoveToOuterDisposeScope();                                              // [B, Q, D]
    }
}
