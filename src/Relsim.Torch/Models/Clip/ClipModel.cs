using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Clip;

/// <summary>
/// CLIP (Radford et al. 2021): an image tower and a text tower, each a transformer that is normalised before its layers, projected into one space.
/// Letters: B images or texts, T tokens, Q of them, P patches, D width of a tower, F inner width, E width of the common space.
/// </summary>
/// <remarks>Source: huggingface/transformers 4.50, models/clip/modeling_clip.py, `CLIPModel`, whose key `pre_layrnorm` is spelt so.</remarks>
internal sealed class ClipModel : VisionModel
{
    private const string VisionPrefix = "vision_model.";
    private const string TextPrefix = "text_model.";

    private readonly ClipConfig config;

    [ComponentName(Name = "vision_model")]
    private readonly ClipVisionTower vision;

    [ComponentName(Name = "visual_projection")]
    private readonly LoraLinear visualProjection;

    [ComponentName(Name = "text_model")]
    private readonly ClipTextTower text;

    [ComponentName(Name = "text_projection")]
    private readonly LoraLinear textProjection;

    [ComponentName(Name = "logit_scale")]
    private Parameter logitScale;

    public ClipModel(ClipConfig config)
        : base(nameof(ClipModel))
    {
        this.config = config;
        vision = new ClipVisionTower(config.VisionConfig);
        visualProjection = new LoraLinear(config.VisionConfig.HiddenSize, config.ProjectionDim, bias: false);
        text = new ClipTextTower(config.TextConfig);
        textProjection = new LoraLinear(config.TextConfig.HiddenSize, config.ProjectionDim, bias: false);
        logitScale = Shaped();
        RegisterComponents();
        eval();
    }

    public ClipConfig Config => config;

    public override int ImageSize => config.VisionConfig.ImageSize;

    public override int PatchSize => config.VisionConfig.PatchSize;

    public override int FeatureSize => config.ProjectionDim;

    public override bool InterpolatesPositions => false;

    /// <summary>Older checkpoints hold the buffers that number the positions.</summary>
    public override WeightLoadOptions Names { get; } = new() { Rename = name => name.EndsWith(".embeddings.position_ids", StringComparison.Ordinal) ? null : name };

    /// <summary>The image tower.</summary>
    public ClipVisionTower Vision => vision;

    /// <summary>The text tower.</summary>
    public ClipTextTower Text => text;

    /// <summary>What cosines are multiplied with where they become logits: e to the learnt scale.</summary>
    public double LogitScale => Math.Exp(logitScale.to_type(ScalarType.Float64).item<double>());

    /// <summary>An adapter is made on the image tower alone, as relsim's, or on the whole model.</summary>
    public override Module AdapterRoot(LoraAdapter adapter) =>
        adapter.Layers.Keys.Any(path => path.StartsWith(VisionPrefix, StringComparison.Ordinal) || path.StartsWith(TextPrefix, StringComparison.Ordinal)) ? this : vision;

    /// <summary>Images [B, 3, S, S] to features [B, E].</summary>
    public override Tensor forward(Tensor pixelValues)
    {
        using DisposeScope scope = NewDisposeScope();
        return visualProjection.call(vision.call(pixelValues)).MoveToOuterDisposeScope(); // [B, D] -> [B, E]
    }

    /// <summary>Token ids [B, T], which causal attention lets end in any padding, to features [B, E].</summary>
    public Tensor EncodeTexts(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        return textProjection.call(text.Pool(text.call(ids), ids)).MoveToOuterDisposeScope(); // [B, D] -> [B, E]
    }

    protected override void Assign(string name, Parameter parameter) => Replace(ref logitScale, parameter);
}

/// <summary>The image tower: patches and a class token, whose last state is the image's.</summary>
internal sealed class ClipVisionTower : Module<Tensor, Tensor>
{
    private readonly ClipVisionEmbeddings embeddings;

    [ComponentName(Name = "pre_layrnorm")]
    private readonly LayerNormLayer before;

    private readonly ClipLayers encoder;

    [ComponentName(Name = "post_layernorm")]
    private readonly LayerNormLayer after;

    public ClipVisionTower(ClipVisionConfig config)
        : base(nameof(ClipVisionTower))
    {
        embeddings = new ClipVisionEmbeddings(config);
        before = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        encoder = new ClipLayers(config, causal: false);
        after = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        RegisterComponents();
    }

