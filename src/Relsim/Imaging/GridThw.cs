namespace Relsim.Imaging;

/// <summary>How an image or video was cut into patches, as the image processor's `image_grid_thw` says it.</summary>
/// <param name="T">Frames after merging in time; 1 for a still image.</param>
/// <param name="H">Rows of patches.</param>
/// <param name="W">Columns of patches.</param>
public readonly record struct GridThw(int T, int H, int W);
