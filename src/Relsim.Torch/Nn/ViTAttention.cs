using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>Self-attention of a vision transformer, by the names that transformers gives its layers in ViT and DINOv2. Letters: B images, T tokens, Q of them, D width.</summary>
/// <remarks>Source: huggingface/transformers 4.50, models/vit/modeling_vit.py, `ViTAttention`.</remarks>
internal sealed class ViTAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly ViTSelfAttention attention;
    private readonly ViTDense output;

    public ViTAttention(int width, int heads, bool bias)
        : base(nameof(ViTAttention))
    {
        attention = new ViTSelfAttention(width, heads, bias);
        output = new ViTDense(width, width);
        RegisterComponents();
    }

    /// <summary>Tokens that ask [B, Q, D] and tokens that are seen [B, T, D] to [B, Q, D].</summary>
    public override Tensor forward(Tensor asking, Tensor seen)
    {
        using DisposeScope scope = NewDisposeScope();
        return output.call(attention.call(asking, seen)).MoveToOuterDisposeScope(); // [B, Q, D]
    }
}

/// <summary>Queries, keys and values, and the heads side by side.</summary>
internal sealed class ViTSelfAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly int heads;
    private readonly LoraLinear query;
    private readonly LoraLinear key;
    private readonly LoraLinear value;

    public ViTSelfAttention(int width, int heads, bool bias)
        : base(nameof(ViTSelfAttention))
    {
        this.heads = heads;
        query = new LoraLinear(width, width, bias);
        key = new LoraLinear(width, width, bias);
        value = new LoraLinear(width, width, bias);
        RegisterComponents();
    }

    public override Tensor forward(Tensor asking, Tensor seen)
    {
        using DisposeScope scope = NewDisposeScope();
        return MultiHead.Attend(query.call(asking), key.call(seen), value.call(seen), heads).MoveToOuterDisposeScope(); // [B, Q, D]
    }
}

/// <summary>A linear layer with bias that the published model calls `dense`.</summary>
internal sealed class ViTDense : Module<Tensor, Tensor>
{
    private readonly LoraLinear dense;

    public ViTDense(int inputs, int outputs)
        : base(nameof(ViTDense))
    {
        dense = new LoraLinear(inputs, outputs, bias: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => dense.call(x);
}
