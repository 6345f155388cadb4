using System.Buffers.Binary;
using NetVips;

namespace Relsim.Tests.Imaging;

/// <summary>Encoded images made on the spot: every format and many layouts of the allow-list, small.</summary>
internal static class EncodedImages
{
    public const int Width = 45;
    public const int Height = 31;

    /// <summary>One encoded image for each format and layout.</summary>
    public static IReadOnlyDictionary<string, byte[]> Make()
    {
        using Image rgb = Photo();
        using Image grey = rgb[0].Copy(interpretation: Enums.Interpretation.Bw);
        using Image alpha = rgb[1];
        using Image rgba = rgb.Bandjoin(alpha);
        using Image wide = (rgb * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16);
        using Image wideGrey = (grey * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Grey16);
        using Image cmyk = rgba.Copy(interpretation: Enums.Interpretation.Cmyk);
        return new Dictionary<string, byte[]>
        {
            ["baseline.jpg"] = rgb.JpegsaveBuffer(q: 90),
            ["progressive.jpg"] = rgb.JpegsaveBuffer(interlace: true),
            ["grey.jpg"] = grey.JpegsaveBuffer(),
            ["cmyk.jpg"] = cmyk.JpegsaveBuffer(),
            ["rgb.png"] = rgb.PngsaveBuffer(),
            ["interlaced.png"] = rgba.PngsaveBuffer(interlace: true),
            ["palette.png"] = rgb.PngsaveBuffer(palette: true),
            ["rgb16.png"] = wide.PngsaveBuffer(),
            ["grey16.png"] = wideGrey.PngsaveBuffer(),
            ["lossy.webp"] = rgb.WebpsaveBuffer(),
            ["lossless.webp"] = rgba.WebpsaveBuffer(lossless: true),
            ["still.gif"] = rgb.GifsaveBuffer(),
            ["deflate.tif"] = rgb.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate),
            ["jpeg.tif"] = rgb.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg),
            ["tiled.tif"] = rgba.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw, tile: true, tileWidth: 16, tileHeight: 16),
            ["still.avif"] = rgb.HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1, effort: 0),
            ["rgb.bmp"] = Bitmap(rgb.Width, rgb.Height, 24, Rows(rgb)),
        };
    }

    /// <summary>A smooth picture of <see cref="Width"/> x <see cref="Height"/> pixels.</summary>
    public static Image Photo(int width = Width, int height = Height)
    {
        using Image across = Image.Xyz(width, height);
        Image red = across[0] * (255.0 / width);
        Image green = across[1] * (255.0 / height);
        Image blue = (red + green) / 2;
        return red.Bandjoin(green, blue).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <summary>A bitmap with a 40-byte header; <paramref name="rows"/> come bottom row first and padded, as stored.</summary>
    public static byte[] Bitmap(int width, int height, int bits, byte[] rows, byte[]? palette = null, int compression = 0)
    {
        byte[] extra = palette ?? [];
        var file = new byte[54 + extra.Length + rows.Length];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54 + extra.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        file[26] = 1;
        file[28] = (byte)bits;
        file[30] = (byte)compression;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(46), compression == 3 ? 0 : extra.Length / 4);
        extra.CopyTo(file, 54);
        rows.CopyTo(file, 54 + extra.Length);
        return file;
    }

    private static byte[] Rows(Image rgb)
    {
        byte[] pixels = rgb.WriteToMemory<byte>();
        int stride = ((rgb.Width * 3) + 3) / 4 * 4;
        var rows = new byte[stride * rgb.Height];
        for (int y = 0; y < rgb.Height; y++)
        {
            for (int x = 0; x < rgb.Width; x++)
            {
                int from = ((y * rgb.Width) + x) * 3;
                int to = ((rgb.Height - 1 - y) * stride) + (x * 3);
                (rows[to], rows[to + 1], rows[to + 2]) = (pixels[from + 2], pixels[from + 1], pixels[from]);
            }
        }

        return rows;
    }
}