    /// <summary>Images [B, 3, S, S] to all tokens of the last layer, not normalised after it [B, 1 + P, D].</summary>
    public Tensor HiddenStates(Tensor pixelValues)
    {
        using DisposeScope scope = NewDisposeScope();
        return encoder.call(before.call(embeddings.call(pixelValues))).MoveToOuterDisposeScope(); // [B, 1 + P, D]
    }

    /// <summary>Images [B, 3, S, S] to their class tokens, normalised [B, D].</summary>
    public override Tensor forward(Tensor pixelValues)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor first = encoder.First(before.call(embeddings.call(pixelValues))); // [B, 1, D]
        return after.call(first).select(1, 0).MoveToOuterDisposeScope();         // [B, D]
    }
}

/// <summary>The text tower: every token sees those before it, and the last mark's state is the text's.</summary>
internal sealed class ClipTextTower : Module<Tensor, Tensor>
{
    private readonly Scalar eos;
    private readonly bool endsAtLargest;
    private readonly ClipTextEmbeddings embeddings;
    private readonly ClipLayers encoder;

    [ComponentName(Name = "final_layer_norm")]
    private readonly LayerNormLayer norm;

    public ClipTextTower(ClipTextConfig config)
        : base(nameof(ClipTextTower))
    {
        eos = config.EosTokenId;
        endsAtLargest = config.EosTokenId == ClipTextConfig.LegacyEos;
        embeddings = new ClipTextEmbeddings(config);
        encoder = new ClipLayers(config, causal: true);
        norm = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        RegisterComponents();
    }

    /// <summary>Token ids [B, T] to all tokens [B, T, D].</summary>
    public override Tensor forward(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        return norm.call(encoder.call(embeddings.call(ids))).MoveToOuterDisposeScope(); // [B, T, D]
    }

    /// <summary>
    /// The state of each text [B, D] among those of its tokens [B, T, D]: at the first end mark, or, where the configuration has the old number for it, at the first of
    /// the largest ids.
    /// </summary>
    public Tensor Pool(Tensor hidden, Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor marks = endsAtLargest ? ids : ids.eq(eos).to_type(ScalarType.Int32);     // [B, T]
        Tensor ends = marks.argmax(1).view(-1, 1, 1).expand(-1, 1, hidden.shape[2]);    // [B, 1, D]
        return hidden.gather(1, ends).select(1, 0).MoveToOuterDisposeScope();           // [B, D]
    }
}

/// <summary>The layers in order.</summary>
internal sealed class ClipLayers : Module<Tensor, Tensor>
{
    private readonly ModuleList<TransformerLayer> layers;

    public ClipLayers(ClipTowerConfig config, bool causal)
        : base(nameof(ClipLayers))
    {
        layers = new ModuleList<TransformerLayer>([.. Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new ClipLayer(config, causal))]);
        RegisterComponents();
    }

    /// <summary>[B, T, D] to [B, T, D].</summary>
    public override Tensor forward(Tensor x) => TransformerLayer.Run(layers, x, x.shape[1]);

    /// <summary>[B, T, D] to the first token [B, 1, D].</summary>
    public Tensor First(Tensor x) => TransformerLayer.Run(layers, x, 1);
}

/// <summary>One layer: x + attention(norm(x)), then x + MLP(norm(x)).</summary>
internal sealed class ClipLayer : TransformerLayer
{
    [ComponentName(Name = "layer_norm1")]
    private readonly LayerNormLayer norm1;

    [ComponentName(Name = "self_attn")]
    private readonly ClipAttention attention;

    [ComponentName(Name = "layer_norm2")]
    private readonly LayerNormLayer norm2;

    private readonly GeluMlp mlp;

    public ClipLayer(ClipTowerConfig config, bool causal)
        : base(nameof(ClipLayer))
    {
        norm1 = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        attention = new ClipAttention(config, causal);
        norm2 = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        mlp = new GeluMlp(config.HiddenSize, config.IntermediateSize, quick: config.HiddenAct == "quick_gelu");
        RegisterComponents();
    }

    public override Tensor Forward(Tensor x, long rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor seen = norm1.call(x);                                                          // [B, T, D]
        Tensor y = attention.call(seen.narrow(1, 0, rows), seen).add_(x.narrow(1, 0, rows), One); // [B, Q, D]
        return mlp.call(norm2.call(y)).add_(y, One).MoveToOuterDisposeScope();                // [B, Q, D]
    }
}

