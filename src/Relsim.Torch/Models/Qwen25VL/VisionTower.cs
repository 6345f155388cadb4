using Relsim.Torch.Nn;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// Qwen2.5-VL's vision tower: patches to tokens of the language model. Most blocks attend within windows of a frame, a few within the whole frame.
/// Results for an image do not depend on the others of the call, but for the rounding of sums.
/// </summary>
/// <remarks>
/// Letters in shapes: P patches, N numbers in a patch, T tokens (P / merge^2), D width, H heads, d = D/H, F inner width of the MLP, O width of the
/// language model, S runs of one length, L that length. Mirrors Qwen2_5_VisionTransformerPretrainedModel (huggingface/transformers 4.50, modeling_qwen2_5_vl). Parameter
/// names are those of the hub's checkpoints below `visual.`.
/// </remarks>
internal sealed class VisionTower : Module<Tensor, VisionLayout, Tensor>
{
    /// <summary>The prefix of the tower's weights in the hub's checkpoints.</summary>
    public const string Prefix = "visual.";

    private const double NormEpsilon = 1e-6; // the published model's own constant, in no configuration

    private readonly Qwen25VLVisionConfig config;
    [ComponentName(Name = "patch_embed")]
    private readonly PatchEmbedding patchEmbed;
    private readonly ModuleList<VisionBlock> blocks;
    private readonly PatchMerger merger;

    public VisionTower(Qwen25VLVisionConfig config)
        : base(nameof(VisionTower))
    {
        this.config = config;
        patchEmbed = new PatchEmbedding(config);
        blocks = ModuleList([.. Enumerable.Range(0, config.Depth).Select(i => new VisionBlock(config, NormEpsilon))]);
        merger = new PatchMerger(config, NormEpsilon);
        RegisterComponents();
    }

    /// <summary>Patches [P, N] as the image processor lays them out to tokens [T, O] in natural order, in the type of the weights.</summary>
    /// <exception cref="ArgumentException">The patches are not those of the layout, or of another size.</exception>
    public override Tensor forward(Tensor pixelValues, VisionLayout layout) => Forward(pixelValues, layout, null);

    /// <summary>The same; <paramref name="observe"/> is shown each stage by the name that the reference outputs give it, and must not keep it.</summary>
    public Tensor Forward(Tensor pixelValues, VisionLayout layout, Action<string, Tensor>? observe)
    {
        long length = 3L * config.TemporalPatchSize * config.PatchSize * config.PatchSize;
        if (pixelValues.dim() != 2 || pixelValues.shape[0] != layout.Patches || pixelValues.shape[1] != length)
        {
            throw new ArgumentException(
                $"Patches are [{string.Join(", ", pixelValues.shape)}] where the layout has [{layout.Patches}, {length}].", nameof(pixelValues));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor x = patchEmbed.call(pixelValues);                                     // [P, D]
        observe?.Invoke("patch_embed", x);
        x = layout.InWindowOrder(x, config.SpatialMergeSize);                        // [P, D]
        for (int i = 0; i < blocks.Count; i++)
        {
            Tensor before = x;
            x = blocks[i].call(before, config.FullattBlockIndexes.Contains(i) ? layout.Frames : layout.Windows); // [P, D]
            before.Dispose();
            observe?.Invoke($"block.{i}", x);
        }

        x = merger.call(x);                                                          // [T, O]
        observe?.Invoke("merger_windowed_order", x);
        return x.index_select(0, layout.NaturalOrder).MoveToOuterDisposeScope();     // [T, O]
    }

    /// <summary>
    /// Pads the inner width of every MLP with zeros to a multiple of 64 (3,420 to 3,456 in the published models), which some processors' matrix
    /// products like better. The result is the same: SiLU(0) * 0 meets columns of zeros. The MLPs' weights become copies (850 MB of bfloat16 in
    /// the published models), and the state dictionary then fits no checkpoint.
    /// </summary>
    /// <exception cref="InvalidOperationException">An adapter has joined a layer of an MLP.</exception>
    public void PadInner()
    {
        if (blocks.Any(block => block.HasMlpAdapter))
        {
            throw new InvalidOperationException("An adapter has joined an MLP of the vision tower; detach it before the inner width is padded.");
        }

        foreach (VisionBlock block in blocks)
        {
            block.PadInner();
        }
    }
}

/// <summary>One block: x + attention(norm(x)), then x + MLP(norm(x)).</summary>
internal sealed class VisionBlock : Module<Tensor, AttentionSegments, Tensor>
{
    private readonly RmsNorm norm1;
    private readonly VisionAttention attn;
    private readonly RmsNorm norm2;
    private readonly SwiGlu mlp;

