using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Relsim.Imaging;

/// <summary>How a picture of any shape becomes a square.</summary>
public enum ImageFit
{
    /// <summary>The largest square at the center; what lies outside is lost.</summary>
    CropSquare,

    /// <summary>The whole picture, centered; the rest takes the median color of the picture's outermost pixels.</summary>
    PadSquare,

    /// <summary>The whole picture, stretched.</summary>
    Squash,
}

/// <summary>
/// All that turns an encoded image into the square pixels that a model sees. Equal data, equal fingerprint; embeddings made
/// under different fingerprints must not be mixed.
/// </summary>
public sealed record PreprocessingProfile
{
    /// <summary>Short name, such as "mini-128".</summary>
    public required string Name { get; init; }

    /// <summary>Raised whenever the meaning of a field or the code behind it changes the pixels; from 1.</summary>
    public required int Version { get; init; }

    /// <summary>Side of the result in pixels.</summary>
    public required int Size { get; init; }

    /// <summary>How the picture becomes a square.</summary>
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
        """).ReplaceLineEndings("\n");

    /// <summary>The factor, 1, 2, 4 or 8, by which a JPEG of these sides may be shrunk while it is decoded.</summary>
    internal int ShrinkOnLoad(int width, int height)
    {
        if (!AllowShrinkOnLoad)
        {
            return 1;
        }

        // The side that decides the scale: padding shows the long side whole, the others squeeze the short side to Size.
        int side = Fit == ImageFit.PadSquare ? Math.Max(width, height) : Math.Min(width, height);
        int shrink = 1;
        while (shrink < 8 && side / (shrink * 2) >= 2 * Size)
        {
            shrink *= 2;
        }

        return shrink;
    }
}
