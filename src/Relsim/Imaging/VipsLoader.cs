using System.Globalization;
using NetVips;

namespace Relsim.Imaging;

/// <summary>
/// The only place that calls libvips. Each format of the allow-list goes to its own loader by name; libvips never chooses
/// one itself, so that no other loader can be reached, whatever the bytes are.
/// </summary>
internal static class VipsLoader
{
    private static readonly Log.LogDelegate Discard = static (_, _, _) => { };

    private static readonly Lazy<bool> Ready = new(Start);

    /// <summary>
    /// Opens the header of <paramref name="bytes"/>; no pixel is read yet. A JPEG is decoded at 1/<paramref name="shrink"/>
    /// (1, 2, 4 or 8) of its sides; other formats do not look at it.
    /// </summary>
    /// <exception cref="VipsException">The header is not that of an image of this format.</exception>
    internal static Image Open(ImageFormat format, byte[] bytes, int shrink)
    {
        _ = Ready.Value;
        const Enums.Access access = Enums.Access.Sequential;
        const Enums.FailOn failOn = Enums.FailOn.Error;
        return format switch
        {
            ImageFormat.Jpeg => Image.JpegloadBuffer(bytes, shrink: shrink, access: access, failOn: failOn),
            ImageFormat.Png => Image.PngloadBuffer(bytes, access: access, failOn: failOn),
            ImageFormat.WebP => Image.WebploadBuffer(bytes, access: access, failOn: failOn),
            ImageFormat.Gif => Image.GifloadBuffer(bytes, access: access, failOn: failOn),
            ImageFormat.Tiff => Image.TiffloadBuffer(bytes, access: access, failOn: failOn),
            ImageFormat.Heif => Image.HeifloadBuffer(bytes, access: access, failOn: failOn),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "libvips is not used for this format."),
        };
    }

    /// <summary>Reads all pixels. Null where the layout is none of grey, RGB and CMYK in 8 or 16 bits.</summary>
    /// <exception cref="VipsException">The pixels cannot be decoded.</exception>
    /// <exception cref="TimeoutException">It took longer than <paramref name="timeout"/>.</exception>
    internal static RawImage? ReadPixels(Image image, TimeSpan timeout)
    {
        if (Describe(image) is not { } raw)
        {
            return null;
        }

        using var clock = new CancellationTokenSource(timeout);
        using CancellationTokenRegistration stop = clock.Token.Register(() => image.SetKill(true));
        try
        {
            nint pixels = image.WriteToMemory(out ulong size);
            raw.With(pixels, checked((int)size));
        }
        catch (VipsException) when (clock.IsCancellationRequested)
        {
            throw new TimeoutException($"decoding took longer than {timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s");
        }

        return raw;
    }

    /// <summary>The EXIF or TIFF orientation, 1 where none is stored.</summary>
    internal static int ReadOrientation(Image image) =>
        image.Contains("orientation") && image.Get("orientation") is int orientation ? orientation : 1;

    private static RawImage? Describe(Image image)
    {
        bool sixteen = image.Format == Enums.BandFormat.Ushort;
        if (!sixteen && image.Format != Enums.BandFormat.Uchar)
        {
            return null;
        }

        bool cmyk = image.Interpretation == Enums.Interpretation.Cmyk;
        return (cmyk, image.Bands) switch
        {
            (false, 1 or 2) => new RawImage(image.Width, image.Height, ChannelLayout.Grey, image.Bands == 2, sixteen),
            (false, 3 or 4) when image.Interpretation != Enums.Interpretation.Lab =>
                new RawImage(image.Width, image.Height, ChannelLayout.Rgb, image.Bands == 4, sixteen),
            (true, 4 or 5) => new RawImage(image.Width, image.Height, ChannelLayout.Cmyk, image.Bands == 5, sixteen),
            _ => null,
        };
    }

    private static bool Start()
    {
        // Images are decoded side by side by the callers; threads and caches inside libvips would only compete with them.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        // About bad files libvips and GObject also write to the process's standard error, which belongs to the program.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Discard);
        Log.SetLogHandler("GLib-GObject", Enums.LogLevelFlags.Warning | Enums.LogLevelFlags.Critical, Discard);
        return true;
    }
}