    public VisionBlock(Qwen25VLVisionConfig config, double epsilon)
        : base(nameof(VisionBlock))
    {
        norm1 = new RmsNorm(config.HiddenSize, epsilon);
        attn = new VisionAttention(config);
        norm2 = new RmsNorm(config.HiddenSize, epsilon);
        mlp = new SwiGlu(config.HiddenSize, config.IntermediateSize, bias: true);
        RegisterComponents();
    }

    public bool HasMlpAdapter => mlp.HasAdapter;

    public override Tensor forward(Tensor x, AttentionSegments segments)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = attn.call(norm1.call(x), segments).add_(x, One);                  // [P, D]
        return mlp.call(norm2.call(y)).add_(y, One).MoveToOuterDisposeScope();       // [P, D]
    }

    public void PadInner() => mlp.PadInner();
}

/// <summary>Attention of every patch to those of its run.</summary>
internal sealed class VisionAttention : Module<Tensor, AttentionSegments, Tensor>
{
    private readonly int heads;
    private readonly LoraLinear qkv;
    private readonly LoraLinear proj;

    public VisionAttention(Qwen25VLVisionConfig config)
        : base(nameof(VisionAttention))
    {
        heads = config.NumHeads;
        qkv = new LoraLinear(config.HiddenSize, 3 * config.HiddenSize, bias: true);
        proj = new LoraLinear(config.HiddenSize, config.HiddenSize, bias: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, AttentionSegments segments)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor ordered = segments.Order is null ? x : x.index_select(0, segments.Order); // [P, D]
        Tensor parts = qkv.call(ordered).view(x.shape[0], 3, heads, -1);             // [P, 3, H, d]
        Tensor turned = segments.Rotary.Turn(parts.narrow(1, 0, 2).flatten(1, 2)).view(x.shape[0], 2, heads, -1); // [P, 2, H, d]
        List<Tensor> seen = [];
        long start = 0;
        foreach (SegmentGroup group in segments.Groups)
        {
            Tensor Runs(Tensor from, int part) => from.narrow(0, start, group.Patches).select(1, part)
                .view(group.Count, group.Length, heads, -1).transpose(1, 2);         // [S, H, L, d]
            Tensor y = functional.scaled_dot_product_attention(Runs(turned, 0), Runs(turned, 1), Runs(parts, 2)); // [S, H, L, d]
            seen.Add(y.transpose(1, 2).flatten(2).flatten(0, 1));                    // [S L, D]
            start += group.Patches;
        }

        Tensor result = proj.call(seen.Count == 1 ? seen[0] : cat(seen, 0));         // [P, D]
        return (segments.Inverse is null ? result : result.index_select(0, segments.Inverse)).MoveToOuterDisposeScope();
    }
}

/// <summary>The convolution that cuts frames into patches.</summary>
internal sealed class PatchEmbedding : Module<Tensor, Tensor>
{
    private readonly PatchProjection proj;

    public PatchEmbedding(Qwen25VLVisionConfig config)
        : base(nameof(PatchEmbedding))
    {
        proj = new PatchProjection(config.HiddenSize, 3, config.TemporalPatchSize, config.PatchSize, config.PatchSize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor patches) => proj.call(patches);            // [P, N] -> [P, D]
}

/// <summary>Makes one token of the patches of each square.</summary>
internal sealed class PatchMerger : Module<Tensor, Tensor>
{
    private readonly int merged;
    [ComponentName(Name = "ln_q")]
    private readonly RmsNorm norm;
    private readonly MergerMlp mlp;

    public PatchMerger(Qwen25VLVisionConfig config, double epsilon)
        : base(nameof(PatchMerger))
    {
        merged = config.SpatialMergeSize * config.SpatialMergeSize * config.HiddenSize;
        norm = new RmsNorm(config.HiddenSize, epsilon);
        mlp = new MergerMlp(merged, config.OutHiddenSize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        return mlp.call(norm.call(x).view(-1, merged)).MoveToOuterDisposeScope();    // [P, D] -> [T, merge^2 D] -> [T, O]
    }
}

/// <summary>Two linear layers and a GELU; named as the places of a sequence that the published model keeps them in.</summary>
internal sealed class MergerMlp : Module<Tensor, Tensor>
{
    [ComponentName(Name = "0")]
    private readonly LoraLinear inner;
    [ComponentName(Name = "2")]
    private readonly LoraLinear outer;

    public MergerMlp(int inputs, int outputs)
        : base(nameof(MergerMlp))
    {
        inner = new LoraLinear(inputs, inputs, bias: true);
        outer = new LoraLinear(inputs, outputs, bias: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        return outer.call(functional.gelu(inner.call(x))).MoveToOuterDisposeScope(); // [T, O]
    }
}
