using NetVips;

namespace Relsim.Imaging;

/// <summary>
/// Decodes JPEG, PNG, WebP, GIF (first frame), TIFF (first page), BMP and AVIF to RGB. The format is told by the first
/// bytes, limits are checked on the header before any pixel is read, and every fault is an
/// <see cref="ImageDecodeException"/>. Thread-safe.
/// </summary>
public sealed class ImageDecoder
{
    private readonly ImageDecoderOptions _options;

    /// <summary>A decoder with the given limits, or the default ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not positive.</exception>
    public ImageDecoder(ImageDecoderOptions? options = null)
    {
        _options = options ?? new ImageDecoderOptions();
        _options.Validate();
    }

    /// <summary>Decodes a file. Conventions default to <see cref="DecodeConventions.Upright"/>.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read or decoded.</exception>
    public RgbImage Load(string path, DecodeConventions? conventions = null) =>
        Decode(ReadFile(path), path, conventions);

    /// <summary>Decodes bytes; <paramref name="name"/> stands for them in messages.</summary>
    /// <exception cref="ImageDecodeException">The bytes cannot be decoded.</exception>
    public RgbImage Decode(ReadOnlyMemory<byte> encoded, string name, DecodeConventions? conventions = null) =>
        DecodeReduced(encoded, name, conventions ?? DecodeConventions.Upright, static (_, _) => 1).Image;

