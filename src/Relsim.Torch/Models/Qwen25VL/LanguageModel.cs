using Relsim.Torch.Nn;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// Qwen2.5-VL's language model: token embeddings, decoder layers, a final norm. Rows of a call do not see each other and none is padded, so results for a
/// row do not depend on the others, but for the rounding of sums.
/// </summary>
/// <remarks>
/// Letters in shapes: N tokens of a call, R rows, M positions wanted (N or R), D width, H query heads, K key and value heads, G = H/K, d width of a head,
/// L new tokens of a row, T tokens that the row sees, F inner width of the MLP. Mirrors Qwen2_5_VLModel (huggingface/transformers 4.50,
/// modeling_qwen2_5_vl). Parameter names are those of the hub's checkpoints below `model.`.
/// </remarks>
internal sealed class LanguageModel : Module<Tensor, SequenceLayout, Tensor>
{
    [ComponentName(Name = "embed_tokens")]
    private readonly TokenEmbedding embedTokens;
    private readonly ModuleList<DecoderLayer> layers;
    private readonly RmsNorm norm;

    public LanguageModel(Qwen25VLConfig config)
        : base(nameof(LanguageModel))
    {
        embedTokens = new TokenEmbedding(config.VocabSize, config.HiddenSize);
        layers = ModuleList([.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => new DecoderLayer(config, i))]);
        norm = new RmsNorm(config.HiddenSize, config.RmsNormEps);
        RegisterComponents();
    }

    /// <summary>The table of token embeddings [V, D].</summary>
    public TokenEmbedding EmbedTokens => embedTokens;

    /// <summary>Token ids [N] to embeddings [N, D].</summary>
    public Tensor Embed(Tensor ids) => embedTokens.call(ids);

    /// <summary>Embeddings [N, D] to hidden states [N, D] after the final norm.</summary>
    public override Tensor forward(Tensor embeddings, SequenceLayout layout) => Forward(embeddings, layout, null, lastPositionOnly: false);

    /// <summary>The same with known tokens before those of the call; the result is [R, D] where only each row's last position is wanted.</summary>
    /// <param name="embeddings">[N, D], which stay the caller's.</param>
    /// <param name="layout">Where the tokens stand.</param>
    /// <param name="memory">Keys and values of earlier tokens; null where there are none.</param>
    /// <param name="lastPositionOnly">Whether the last layer computes keys and values of all tokens and everything else of each row's last.</param>
    /// <param name="observe">Is shown the input of every layer by its number, and must not keep it.</param>
    public Tensor Forward(
        Tensor embeddings, SequenceLayout layout, KeyValueMemory? memory, bool lastPositionOnly, Action<int, Tensor>? observe = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = embeddings;                                                       // [N, D]
        for (int i = 0; i < layers.Count; i++)
        {
            observe?.Invoke(i, x);
            Tensor before = x;
            x = layers[i].Forward(before, layout, memory, lastPositionOnly && i == layers.Count - 1); // [M, D]
            if (i > 0)
            {
                before.Dispose();
            }
        }

        return norm.call(x).MoveToOuterDisposeScope();                               // [M, D]
    }
}

/// <summary>One layer: x + attention(norm(x)), then x + MLP(norm(x)).</summary>
internal sealed class DecoderLayer : Module<Tensor, SequenceLayout, Tensor>
{
    [ComponentName(Name = "input_layernorm")]
    private readonly RmsNorm inputNorm;
    [ComponentName(Name = "self_attn")]
    private readonly DecoderAttention attention;
    [ComponentName(Name = "post_attention_layernorm")]
    private readonly RmsNorm attentionNorm;
    private readonly SwiGlu mlp;

    public DecoderLayer(Qwen25VLConfig config, int index)
        : base(nameof(DecoderLayer))
    {
        inputNorm = new RmsNorm(config.HiddenSize, config.RmsNormEps);
        attention = new DecoderAttention(config, index);
        attentionNorm = new RmsNorm(config.HiddenSize, config.RmsNormEps);
        mlp = new SwiGlu(config.HiddenSize, config.IntermediateSize, bias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, SequenceLayout layout) => Forward(x, layout, null, lastPositionOnly: false);

    public Tensor Forward(Tensor x, SequenceLayout layout, KeyValueMemory? memory, bool lastPositionOnly)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor wanted = lastPositionOnly ? x.index_select(0, layout.Last) : x;       // [M, D]
        Tensor y = attention.Forward(inputNorm.call(x), layout, memory, lastPositionOnly).add_(wanted, One); // [M, D]
        return mlp.call(attentionNorm.call(y)).add_(y, One).MoveToOuterDisposeScope(); // [M, D]
    }
}

