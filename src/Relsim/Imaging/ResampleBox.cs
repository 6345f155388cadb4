namespace Relsim.Imaging;

/// <summary>
/// The part of the source that a resize covers, in source pixels; fractions are allowed. Pixels outside the box still
/// contribute where the filter reaches over its edge, as in Pillow.
/// </summary>
/// <param name="Left">First column, at least 0.</param>
/// <param name="Top">First row, at least 0.</param>
/// <param name="Right">End of the columns, at most the source's width.</param>
/// <param name="Bottom">End of the rows, at most the source's height.</param>
public readonly record struct ResampleBox(float Left, float Top, float Right, float Bottom)
{
    internal static ResampleBox Whole(int width, int height) => new(0, 0, width, height);

    internal bool HasAreaInside(int width, int height) =>
        Left >= 0 && Top >= 0 && Right <= width && Bottom <= height && Right > Left && Bottom > Top;
}
