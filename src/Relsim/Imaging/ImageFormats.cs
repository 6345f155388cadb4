using System.Buffers.Binary;

namespace Relsim.Imaging;

/// <summary>The formats on the allow-list. What is not here is never handed to a decoder.</summary>
internal enum ImageFormat
{
    Jpeg,
    Png,
    WebP,
    Gif,
    Tiff,
    Bmp,
    Heif,
}

/// <summary>Recognizes formats by their first bytes; a file's name is never trusted.</summary>
public static class ImageFormats
{
    /// <summary>Names of the formats that can be decoded, for messages.</summary>
    public static IReadOnlyList<string> Names { get; } = ["JPEG", "PNG", "WebP", "GIF (first frame)", "TIFF (first page)", "BMP", "AVIF"];

    /// <summary>File extensions, in any case and with the dot, by which a folder's images are found; contents decide later.</summary>
    public static IReadOnlySet<string> Extensions { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".dib", ".avif", ".heic", ".heif",
    };

    private static ReadOnlySpan<byte> JpegMagic => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> PngMagic => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The media type (<c>image/jpeg</c>) that the first bytes tell, or null where they are of no known format.</summary>
    public static string? MediaType(ReadOnlySpan<byte> bytes) => Detect(bytes) switch
    {
        null => null,
        ImageFormat.Heif => HasAt(bytes, 8, "avi"u8) ? "image/avif" : "image/heic",
        { } format => $"image/{format.ToString().ToLowerInvariant()}",
    };

    internal static ImageFormat? Detect(ReadOnlySpan<byte> bytes) => bytes switch
    {
        _ when bytes.StartsWith(JpegMagic) => ImageFormat.Jpeg,
        _ when bytes.StartsWith(PngMagic) => ImageFormat.Png,
        _ when bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) => ImageFormat.Gif,
        _ when bytes.StartsWith("RIFF"u8) && HasAt(bytes, 8, "WEBP"u8) => ImageFormat.WebP,
        _ when bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8) => ImageFormat.Tiff,
        _ when bytes.StartsWith("II+\0"u8) || bytes.StartsWith("MM\0+"u8) => ImageFormat.Tiff,
        _ when bytes.StartsWith("BM"u8) && bytes.Length >= BmpReader.SmallestHeader => ImageFormat.Bmp,
        _ when HasAt(bytes, 4, "ftyp"u8) && IsHeifBrand(bytes) => ImageFormat.Heif,
        _ => null,
    };

    /// <summary>
    /// The sides that the header gives, where they stand at a fixed place or can be found without decoding; null elsewhere.
    /// They are what the file claims, nothing more.
    /// </summary>
    internal static (int Width, int Height)? PeekSize(ImageFormat format, ReadOnlySpan<byte> bytes) => format switch
    {
        ImageFormat.Jpeg => JpegHeader.FindSize(bytes),
        ImageFormat.Png when bytes.Length >= 24 && HasAt(bytes, 12, "IHDR"u8) =>
            (Clamp(BinaryPrimitives.ReadUInt32BigEndian(bytes[16..])), Clamp(BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]))),
        _ => null,
    };

    private static int Clamp(uint side) => (int)Math.Min(side, int.MaxValue);

    private static bool HasAt(ReadOnlySpan<byte> bytes, int offset, ReadOnlySpan<byte> magic) =>
        bytes.Length >= offset + magic.Length && bytes[offset..].StartsWith(magic);

    private static bool IsHeifBrand(ReadOnlySpan<byte> bytes) =>
        HasAt(bytes, 8, "avif"u8) || HasAt(bytes, 8, "avis"u8) || HasAt(bytes, 8, "heic"u8) || HasAt(bytes, 8, "heix"u8)
        || HasAt(bytes, 8, "mif1"u8) || HasAt(bytes, 8, "msf1"u8) || HasAt(bytes, 8, "hevc"u8) || HasAt(bytes, 8, "heim"u8);
}