    /// <summary>
    /// Decodes bytes for a picture of at most <paramref name="side"/> pixels a side: a JPEG comes at the smallest of its own fractions (1/2, 1/4, 1/8) whose longer side is
    /// still twice that or more, all else in full.
    /// </summary>
    /// <exception cref="ImageDecodeException">The bytes cannot be decoded.</exception>
    public RgbImage DecodeForSide(ReadOnlyMemory<byte> encoded, string name, int side)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        return DecodeReduced(encoded, name, DecodeConventions.Upright, (width, height) => Shrink(Math.Max(width, height), side)).Image;
    }

    /// <summary>
    /// Decodes, a JPEG at a fraction of its size: <paramref name="chooseShrink"/> gets width and height and answers 1, 2,
    /// 4 or 8. The result says what was done.
    /// </summary>
    internal DecodedImage DecodeReduced(
        ReadOnlyMemory<byte> encoded, string name, DecodeConventions conventions, Func<int, int, int> chooseShrink)
    {
        ArgumentNullException.ThrowIfNull(name);
        ImageFormat format = CheckBytes(encoded.Span, name);
        (int Width, int Height)? size = ImageFormats.PeekSize(format, encoded.Span);
        if (size is { } claimed)
        {
            CheckSize(claimed.Width, claimed.Height, name);
        }

        try
        {
            if (format == ImageFormat.Bmp)
            {
                return DecodeBmp(encoded.Span, name, conventions);
            }

            int shrink = format == ImageFormat.Jpeg && size is { } full ? chooseShrink(full.Width, full.Height) : 1;
            return DecodeWithVips(format, ToArray(encoded), name, conventions, size, shrink);
        }
        catch (VipsException error)
        {
            string detail = VipsMessage.Explain(error.Message, out ImageFault fault);
            throw new ImageDecodeException(name, fault, detail, error);
        }
        catch (TimeoutException error)
        {
            throw new ImageDecodeException(name, ImageFault.TimedOut, error.Message, error);
        }
    }

    /// <summary>The bytes of a file, never more than the limit.</summary>
    /// <exception cref="ImageDecodeException">The file is missing, unreadable, empty or too long.</exception>
    public byte[] ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                throw new ImageDecodeException(path, ImageFault.Unreadable, Directory.Exists(path) ? "a folder, not a file" : "no such file");
            }

            // Pipes and devices say 0 as well, so that none of them is opened and waited for.
            CheckLength(file.Length, path);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            CheckLength(stream.Length, path);
            var bytes = GC.AllocateUninitializedArray<byte>((int)stream.Length);
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ImageDecodeException(path, ImageFault.Unreadable, $"cannot be read ({error.Message.TrimEnd('.')})", error);
        }
    }

    private static int Shrink(int longer, int side)
    {
        int shrink = 1;
        while (shrink < 8 && longer / (shrink * 2) >= 2L * side)
        {
            shrink *= 2;
        }

        return shrink;
    }

    private static byte[] ToArray(ReadOnlyMemory<byte> encoded) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(encoded, out ArraySegment<byte> segment)
        && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : encoded.ToArray();

    private DecodedImage DecodeBmp(ReadOnlySpan<byte> encoded, string name, DecodeConventions conventions)
    {
        using RawImage raw = new BmpReader(name).Read(encoded, (width, height) => CheckSize(width, height, name));
        return new DecodedImage(RgbConversion.Convert(raw, conventions), raw.Width, raw.Height, 1);
    }

    private DecodedImage DecodeWithVips(
        ImageFormat format, byte[] bytes, string name, DecodeConventions conventions, (int Width, int Height)? claimed, int shrink)
    {
        using Image image = VipsLoader.Open(format, bytes, shrink);
        CheckSize(image.Width, image.Height, name);
        (int width, int height) = shrink > 1 ? claimed!.Value : (image.Width, image.Height);
        if (image.Width != width / shrink || image.Height != height / shrink)
        {
            // Two frame headers that disagree: take libvips's word for the whole image.
            return DecodeWithVips(format, bytes, name, conventions, claimed, shrink: 1);
        }

        using RawImage raw = VipsLoader.ReadPixels(image, _options.Timeout)
            ?? throw new ImageDecodeException(name, ImageFault.Unsupported, $"no reader for {image.Bands} channels of {image.Format} as {image.Interpretation}");
        if (raw.Bytes.Length != raw.ExpectedLength)
        {
            throw new ImageDecodeException(name, ImageFault.Corrupt, $"{raw.ExpectedLength} bytes of pixels expected, {raw.Bytes.Length} decoded");
        }

        RgbImage rgb = RgbConversion.Convert(raw, conventions);
        if (!conventions.ApplyExifOrientation || format == ImageFormat.Heif)
        {
            return new DecodedImage(rgb, width, height, shrink);
        }

        int orientation = VipsLoader.ReadOrientation(image);
        bool swaps = orientation is >= 5 and <= 8;
        return new DecodedImage(Orientation.Apply(rgb, orientation), swaps ? height : width, swaps ? width : height, shrink);
    }

    private ImageFormat CheckBytes(ReadOnlySpan<byte> encoded, string name)
    {
        CheckLength(encoded.Length, name);
        return ImageFormats.Detect(encoded)
            ?? throw new ImageDecodeException(name, ImageFault.NotAnImage, "the first bytes are of no known image format");
    }

    private void CheckLength(long length, string name)
    {
        if (length == 0)
        {
            throw new ImageDecodeException(name, ImageFault.Empty, "no bytes");
        }

        if (length > _options.MaxBytes)
        {
            throw new ImageDecodeException(name, ImageFault.TooManyBytes, $"{length:N0} bytes, the limit is {_options.MaxBytes:N0}");
        }
    }

    private void CheckSize(int width, int height, string name)
    {
        if (width <= 0 || height <= 0)
        {
            throw new ImageDecodeException(name, ImageFault.ZeroArea, $"{width}x{height} pixels");
        }

        if (width > _options.MaxSide || height > _options.MaxSide)
        {
            throw new ImageDecodeException(name, ImageFault.TooLarge, $"{width}x{height} pixels, the limit of a side is {_options.MaxSide:N0}");
        }

        if ((long)width * height > _options.MaxPixels)
        {
            throw new ImageDecodeException(name, ImageFault.TooLarge, $"{width}x{height} pixels, the limit is {_options.MaxPixels:N0} in all");
        }
    }
}
