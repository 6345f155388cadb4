using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>Keys and values of tokens before those of a call.</summary>
internal abstract class KeyValueMemory
{
    /// <summary>
    /// The keys and values [K, T, d] that the tokens of <paramref name="row"/> see in a layer: those known and, last, the call's own, given
    /// as [L, K, d].
    /// </summary>
    public abstract (Tensor Keys, Tensor Values) Extend(int layer, SequenceRow row, Tensor keys, Tensor values);
}

/// <summary>
/// Keys and values of rows that grow token by token, of one generation. Room is made ahead and doubled where it runs out. Not thread-safe.
/// </summary>
/// <remarks>Letters in shapes: B rows, K key and value heads, C room in tokens, d width of a head.</remarks>
internal sealed class KeyValueCache : KeyValueMemory, IDisposable
{
    private readonly int rows;
    private readonly int capacity;
    private readonly (Tensor Keys, Tensor Values)?[] layers;
    private readonly int[] held;

    /// <summary>A cache for so many rows, each with room for <paramref name="capacity"/> tokens until it must grow.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no row or no room.</exception>
    public KeyValueCache(Qwen25VLConfig config, int rows, int capacity)
        : this(config.NumHiddenLayers, rows, capacity)
    {
    }

    private KeyValueCache(int layerCount, int rows, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        this.rows = rows;
        this.capacity = capacity;
        layers = new (Tensor, Tensor)?[layerCount];
        held = new int[layerCount * rows];
    }

