using Relsim.Torch.Nn;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.DreamSim;

/// <summary>
/// A vision transformer (Dosovitskiy et al. 2021) in the names that DINO gives its tensors, for images of the size that it was trained on. CLIP's differ by a
/// norm after the positions, by the epsilon of the norms and, OpenAI's, by the activation.
/// Letters: B images, S side of the image, P side of a patch, T tokens (the class token first), D width, H heads, d = D / H, F inner width, Q leading tokens
/// that are wanted.
/// </summary>
/// <remarks>Source: ssundaram21/dreamsim at db4d16c, feature_extraction/vision_transformer.py, extractor.py, load_clip_as_dino.py, load_open_clip_as_dino.py.</remarks>
internal sealed class VisionTransformer : WeightLayer
{
    /// <summary>The block after which DINO's feature is taken, the reference's constant: the last of a ViT-B.</summary>
    public const int FeatureBlock = 11;

    private readonly VitConfig config;

    [ComponentName(Name = "cls_token")]
    private Parameter classToken;

    [ComponentName(Name = "pos_embed")]
    private Parameter positions;

    [ComponentName(Name = "patch_embed")]
    private readonly PatchEmbedding patches;

    [ComponentName(Name = "pos_drop")]
    private readonly LayerNormLayer? firstNorm;

    private readonly ModuleList<VitBlock> blocks;
    private readonly LayerNormLayer norm;

    public VisionTransformer(VitConfig config)
        : base(nameof(VisionTransformer))
    {
        this.config = config;
        double epsilon = config.Branch == DreamSimBranch.Dino ? 1e-6 : 1e-5;
        classToken = Shaped(1, 1, config.Width);
        positions = Shaped(1, (config.Grid * config.Grid) + 1, config.Width);
        patches = new PatchEmbedding(config);
        firstNorm = config.Branch == DreamSimBranch.Dino ? null : new LayerNormLayer(config.Width, epsilon);
        blocks = ModuleList([.. Enumerable.Range(0, config.Depth).Select(_ => new VitBlock(config, epsilon))]);
        norm = new LayerNormLayer(config.Width, epsilon);
        RegisterComponents();
    }

    /// <summary>Normalised pixels [B, 3, S, S] to the class token [B, D]: after the last norm, or for DINO after block 11 alone.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = patches.call(input.to_type(positions.dtype));                                // [B, T - 1, D]
        x = cat([classToken.expand(x.shape[0], -1, -1), x], 1).add_(positions, One);            // [B, T, D]
        x = firstNorm is null ? x : firstNorm.call(x);                                          // [B, T, D]
        int last = config.Branch == DreamSimBranch.Dino ? FeatureBlock : config.Depth - 1;
        for (int i = 0; i <= last; i++)
        {
            x = blocks[i].call(x, i == last ? 1 : x.shape[1]);                                  // [B, T, D], at last [B, 1, D]
        }

        return (config.Branch == DreamSimBranch.Dino ? x : norm.call(x)).select(1, 0).MoveToOuterDisposeScope(); // [B, D]
    }

    protected override void Assign(string name, Parameter parameter)
    {
        if (name == "cls_token")
        {
            Replace(ref classToken, parameter);
        }
        else
        {
            Replace(ref positions, parameter);
        }
    }
}

/// <summary>x + attention(norm(x)), then x + MLP(norm(x)), for the leading tokens that are wanted.</summary>
internal sealed class VitBlock : Module<Tensor, long, Tensor>
{
    private readonly LayerNormLayer norm1;
    private readonly VitAttention attn;
    private readonly LayerNormLayer norm2;
    private readonly GeluMlp mlp;

    public VitBlock(VitConfig config, double epsilon)
        : base(nameof(VitBlock))
    {
        norm1 = new LayerNormLayer(config.Width, epsilon);
        attn = new VitAttention(config);
        norm2 = new LayerNormLayer(config.Width, epsilon);
        mlp = new GeluMlp(config.Width, config.Inner, quick: config.Branch == DreamSimBranch.Clip);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, long wanted)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = attn.call(norm1.call(x), wanted).add_(x.narrow(1, 0, wanted), One);          // [B, Q, D]
        return mlp.call(norm2.call(y)).add_(y, One).MoveToOuterDisposeScope();                  // [B, Q, D]
    }
}

/// <summary>Attention of the leading tokens to all.</summary>
internal sealed class VitAttention : Module<Tensor, long, Tensor>
{
    private readonly long heads;
    private readonly LoraLinear qkv;
    private readonly LoraLinear proj;

    public VitAttention(VitConfig config)
        : base(nameof(VitAttention))
    {
        heads = config.Heads;
        qkv = new LoraLinear(config.Width, 3 * config.Width, bias: true);
        proj = new LoraLinear(config.Width, config.Width, bias: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, long wanted)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor parts = qkv.call(x).unflatten(2, [3, heads, -1]).permute(2, 0, 3, 1, 4);         // [3, B, H, T, d]
        Tensor y = functional.scaled_dot_product_attention(parts.select(0, 0).narrow(2, 0, wanted), parts.select(0, 1), parts.select(0, 2)); // [B, H, Q, d]
        return proj.call(y.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();               // [B, Q, D]
    }
}

/// <summary>The convolution that cuts an image into patches.</summary>
internal sealed class PatchEmbedding : Module<Tensor, Tensor>
{
    private readonly ConvolutionLayer proj;

    public PatchEmbedding(VitConfig config)
        : base(nameof(PatchEmbedding))
    {
        proj = new ConvolutionLayer(3, config.Width, config.Patch, stride: config.Patch);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return proj.call(input).flatten(2).transpose(1, 2).MoveToOuterDisposeScope();           // [B, 3, S, S] -> [B, T - 1, D]
    }
}
