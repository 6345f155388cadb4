using Relsim.Imaging;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// The floating-point operations that an answer needs, a multiplication and its addition counted as two: matrix products and attention over what each token may
/// see; not norms, activations and rotations, which are below a hundredth.
/// </summary>
internal static class Qwen25VLCost
{
    /// <summary>One image through the vision tower.</summary>
    public static double Vision(Qwen25VLVisionConfig config, GridThw grid)
    {
        double patches = grid.Patches;
        double width = config.HiddenSize;
        double square = config.SpatialMergeSize * config.SpatialMergeSize;
        double embedding = patches * 3 * config.TemporalPatchSize * config.PatchSize * config.PatchSize * width;
        double block = patches * ((4 * width * width) + (3 * width * config.IntermediateSize));
        double merger = patches / square * ((square * width * square * width) + (square * width * config.OutHiddenSize));
        int wholeFrame = config.FullattBlockIndexes.Count(index => index < config.Depth);
        double frame = (double)grid.H * grid.W;
        IReadOnlyList<int> bounds = WindowPlan.Create(config, [grid]).Bounds;
        double windows = bounds.Zip(bounds.Skip(1)).Sum(pair => Math.Pow(pair.Second - pair.First, 2));
        double pairs = (wholeFrame * grid.T * frame * frame) + ((config.Depth - wholeFrame) * windows);
        return 2 * (embedding + (config.Depth * block) + merger + (2 * pairs * width));
    }

    /// <summary>Tokens of one row through the language model.</summary>
    /// <param name="config">Sizes.</param>
    /// <param name="past">Tokens before them whose keys and values are known.</param>
    /// <param name="tokens">Tokens to compute.</param>
    /// <param name="lastPositionOnly">Whether the last layer owes an answer for the last token alone.</param>
    public static double Language(Qwen25VLConfig config, int past, int tokens, bool lastPositionOnly)
    {
        double width = config.HiddenSize;
        double keysAndValues = 2 * width * config.NumKeyValueHeads * config.HeadSize;
        double rest = (2 * width * width) + (3 * width * config.IntermediateSize);
        double seen = (tokens * (double)past) + (tokens * (tokens + 1.0) / 2);
        double layer = (tokens * (keysAndValues + rest)) + (2 * seen * width);
        double last = lastPositionOnly ? (tokens * keysAndValues) + rest + (2.0 * (past + tokens) * width) : layer;
        return 2 * (((config.NumHiddenLayers - 1) * layer) + last);
    }

    /// <summary>The vocabulary's scores after so many tokens.</summary>
    public static double Head(Qwen25VLConfig config, int tokens) => 2.0 * tokens * config.HiddenSize * config.VocabSize;
}
