using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>Attention of several heads (Vaswani et al. 2017, section 3.2). Letters: B rows, Q queries, T keys, D width, H heads, d = D/H.</summary>
internal static class MultiHead
{
    /// <summary>Queries [B, Q, D] over keys and values [B, T, D], the heads side by side: [B, Q, D].</summary>
    /// <param name="query">Queries.</param>
    /// <param name="key">Keys.</param>
    /// <param name="value">Values.</param>
    /// <param name="heads">H, which divides D.</param>
    /// <param name="causal">Whether a token sees itself and those before it alone; Q is T then.</param>
    public static Tensor Attend(Tensor query, Tensor key, Tensor value, long heads, bool causal = false)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = functional.scaled_dot_product_attention(
            Split(query, heads), Split(key, heads), Split(value, heads), is_casual: causal); // [B, H, Q, d]
        return attended.transpose(1, 2).flatten(2).MoveToOuterDisposeScope();               // [B, Q, D]
    }

    private static Tensor Split(Tensor x, long heads) => x.unflatten(2, [heads, -1]).transpose(1, 2); // [B, H, T, d]
}
