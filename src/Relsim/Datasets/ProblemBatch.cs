namespace Relsim.Datasets;

/// <summary>Square pictures of several problems, each of two sides that a rule parts. Pictures lie problem by problem, the left side's before the right side's.</summary>
public sealed record ProblemBatch
{
    /// <summary>Side of every image in pixels (S).</summary>
    public required int Size { get; init; }

    /// <summary>P x 2K x S x S x 3 bytes, RGB.</summary>
    public required byte[] Pixels { get; init; }

    /// <summary>Pictures of a side (K), at least two.</summary>
    public required int PicturesOfASide { get; init; }

    /// <summary>Number of images (2 P K).</summary>
    public int Count => Pixels.Length / (Size * Size * 3);
}
