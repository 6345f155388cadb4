using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Dino;

/// <summary>
/// DINO's vision transformer (Caron et al. 2021): patches and a class token, each layer normalised before attention and before its two linear maps; the image's
/// features are the class token after the last normalisation.
/// Letters: B images, T tokens, Q of them, D width, H heads, F inner width.
/// </summary>
/// <remarks>Source: huggingface/transformers 4.50, models/vit/modeling_vit.py, `ViTModel` without its pooler, which DINO has none of.</remarks>
internal sealed class DinoModel(DinoConfig config)
    : ViTModel(
        nameof(DinoModel), config.HiddenSize, config.ImageSize, config.PatchSize, config.LayerNormEps, Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new DinoLayer(config)))
{
    public override WeightLoadOptions Names { get; } = new() { Rename = name => name.StartsWith("pooler.", StringComparison.Ordinal) ? null : name };
}

/// <summary>One layer: x + attention(norm(x)), then x + MLP(norm(x)).</summary>
internal sealed class DinoLayer : TransformerLayer
{
    [ComponentName(Name = "layernorm_before")]
    private readonly LayerNormLayer before;
    private readonly ViTAttention attention;
    [ComponentName(Name = "layernorm_after")]
    private readonly LayerNormLayer after;
    private readonly ViTDense intermediate;
    private readonly ViTDense output;

    public DinoLayer(DinoConfig config)
        : base(nameof(DinoLayer))
    {
        before = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        attention = new ViTAttention(config.HiddenSize, config.NumAttentionHeads, config.QkvBias);
        after = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        intermediate = new ViTDense(config.HiddenSize, config.IntermediateSize);
        output = new ViTDense(config.IntermediateSize, config.HiddenSize);
        RegisterComponents();
    }

    public override Tensor Forward(Tensor x, long rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor seen = before.call(x);                                                         // [B, T, D]
        Tensor y = attention.call(seen.narrow(1, 0, rows), seen).add_(x.narrow(1, 0, rows), One); // [B, Q, D]
        Tensor inner = functional.gelu(intermediate.call(after.call(y)));                     // [B, Q, F]
        return output.call(inner).add_(y, One).MoveToOuterDisposeScope();                     // [B, Q, D]
    }
}