/// <summary>Causal attention with fewer key and value heads than query heads (Ainslie et al. 2023).</summary>
internal sealed class DecoderAttention : Module<Tensor, SequenceLayout, Tensor>
{
    private readonly int index;
    private readonly int keyHeads;
    private readonly int headSize;
    [ComponentName(Name = "q_proj")]
    private readonly LoraLinear query;
    [ComponentName(Name = "k_proj")]
    private readonly LoraLinear key;
    [ComponentName(Name = "v_proj")]
    private readonly LoraLinear value;
    [ComponentName(Name = "o_proj")]
    private readonly LoraLinear output;

    public DecoderAttention(Qwen25VLConfig config, int index)
        : base(nameof(DecoderAttention))
    {
        this.index = index;
        keyHeads = config.NumKeyValueHeads;
        headSize = config.HeadSize;
        query = new LoraLinear(config.HiddenSize, config.HiddenSize, bias: true);
        key = new LoraLinear(config.HiddenSize, keyHeads * headSize, bias: true);
        value = new LoraLinear(config.HiddenSize, keyHeads * headSize, bias: true);
        output = new LoraLinear(config.HiddenSize, config.HiddenSize, bias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, SequenceLayout layout) => Forward(x, layout, null, lastPositionOnly: false);

    public Tensor Forward(Tensor x, SequenceLayout layout, KeyValueMemory? memory, bool lastPositionOnly)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor asking = lastPositionOnly ? x.index_select(0, layout.Last) : x;       // [M, D]
        RotaryTables turn = lastPositionOnly ? layout.LastRotary : layout.Rotary;
        Tensor q = turn.Turn(query.call(asking).view(asking.shape[0], -1, headSize)); // [M, H, d]
        Tensor k = layout.Rotary.Turn(key.call(x).view(x.shape[0], keyHeads, headSize)); // [N, K, d]
        Tensor v = value.call(x).view(x.shape[0], keyHeads, headSize);               // [N, K, d]
        List<Tensor> seen = [];
        for (int i = 0; i < layout.Rows.Count; i++)
        {
            SequenceRow row = layout.Rows[i];
            Tensor keys = k.narrow(0, row.Start, row.Length), values = v.narrow(0, row.Start, row.Length); // [L, K, d]
            (keys, values) = memory?.Extend(index, row, keys, values) ?? (keys.transpose(0, 1), values.transpose(0, 1)); // [K, T, d]
            Tensor queries = lastPositionOnly ? q.narrow(0, i, 1) : q.narrow(0, row.Start, row.Length); // [L, H, d]
            seen.Add(queries.shape[0] == 1 ? AttendOne(queries, keys, values) : Attend(queries, keys, values, row.Past));
        }

        return output.call(seen.Count == 1 ? seen[0] : cat(seen, 0)).MoveToOuterDisposeScope(); // [M, D]
    }

    /// <summary>A row's only or last token sees all: the query heads of a group are so many queries, and keys and values are read once.</summary>
    private Tensor AttendOne(Tensor queries, Tensor keys, Tensor values)
    {
        Tensor grouped = queries.view(1, keyHeads, -1, headSize);                    // [1, K, G, d]
        return functional.scaled_dot_product_attention(grouped, keys.unsqueeze(0), values.unsqueeze(0)).reshape(1, -1); // [1, D]
    }

    /// <summary>The last L of a row's T tokens see those up to themselves.</summary>
    private Tensor Attend(Tensor queries, Tensor keys, Tensor values, int past)
    {
        // The causal flag counts queries from the first key on, so known tokens ask too, and nobody listens: cheaper than a mask.
        Tensor all = past == 0 ? queries : functional.pad(queries, [0, 0, 0, 0, past, 0]); // [T, H, d]
        Tensor grouped = all.view(all.shape[0], keyHeads, -1, headSize).permute(1, 2, 0, 3); // [K, G, T, d]
        Tensor y = functional.scaled_dot_product_attention(grouped, PerQueryHead(keys), PerQueryHead(values), is_casual: true); // [K, G, T, d]
        return y.permute(2, 0, 1, 3).narrow(0, past, queries.shape[0]).flatten(1);   // [L, D]

        Tensor PerQueryHead(Tensor x) => x.unsqueeze(1).expand(-1, grouped.shape[1], -1, -1); // [K, T, d] -> [K, G, T, d], not a copy
    }
}
