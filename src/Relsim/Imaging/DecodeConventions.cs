namespace Relsim.Imaging;

/// <summary>What becomes of transparency when an image turns into RGB.</summary>
public enum AlphaHandling
{
    /// <summary>Composited on white, as a viewer shows it on a page.</summary>
    OnWhite,

    /// <summary>The alpha channel is dropped; the hidden colors show (Pillow's <c>convert("RGB")</c>).</summary>
    Drop,
}

/// <summary>How 16 bits a channel become 8.</summary>
public enum SixteenBitHandling
{
    /// <summary>Scaled: 65535 becomes 255, rounded to nearest.</summary>
    Scale,

    /// <summary>As Pillow: plain grey is clipped at 255, every other layout takes the high byte.</summary>
    Clip,
}

/// <summary>
/// The choices that turn a decoded file into RGB. Colour profiles are never applied (as in Pillow); CMYK is converted by
/// Pillow's formula; AVIF and HEIC are always turned upright, because there the rotation belongs to the container.
/// </summary>
public sealed record DecodeConventions
{
    /// <summary>Ours: orientation applied, alpha on white, 16 bits scaled.</summary>
    public static DecodeConventions Upright { get; } = new();

    /// <summary>Those of the relsim reference code, Pillow's <c>Image.open(f).convert("RGB")</c>.</summary>
    public static DecodeConventions Pillow { get; } = new()
    {
        ApplyExifOrientation = false,
        Alpha = AlphaHandling.Drop,
        SixteenBit = SixteenBitHandling.Clip,
    };

    /// <summary>Whether the EXIF (or TIFF) orientation turns the pixels; default true.</summary>
    public bool ApplyExifOrientation { get; init; } = true;

    /// <summary>What becomes of transparency; default on white.</summary>
    public AlphaHandling Alpha { get; init; } = AlphaHandling.OnWhite;

    /// <summary>How 16 bits become 8; default scaled.</summary>
    public SixteenBitHandling SixteenBit { get; init; } = SixteenBitHandling.Scale;
}
