using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Relsim.Imaging;

/// <summary>How a picture of any shape becomes what a model takes: a square, or its own shape in steps.</summary>
public enum ImageFit
{
    /// <summary>The largest square at the center; what lies outside is lost.</summary>
    CropSquare,

    /// <summary>The whole picture, centered; the rest takes the median color of the picture's outermost pixels.</summary>
    PadSquare,

    /// <summary>The whole picture, stretched.</summary>
    Squash,

    /// <summary>The whole picture in about its own shape: sides in multiples of a number, pixels within a budget (<see cref="Imaging.SmartResize"/>).</summary>
    SmartResize,

    /// <summary>
    /// Resized until the short side is <see cref="PreprocessingProfile.ResizeEdge"/>, the long one rounded down; then the square at the center. What lies outside is
    /// lost, and where the square is larger than the picture the rest is black.
    /// </summary>
    ShortestEdgeCrop,
}

/// <summary>
/// All that turns an encoded image into the pixels that a model sees. Equal data, equal fingerprint; embeddings made
/// under different fingerprints must not be mixed.
/// </summary>
public sealed record PreprocessingProfile
{
    /// <summary>Short name, such as "mini-128".</summary>
    public required string Name { get; init; }

    /// <summary>Raised whenever the meaning of a field or the code behind it changes the pixels; from 1.</summary>
    public required int Version { get; init; }

    /// <summary>Side of the result in pixels; 0 where the fit is <see cref="ImageFit.SmartResize"/>, whose results differ in size.</summary>
    public required int Size { get; init; }

    /// <summary>How the picture gets its size.</summary>
    public required ImageFit Fit { get; init; }

    /// <summary>The resampling filter.</summary>
    public required ResampleFilter Filter { get; init; }

    /// <summary>Orientation, transparency and 16-bit conversion.</summary>
    public required DecodeConventions Decode { get; init; }

    /// <summary>
    /// Whether a JPEG may be decoded at 1/2, 1/4 or 1/8 of its sides, as long as they stay at least twice what the resize
    /// makes of them. Much faster; pixels differ slightly from those of a full decode.
    /// </summary>
    public required bool AllowShrinkOnLoad { get; init; }

    /// <summary>Least number of pixels of the result; for <see cref="ImageFit.SmartResize"/> alone, else 0.</summary>
    public long MinPixels { get; init; }

    /// <summary>Most pixels of the result; for <see cref="ImageFit.SmartResize"/> alone, else 0.</summary>
    public long MaxPixels { get; init; }

    /// <summary>What both sides of the result are multiples of; for <see cref="ImageFit.SmartResize"/> alone, else 0.</summary>
    public int Multiple { get; init; }

    /// <summary>Length of the short side before the crop; for <see cref="ImageFit.ShortestEdgeCrop"/> alone, else 0.</summary>
    public int ResizeEdge { get; init; }

    /// <summary>How the pixels become numbers; null (default) where the model's own code says.</summary>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>First 16 hexadecimal digits of the SHA-256 of <see cref="CanonicalText"/>.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalText)))[..16];

    /// <summary>Every field as a line "name=value", in a fixed order: what the fingerprint is taken of.</summary>
    public string CanonicalText => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        relsim-preprocessing
        name={Name}
        version={Version}
        size={Size}
        fit={Fit}
        filter={Filter}
        exif={(Decode.ApplyExifOrientation ? "Apply" : "Ignore")}
        alpha={Decode.Alpha}
        sixteen-bit={Decode.SixteenBit}
        shrink-on-load={(AllowShrinkOnLoad ? "Allow" : "Never")}
        """).ReplaceLineEndings("\n") + FitText + (Normalization is null ? "" : $"\n{Normalization.CanonicalText}");

    // Lines of their own, for one fit alone: the fingerprints of profiles from before it stay what they were.
    private string FitText => Fit switch
    {
        ImageFit.SmartResize => string.Create(CultureInfo.InvariantCulture, $"\nmin-pixels={MinPixels}\nmax-pixels={MaxPixels}\nmultiple={Multiple}"),
        ImageFit.ShortestEdgeCrop => string.Create(CultureInfo.InvariantCulture, $"\nresize-edge={ResizeEdge}"),
        _ => "",
    };

    /// <summary>Whether every result has the same sides, <see cref="Size"/> x <see cref="Size"/>.</summary>
    public bool IsSquare => Fit != ImageFit.SmartResize;

    /// <summary>Checks that the fields make sense together.</summary>
    /// <exception cref="ArgumentException">One does not; the message names it.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Version);
        if (Fit == ImageFit.ShortestEdgeCrop ? ResizeEdge <= 0 : ResizeEdge != 0)
        {
            throw new ArgumentException($"The profile {Name} has the {nameof(ResizeEdge)} {ResizeEdge}; it is above 0 where the fit is {ImageFit.ShortestEdgeCrop}, and 0 elsewhere.");
        }

        if (IsSquare)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Size);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MinPixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPixels, MinPixels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Multiple);
        if (Size != 0 || AllowShrinkOnLoad)
        {
            throw new ArgumentException($"The profile {Name} resizes to a budget of pixels: it has no {nameof(Size)} and decodes in full (no {nameof(AllowShrinkOnLoad)}).");
        }
    }

    /// <summary>The factor, 1, 2, 4 or 8, by which a JPEG of these sides may be shrunk while it is decoded.</summary>
    internal int ShrinkOnLoad(int width, int height)
    {
        if (!AllowShrinkOnLoad)
        {
            return 1;
        }

        // The side that decides the scale: padding shows the long side whole, the others squeeze the short side.
        int side = Fit == ImageFit.PadSquare ? Math.Max(width, height) : Math.Min(width, height);
        int target = Fit == ImageFit.ShortestEdgeCrop ? ResizeEdge : Size;
        int shrink = 1;
        while (shrink < 8 && side / (shrink * 2) >= 2 * target)
        {
            shrink *= 2;
        }

        return shrink;
    }
}