/// <summary>Self-attention, of text causal.</summary>
internal sealed class ClipAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly int heads;
    private readonly bool causal;

    [ComponentName(Name = "q_proj")]
    private readonly LoraLinear query;

    [ComponentName(Name = "k_proj")]
    private readonly LoraLinear key;

    [ComponentName(Name = "v_proj")]
    private readonly LoraLinear value;

    [ComponentName(Name = "out_proj")]
    private readonly LoraLinear output;

    public ClipAttention(ClipTowerConfig config, bool causal)
        : base(nameof(ClipAttention))
    {
        this.causal = causal;
        heads = config.NumAttentionHeads;
        query = new LoraLinear(config.HiddenSize, config.HiddenSize, bias: true);
        key = new LoraLinear(config.HiddenSize, config.HiddenSize, bias: true);
        value = new LoraLinear(config.HiddenSize, config.HiddenSize, bias: true);
        output = new LoraLinear(config.HiddenSize, config.HiddenSize, bias: true);
        RegisterComponents();
    }

    /// <summary>Tokens that ask [B, Q, D] and tokens that are seen [B, T, D] to [B, Q, D].</summary>
    public override Tensor forward(Tensor asking, Tensor seen)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = MultiHead.Attend(query.call(asking), key.call(seen), value.call(seen), heads, causal); // [B, Q, D]
        return output.call(attended).MoveToOuterDisposeScope();                                                  // [B, Q, D]
    }
}

/// <summary>A class token, patches in raster order, and learnt places.</summary>
internal sealed class ClipVisionEmbeddings : WeightLayer
{
    private readonly ClipVisionConfig config;

    [ComponentName(Name = "class_embedding")]
    private Parameter classToken;

    [ComponentName(Name = "patch_embedding")]
    private readonly PatchProjection patches;

    [ComponentName(Name = "position_embedding")]
    private readonly TokenEmbedding positions;

    public ClipVisionEmbeddings(ClipVisionConfig config)
        : base(nameof(ClipVisionEmbeddings))
    {
        this.config = config;
        int grid = config.ImageSize / config.PatchSize;
        classToken = Shaped(config.HiddenSize);
        patches = new PatchProjection(config.HiddenSize, 3, config.PatchSize, config.PatchSize);
        positions = new TokenEmbedding(1 + ((long)grid * grid), config.HiddenSize);
        RegisterComponents();
    }

    /// <summary>Images [B, 3, S, S] to tokens [B, 1 + P, D].</summary>
    /// <exception cref="ArgumentException">They are of another size.</exception>
    public override Tensor forward(Tensor pixelValues)
    {
        if (pixelValues.dim() != 4 || pixelValues.shape[2] != config.ImageSize || pixelValues.shape[3] != config.ImageSize)
        {
            throw new ArgumentException($"Images are [{string.Join(", ", pixelValues.shape)}]; the model takes {config.ImageSize} x {config.ImageSize}.", nameof(pixelValues));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor x = patches.call(PatchProjection.Cut(pixelValues, config.PatchSize));         // [B, P, D]
        Tensor tokens = cat([classToken.expand(x.shape[0], 1, x.shape[2]), x], 1);           // [B, 1 + P, D]
        return tokens.add_(positions.First(tokens.shape[1]), One).MoveToOuterDisposeScope(); // [B, 1 + P, D]
    }

    protected override void Assign(string name, Parameter parameter) => Replace(ref classToken, parameter);
}

/// <summary>Words and places, added.</summary>
internal sealed class ClipTextEmbeddings : Module<Tensor, Tensor>
{
    [ComponentName(Name = "token_embedding")]
    private readonly TokenEmbedding words;

    [ComponentName(Name = "position_embedding")]
    private readonly TokenEmbedding positions;

    public ClipTextEmbeddings(ClipTextConfig config)
        : base(nameof(ClipTextEmbeddings))
    {
        words = new TokenEmbedding(config.VocabSize, config.HiddenSize);
        positions = new TokenEmbedding(config.MaxPositionEmbeddings, config.HiddenSize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        return words.call(ids).add_(positions.First(ids.shape[1]), One).MoveToOuterDisposeScope(); // [B, T, D]
    }
}
