using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.MiniLM;

/// <summary>
/// A sentence encoder: BERT (Devlin et al. 2019), mean over the tokens, unit length (Reimers and Gurevych 2019). The texts of a batch have
/// one length, so there is no padding and no mask, and the mean is over all of them.
/// Letters: B texts, T tokens, D width, H heads, d width of a head, F inner width.
/// </summary>
/// <remarks>
/// Source: huggingface/transformers 4.50, models/bert/modeling_bert.py; sentence-transformers 3.4.1, models/Pooling.py and Normalize.py.
/// </remarks>
internal sealed class MiniLmModel : Module<Tensor, Tensor>
{
    private readonly BertEmbeddings embeddings;
    private readonly BertEncoder encoder;

    public MiniLmModel(MiniLmConfig config)
        : base(nameof(MiniLmModel))
    {
        embeddings = new BertEmbeddings(config);
        encoder = new BertEncoder(config);
        RegisterComponents();
        eval();
    }

    /// <summary>How the names of a checkpoint relate: its pooler and its buffer of positions are no part of a sentence's embedding.</summary>
    public static WeightLoadOptions Names { get; } = new()
    {
        Rename = name => name.StartsWith("pooler.", StringComparison.Ordinal) || name == "embeddings.position_ids" ? null : name,
    };

    /// <summary>Ids [B, T] to one vector a token [B, T, D].</summary>
    public Tensor TokenEmbeddings(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        return encoder.call(embeddings.call(ids)).MoveToOuterDisposeScope(); // [B, T, D]
    }

    /// <summary>Ids [B, T] to unit vectors [B, D].</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mean = TokenEmbeddings(input).to_type(ScalarType.Float32).mean([1L]); // [B, D]
        return functional.normalize(mean, dim: 1).MoveToOuterDisposeScope();         // [B, D]
    }
}

/// <summary>The layers in order.</summary>
internal sealed class BertEncoder : Module<Tensor, Tensor>
{
    private readonly ModuleList<BertLayer> layer;

    public BertEncoder(MiniLmConfig config)
        : base(nameof(BertEncoder))
    {
        layer = new ModuleList<BertLayer>([.. Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new BertLayer(config))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = input; // [B, T, D]
        foreach (BertLayer next in layer)
        {
            x = next.call(x); // [B, T, D]
        }

        return x.MoveToOuterDisposeScope();
    }
}

/// <summary>Attention and two linear maps, each added to its input and normalised after.</summary>
internal sealed class BertLayer : Module<Tensor, Tensor>
{
    private readonly BertAttention attention;
    private readonly BertIntermediate intermediate;
    private readonly BertOutput output;

    public BertLayer(MiniLmConfig config)
        : base(nameof(BertLayer))
    {
        attention = new BertAttention(config);
        intermediate = new BertIntermediate(config);
        output = new BertOutput(config.IntermediateSize, config);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = attention.call(input);                                          // [B, T, D]
        return output.call(intermediate.call(x), x).MoveToOuterDisposeScope();     // [B, T, D]
    }
}

/// <summary>Self-attention of every token to every token, with its residual.</summary>
internal sealed class BertAttention : Module<Tensor, Tensor>
{
    private readonly BertSelfAttention self;
    private readonly BertOutput output;

    public BertAttention(MiniLmConfig config)
        : base(nameof(BertAttention))
    {
        self = new BertSelfAttention(config);
        output = new BertOutput(config.HiddenSize, config);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return output.call(self.call(input), input).MoveToOuterDisposeScope(); // [B, T, D]
    }
}

/// <summary>Queries, keys and values, and the heads side by side.</summary>
internal sealed class BertSelfAttention : Module<Tensor, Tensor>
{
    private readonly long heads;
    private readonly LoraLinear query;
    private readonly LoraLinear key;
    private readonly LoraLinear value;

    public BertSelfAttention(MiniLmConfig config)
        : base(nameof(BertSelfAttention))
    {
        heads = config.NumAttentionHeads;
        query = new LoraLinear(config.HiddenSize, config.HiddenSize, bias: true);
        key = new LoraLinear(config.HiddenSize, config.HiddenSize, bias: true);
        value = new LoraLinear(config.HiddenSize, config.HiddenSize, bias: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return MultiHead.Attend(query.call(input), key.call(input), value.call(input), heads).MoveToOuterDisposeScope(); // [B, T, D]
    }
}

/// <summary>The wide half of the two linear maps; GELU by the error function.</summary>
internal sealed class BertIntermediate : Module<Tensor, Tensor>
{
    private readonly LoraLinear dense;

    public BertIntermediate(MiniLmConfig config)
        : base(nameof(BertIntermediate))
    {
        dense = new LoraLinear(config.HiddenSize, config.IntermediateSize, bias: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return functional.gelu(dense.call(input)).MoveToOuterDisposeScope(); // [B, T, F]
    }
}

/// <summary>A linear map back to the width, its residual and the normalisation.</summary>
internal sealed class BertOutput : Module<Tensor, Tensor, Tensor>
{
    private readonly LoraLinear dense;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNormLayer norm;

    public BertOutput(int inputs, MiniLmConfig config)
        : base(nameof(BertOutput))
    {
        dense = new LoraLinear(inputs, config.HiddenSize, bias: true);
        norm = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, Tensor residual)
    {
        using DisposeScope scope = NewDisposeScope();
        return norm.call(dense.call(input).add_(residual, One)).MoveToOuterDisposeScope(); // [B, T, D]
    }
}

/// <summary>Words, places and the one token type of a single text, added and normalised.</summary>
internal sealed class BertEmbeddings : Module<Tensor, Tensor>
{
    [ComponentName(Name = "word_embeddings")]
    private readonly TokenEmbedding words;

    [ComponentName(Name = "position_embeddings")]
    private readonly TokenEmbedding positions;

    [ComponentName(Name = "token_type_embeddings")]
    private readonly TokenEmbedding types;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNormLayer norm;

    public BertEmbeddings(MiniLmConfig config)
        : base(nameof(BertEmbeddings))
    {
        words = new TokenEmbedding(config.VocabSize, config.HiddenSize);
        positions = new TokenEmbedding(config.MaxPositionEmbeddings, config.HiddenSize);
        types = new TokenEmbedding(config.TypeVocabSize, config.HiddenSize);
        norm = new LayerNormLayer(config.HiddenSize, config.LayerNormEps);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = words.call(input).add_(types.First(1), One).add_(positions.First(input.shape[1]), One); // [B, T, D]
        return norm.call(sum).MoveToOuterDisposeScope();                                                     // [B, T, D]
    }
}
