namespace Relsim.Datasets;

/// <summary>
/// One training batch of B square images with the ground truth of their relation and of their look.
/// Labels are indices within their own list; relation and family are -1 where the image holds no relation.
/// </summary>
public sealed record RelationalBatch
{
    /// <summary>Side of every image in pixels (S).</summary>
    public required int Size { get; init; }

    /// <summary>B x S x S x 3 bytes, RGB.</summary>
    public required byte[] Pixels { get; init; }

    /// <summary>B fine relations (a family and a variant of it), indices into <see cref="Bank"/>, or -1.</summary>
    public required int[] Relation { get; init; }

    /// <summary>B relation families, or -1: same numbering as <see cref="BankFamily"/>.</summary>
    public required int[] Family { get; init; }

    /// <summary>B looks: pictures of one number share subjects, style and palette.</summary>
    public required int[] Look { get; init; }

    /// <summary>B rendering styles.</summary>
    public required int[] Style { get; init; }

    /// <summary>B palettes.</summary>
    public required int[] Palette { get; init; }

    /// <summary>R anonymous captions, one for every relation that <see cref="Relation"/> can name, in that order; the wording varies from batch to batch.</summary>
    public required string[] Bank { get; init; }

    /// <summary>The family of each relation of the bank (R).</summary>
    public required int[] BankFamily { get; init; }

    /// <summary>Number of images (B).</summary>
    public int Count => Relation.Length;
}
