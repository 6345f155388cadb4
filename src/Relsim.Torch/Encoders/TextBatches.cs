using Relsim.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// Drives a model of texts with batches of one length: nothing is padded, so nothing is computed in vain and no text feels its neighbours' lengths.
/// </summary>
internal static class TextBatches
{
    /// <summary>Token ids to the model's vectors, in order.</summary>
    /// <param name="ids">The ids of each text, at least one.</param>
    /// <param name="budget">Most tokens in a batch; a text beyond it is a batch of its own.</param>
    /// <param name="embed">The model: ids [B, T] to vectors [B, D] in float32, in inference mode.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    /// <param name="device">Where the model lies; the processor's memory by default.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static float[][] Embed(
        IReadOnlyList<int>[] ids, int budget, Func<Tensor, Tensor> embed, CancellationToken cancellationToken, Device? device = null)
    {
        var embeddings = new float[ids.Length][];
        foreach (IGrouping<int, int> group in Enumerable.Range(0, ids.Length).GroupBy(i => ids[i].Count).OrderBy(group => group.Key))
        {
            foreach (int[] batch in group.Chunk(Math.Max(1, budget / group.Key)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using DisposeScope scope = NewDisposeScope();
                using IDisposable inference = inference_mode();
                long[] flat = [.. batch.SelectMany(i => ids[i]).Select(id => (long)id)];
                Tensor vectors = embed(tensor(flat, [batch.Length, group.Key], device: device)).cpu(); // [B, D]
                float[][] rows = [.. TensorMemory.ToArray<float>(vectors).Chunk((int)vectors.shape[1])];
                for (int row = 0; row < batch.Length; row++)
                {
                    embeddings[batch[row]] = rows[row];
                }
            }
        }

        return embeddings;
    }
}
