using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>Cross entropy of each token given those before it, mean over all labelled tokens of the batch.</summary>
/// <remarks>
/// Letters in shapes: S labelled tokens, V rows of the vocabulary. Mirrors the loss of Qwen2_5_VLForConditionalGeneration (huggingface/transformers 4.50,
/// modeling_qwen2_5_vl); logits are computed where there is a label alone.
/// </remarks>
internal static class NextTokenLoss
{
    /// <summary>The label of a token that is not trained.</summary>
    public const long Ignored = -100;

    /// <summary>The loss, float32 [], of hidden states [N, D] of all tokens of a full plan.</summary>
    /// <param name="model">Gives the logits.</param>
    /// <param name="hiddenStates">[N, D].</param>
    /// <param name="batch">The prompts.</param>
    /// <param name="labels">B * L ids, row-major: the token itself where it is trained, -100 elsewhere.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or nothing is labelled.</exception>
    public static Tensor Mean(Qwen25VLModel model, Tensor hiddenStates, TokenBatch batch, IReadOnlyList<long> labels)
    {
        if (labels.Count != batch.Rows * batch.Length)
        {
            throw new ArgumentException($"There are {labels.Count} labels for a batch of {batch.Rows} x {batch.Length}.", nameof(labels));
        }

        List<long> places = [];
        List<long> targets = [];
        long place = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            int[] columns = [.. batch.Columns(row)];
            for (int i = 0; i < columns.Length; i++, place++)
            {
                long label = i + 1 < columns.Length ? labels[(row * batch.Length) + columns[i + 1]] : Ignored;
                if (label != Ignored)
                {
                    places.Add(place);
                    targets.Add(label);
                }
            }
        }

        if (place != hiddenStates.shape[0] || targets.Count == 0)
        {
            throw new ArgumentException($"There are {hiddenStates.shape[0]} hidden states for {place} tokens, of which {targets.Count} are labelled.", nameof(hiddenStates));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor wanted = hiddenStates.index_select(0, tensor(places.ToArray(), device: hiddenStates.device)); // [S, D]
        Tensor logits = model.Logits(wanted).to_type(ScalarType.Float32);            // [S, V]
        return functional.cross_entropy(logits, tensor(targets.ToArray(), device: hiddenStates.device)).MoveToOuterDisposeScope(); // []
    }
}
