using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.DinoV2;

/// <summary>
/// DINOv2 (Oquab et al. 2023): a vision transformer whose layers scale what they add, channel by channel; the image's features are the class token after the last
/// normalisation.
/// Letters: B images, T tokens, Q of them, D width, H heads, F inner width.
/// </summary>
/// <remarks>Source: huggingface/transformers 4.50, models/dinov2/modeling_dinov2.py, `Dinov2Model`.</remarks>
internal sealed class DinoV2Model(DinoV2Config config)
    : ViTModel(
        nameof(DinoV2Model), config.HiddenSize, config.ImageSize, config.PatchSize, config.LayerNormEps, Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new DinoV2Layer(config)))
{
    /// <summary>The token that stood for hidden patches in training is no part of an image's features.</summary>
    public override WeightLoadOptions Names { get; } = new() { Rename = name => name == "embeddings.mask_token" ? null : name };
}

/// <summary>One layer: x + scale(attention(norm(x))), then x + scale(MLP(norm(x))).</summary>
internal sealed class DinoV2Layer : TransformerLayer
{
    private readonly LayerNormLayer norm1;
    private readonly ViTAttention attention;
    [ComponentName(Name = "layer_scale1")]
    private readonly LayerScale scale1;
    private readonly LayerNormLayer norm2;
    private readonly Module<Tensor, Tensor> mlp;
    [ComponentName(Name = "layer_scale2")]
    private readonly LayerScale scale2;

    public DinoV2Layer(DinoV2Config config)
        : base(nameof(DinoV2Layer))
    {
        norm1 = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        attention = new ViTAttention(config.HiddenSize, config.NumAttentionHeads, config.QkvBias);
        scale1 = new LayerScale(config.HiddenSize);
        norm2 = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        mlp = config.UseSwigluFfn ? new DinoV2SwiGlu(config) : new GeluMlp(config.HiddenSize, config.IntermediateSize, quick: false);
        scale2 = new LayerScale(config.HiddenSize);
        RegisterComponents();
    }

    public override Tensor Forward(Tensor x, long rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor seen = norm1.call(x);                                                          // [B, T, D]
        Tensor y = scale1.call(attention.call(seen.narrow(1, 0, rows), seen)).add_(x.narrow(1, 0, rows), One); // [B, Q, D]
        return scale2.call(mlp.call(norm2.call(y))).add_(y, One).MoveToOuterDisposeScope();   // [B, Q, D]
    }
}

/// <summary>SwiGLU with gate and value in one layer (Shazeer 2020, equation 6).</summary>
internal sealed class DinoV2SwiGlu : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weights_in")]
    private readonly LoraLinear inner;
    [ComponentName(Name = "weights_out")]
    private readonly LoraLinear outer;

    public DinoV2SwiGlu(DinoV2Config config)
        : base(nameof(DinoV2SwiGlu))
    {
        inner = new LoraLinear(config.HiddenSize, 2L * config.IntermediateSize, bias: true);
        outer = new LoraLinear(config.IntermediateSize, config.HiddenSize, bias: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] halves = inner.call(x).chunk(2, -1);                                             // 2 x [B, Q, F]
        return outer.call(functional.silu(halves[0]).mul_(halves[1])).MoveToOuterDisposeScope();  // [B, Q, D]
    }
}

/// <summary>A factor for each channel (Touvron et al. 2021, section 2).</summary>
internal sealed class LayerScale : WeightLayer
{
    [ComponentName(Name = "lambda1")]
    private Parameter factors;

    public LayerScale(int width)
        : base(nameof(LayerScale))
    {
        factors = Shaped(width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => x * factors; // [..., D]

    protected override void Assign(string name, Parameter parameter) => Replace(ref factors, parameter);
}
