namespace Relsim.Imaging;

/// <summary>The patches of a picture (Python's `image_grid_thw`): frames, rows and columns.</summary>
/// <param name="T">Temporal patches; 1 for a still picture.</param>
/// <param name="H">Rows of patches.</param>
/// <param name="W">Patches in a row.</param>
public readonly record struct GridThw(int T, int H, int W)
{
    /// <summary>Patches in all (P).</summary>
    public int Patches => T * H * W;

    /// <summary>Tokens of the language model after <paramref name="mergeSize"/> x <paramref name="mergeSize"/> patches became one.</summary>
    public int Tokens(int mergeSize) => Patches / (mergeSize * mergeSize);
}

/// <summary>A picture as Qwen2-VL's vision tower takes it.</summary>
/// <param name="PixelValues">
/// P x (3 * frames * side * side) numbers, row-major (Python's `pixel_values`): a patch is [channel, frame, row, column], and patches come in merge blocks, a row of blocks
/// after the other.
/// </param>
/// <param name="Grid">How the P patches lie.</param>
public sealed record ImagePatches(float[] PixelValues, GridThw Grid);