    /// <summary>Takes over the tokens of a prefix into every row.</summary>
    public void Begin(ConstantPrefix prefix)
    {
        using DisposeScope scope = NewDisposeScope();
        for (int layer = 0; layer < layers.Length; layer++)
        {
            (Tensor keys, Tensor values) = prefix.Layer(layer);                      // [K, P, d]
            (Tensor k, Tensor v) = Room(layer, prefix.Length, keys.transpose(0, 1)); // [B, K, C, d]
            k.narrow(2, 0, prefix.Length).copy_(keys.unsqueeze(0));
            v.narrow(2, 0, prefix.Length).copy_(values.unsqueeze(0));
            held.AsSpan(layer * rows, rows).Fill(prefix.Length);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The cache holds more or fewer tokens of the row than the call was laid out after.</exception>
    public override (Tensor Keys, Tensor Values) Extend(int layer, SequenceRow row, Tensor keys, Tensor values)
    {
        ref int known = ref held[(layer * rows) + row.Row];
        if (known != row.Past)
        {
            throw new InvalidOperationException($"The cache holds {known} tokens of row {row.Row} where the call follows {row.Past}.");
        }

        int length = row.Past + row.Length;
        known = length;
        (Tensor k, Tensor v) = Room(layer, length, keys);                            // [B, K, C, d]
        return (Put(k, keys), Put(v, values));

        Tensor Put(Tensor room, Tensor added)
        {
            Tensor seen = room.select(0, row.Row).narrow(1, 0, length);              // [K, T, d]
            seen.narrow(1, row.Past, row.Length).copy_(added.transpose(0, 1));
            return seen;
        }
    }

    /// <summary>A new cache where each row stands <paramref name="times"/> times, one after the other.</summary>
    public KeyValueCache Repeat(int times)
    {
        var repeated = new KeyValueCache(layers.Length, rows * times, capacity);
        held.SelectMany(length => Enumerable.Repeat(length, times)).ToArray().CopyTo(repeated.held, 0);
        for (int layer = 0; layer < layers.Length; layer++)
        {
            if (layers[layer] is (Tensor keys, Tensor values))
            {
                repeated.layers[layer] = (
                    keys.repeat_interleave(times, 0).DetachFromDisposeScope(), values.repeat_interleave(times, 0).DetachFromDisposeScope());
            }
        }

        return repeated;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((Tensor Keys, Tensor Values)? layer in layers)
        {
            layer?.Keys.Dispose();
            layer?.Values.Dispose();
        }

        Array.Clear(layers);
        Array.Clear(held);
    }

    /// <summary>A layer's keys and values with room for <paramref name="length"/> tokens like those of <paramref name="example"/> [L, K, d].</summary>
    private (Tensor Keys, Tensor Values) Room(int layer, long length, Tensor example)
    {
        if (layers[layer] is (Tensor keys, Tensor values))
        {
            if (keys.shape[2] < length)
            {
                layers[layer] = (Grown(keys, length), Grown(values, length));
            }
        }
        else
        {
            long[] shape = [rows, example.shape[1], Math.Max(length, capacity), example.shape[2]];
            layers[layer] = (empty(shape, example.dtype, example.device).DetachFromDisposeScope(), empty(shape, example.dtype, example.device).DetachFromDisposeScope());
        }

        return layers[layer]!.Value;
    }

    private static Tensor Grown(Tensor room, long length)
    {
        using Tensor old = room;
        long[] shape = [old.shape[0], old.shape[1], Math.Max(length, 2 * old.shape[2]), old.shape[3]];
        Tensor grown = empty(shape, old.dtype, old.device).DetachFromDisposeScope(); // [B, K, C, d]
        using Tensor first = grown.narrow(2, 0, old.shape[2]);
        first.copy_(old);
        return grown;
    }
}

/// <summary>
/// Keys and values of tokens that many prompts begin with, computed once. They hold for the weights and adapters that computed them. Safe for
/// concurrent reads.
/// </summary>
/// <remarks>Letters in shapes: P tokens of the prefix, K key and value heads, d width of a head.</remarks>
internal sealed class ConstantPrefix : KeyValueMemory, IDisposable
{
    private readonly (Tensor Keys, Tensor Values)[] layers;

    private ConstantPrefix(IReadOnlyList<int> ids, (Tensor Keys, Tensor Values)[] layers)
    {
        Ids = ids;
        this.layers = layers;
    }

    /// <summary>The tokens.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>P, how many there are.</summary>
    public int Length => Ids.Count;

    /// <summary>Computes the prefix of these tokens, which are text alone.</summary>
    /// <exception cref="ArgumentException">There is no token, or one stands for an image.</exception>
    public static ConstantPrefix Create(LanguageModel model, Qwen25VLConfig config, IReadOnlyList<int> ids, Device? device = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        var batch = TokenBatch.Of([ids], 0);
        using var layout = SequenceLayout.Create(config, batch, RopeIndex.Create(config, batch, []), ForwardPlan.Full, device ?? model.EmbedTokens.Device);
        var record = new Recorder(config.NumHiddenLayers);
        model.Forward(model.Embed(layout.Ids), layout, record, lastPositionOnly: true);
        return new ConstantPrefix([.. ids], record.Layers);
    }

    /// <summary>A layer's keys and values, [K, P, d].</summary>
    public (Tensor Keys, Tensor Values) Layer(int layer) => layers[layer];

    /// <inheritdoc/>
    public override (Tensor Keys, Tensor Values) Extend(int layer, SequenceRow row, Tensor keys, Tensor values) => (
        cat([layers[layer].Keys, keys.transpose(0, 1)], 1),                          // [K, P + L, d]
        cat([layers[layer].Values, values.transpose(0, 1)], 1));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((Tensor keys, Tensor values) in layers)
        {
            keys.Dispose();
            values.Dispose();
        }
    }

    /// <summary>Keeps what a call computes for its only row.</summary>
    private sealed class Recorder(int layerCount) : KeyValueMemory
    {
        public (Tensor Keys, Tensor Values)[] Layers { get; } = new (Tensor, Tensor)[layerCount];

        public override (Tensor Keys, Tensor Values) Extend(int layer, SequenceRow row, Tensor keys, Tensor values) =>
            Layers[layer] = (keys.transpose(0, 1).contiguous().DetachFromDisposeScope(), values.transpose(0, 1).contiguous().DetachFromDisposeScope());
    }
}
