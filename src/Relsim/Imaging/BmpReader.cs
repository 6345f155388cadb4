using System.Buffers.Binary;
using System.Numerics;

namespace Relsim.Imaging;

/// <summary>
/// Reads Windows bitmaps, which the libvips builds used here cannot: 1, 4, 8, 16, 24 and 32 bits, palettes, bit fields,
/// RLE. Every offset and count in the file is checked before it is used.
/// </summary>
internal sealed class BmpReader(string name)
{
    /// <summary>File header and the oldest image header; fewer bytes are no bitmap.</summary>
    internal const int SmallestHeader = FileHeader + CoreHeader;

    private const int FileHeader = 14;
    private const int CoreHeader = 12;
    private const int InfoHeader = 40;

    private enum Compression
    {
        None = 0,
        Rle8 = 1,
        Rle4 = 2,
        BitFields = 3,
        AlphaBitFields = 6,
    }

    /// <summary>Reads the bitmap; <paramref name="checkSize"/> sees its sides before any memory is taken.</summary>
    /// <exception cref="ImageDecodeException">The bytes are no bitmap that can be read.</exception>
    internal RawImage Read(ReadOnlySpan<byte> file, Action<int, int> checkSize)
    {
        Header header = ReadHeader(file);
        checkSize(header.Width, header.Height);
        if (header.BitsPerPixel > 8)
        {
            return ReadTrueColor(file, header);
        }

        byte[] palette = ReadPalette(file, header);
        byte[] indices = header.Compression switch
        {
            Compression.None => ReadPackedIndices(file, header),
            Compression.Rle8 when header.BitsPerPixel == 8 => ReadRunLengths(file[header.PixelOffset..], header),
            Compression.Rle4 when header.BitsPerPixel == 4 => ReadRunLengths(file[header.PixelOffset..], header),
            _ => throw Fault(ImageFault.Unsupported, $"compression {(int)header.Compression} with {header.BitsPerPixel} bits"),
        };
        return ApplyPalette(indices, palette, header);
    }

    private Header ReadHeader(ReadOnlySpan<byte> file)
    {
        long pixelOffset = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(file[FileHeader..]);
        if (size is not (CoreHeader or InfoHeader or 52 or 56 or 64 or 108 or 124))
        {
            throw Fault(ImageFault.Unsupported, $"an image header of {size} bytes is unknown");
        }

        if (file.Length < FileHeader + size || pixelOffset > file.Length)
        {
            throw Fault(ImageFault.Truncated, "the file ends within its header");
        }

        ReadOnlySpan<byte> info = file.Slice(FileHeader, (int)size);
        Header header = size == CoreHeader
            ? new Header(
                BinaryPrimitives.ReadUInt16LittleEndian(info[4..]), BinaryPrimitives.ReadUInt16LittleEndian(info[6..]), false,
                BinaryPrimitives.ReadUInt16LittleEndian(info[10..]), Compression.None, 0, (int)size, (int)pixelOffset)
            : ReadInfoHeader(info, (int)pixelOffset);
        if (header.BitsPerPixel is not (1 or 4 or 8 or 16 or 24 or 32))
        {
            throw Fault(ImageFault.Unsupported, $"{header.BitsPerPixel} bits a pixel");
        }

        return header;
    }

    private Header ReadInfoHeader(ReadOnlySpan<byte> info, int pixelOffset)
    {
        int width = BinaryPrimitives.ReadInt32LittleEndian(info[4..]);
        int height = BinaryPrimitives.ReadInt32LittleEndian(info[8..]);
        if (width < 0 || height == int.MinValue)
        {
            throw Fault(ImageFault.Corrupt, $"sides of {width}x{height}");
        }

        return new Header(
            width,
            Math.Abs(height),
            height < 0,
            BinaryPrimitives.ReadUInt16LittleEndian(info[14..]),
            (Compression)BinaryPrimitives.ReadUInt32LittleEndian(info[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(info[32..]),
            info.Length,
            pixelOffset);
    }

    private RawImage ReadTrueColor(ReadOnlySpan<byte> file, Header header)
    {
        (Channel red, Channel green, Channel blue, Channel alpha) = ReadMasks(file, header);
        bool hasAlpha = alpha.Mask != 0;
        int channels = hasAlpha ? 4 : 3;
        CheckPixels(file, header);
        var pixels = GC.AllocateUninitializedArray<byte>(checked(header.Width * header.Height * channels));
        int step = header.BitsPerPixel / 8;
        int to = 0;
        for (int y = 0; y < header.Height; y++)
        {
            ReadOnlySpan<byte> row = Row(file, header, y);
            for (int x = 0; x < header.Width; x++, to += channels)
            {
                ReadOnlySpan<byte> pixel = row.Slice(x * step, step);
                uint value = step == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(pixel) : (uint)(pixel[0] | (pixel[1] << 8) | (pixel[2] << 16));
                value |= step == 4 ? (uint)pixel[3] << 24 : 0;
                pixels[to] = red.Read(value);
                pixels[to + 1] = green.Read(value);
                pixels[to + 2] = blue.Read(value);
                if (hasAlpha)
                {
                    pixels[to + 3] = alpha.Read(value);
                }
            }
        }

        return new RawImage(header.Width, header.Height, ChannelLayout.Rgb, hasAlpha, isSixteenBit: false).With(pixels);
    }

    private (Channel Red, Channel Green, Channel Blue, Channel Alpha) ReadMasks(ReadOnlySpan<byte> file, Header header)
    {
        if (header.Compression == Compression.None)
        {
            return header.BitsPerPixel == 16
                ? (new(0x7C00), new(0x03E0), new(0x001F), default)
                : (new(0xFF0000), new(0x00FF00), new(0x0000FF), default);
        }

        if (header.Compression is not (Compression.BitFields or Compression.AlphaBitFields) || header.BitsPerPixel == 24)
        {
            throw Fault(ImageFault.Unsupported, $"compression {(int)header.Compression} with {header.BitsPerPixel} bits");
        }

        // Versions 2 and later hold the masks within the header, version 1 has them behind it: the place is the same.
        bool hasAlphaMask = header.Size >= 56 || header.Compression == Compression.AlphaBitFields;
        if (file.Length < FileHeader + InfoHeader + (hasAlphaMask ? 16 : 12))
        {
            throw Fault(ImageFault.Truncated, "the file ends within its bit masks");
        }

        ReadOnlySpan<byte> masks = file[(FileHeader + InfoHeader)..];
        return (Mask(masks), Mask(masks[4..]), Mask(masks[8..]), hasAlphaMask ? Mask(masks[12..]) : default);
    }

    private Channel Mask(ReadOnlySpan<byte> bytes)
    {
        uint mask = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        uint bits = mask == 0 ? 0 : mask >> BitOperations.TrailingZeroCount(mask);
        if ((bits & (bits + 1)) != 0 || bits > 0xFFFF)
        {
            throw Fault(ImageFault.Unsupported, $"a bit mask of {mask:X8}");
        }

        return new Channel(mask);
    }

    private byte[] ReadPalette(ReadOnlySpan<byte> file, Header header)
    {
        int entry = header.Size == CoreHeader ? 3 : 4;
        int most = 1 << header.BitsPerPixel;
        int count = header.Colors == 0 ? most : (int)Math.Min(header.Colors, (uint)most);
        int start = FileHeader + header.Size;
        if (file.Length < start + (count * entry))
        {
            throw Fault(ImageFault.Truncated, "the file ends within its palette");
        }

        // Indices beyond a short palette are black.
        var palette = new byte[most * 3];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> color = file.Slice(start + (i * entry), 3);
            palette[3 * i] = color[2];
            palette[(3 * i) + 1] = color[1];
            palette[(3 * i) + 2] = color[0];
        }

        return palette;
    }

    private byte[] ReadPackedIndices(ReadOnlySpan<byte> file, Header header)
    {
        CheckPixels(file, header);
        var indices = new byte[checked(header.Width * header.Height)];
        int perByte = 8 / header.BitsPerPixel;
        int mask = (1 << header.BitsPerPixel) - 1;
        for (int y = 0; y < header.Height; y++)
        {
            ReadOnlySpan<byte> row = Row(file, header, y);
            for (int x = 0; x < header.Width; x++)
            {
                int shift = 8 - (header.BitsPerPixel * ((x % perByte) + 1));
                indices[(y * header.Width) + x] = (byte)((row[x / perByte] >> shift) & mask);
            }
        }

        return indices;
    }

    /// <summary>RLE8 and RLE4: pairs of (count, value); a count of 0 escapes to end of line, end, a move, or literals.</summary>
    private byte[] ReadRunLengths(ReadOnlySpan<byte> data, Header header)
    {
        var canvas = new RunCanvas(header.Width, header.Height, isNibbles: header.BitsPerPixel == 4);
        int at = 0;
        while (at + 2 <= data.Length)
        {
            byte count = data[at];
            byte value = data[at + 1];
            at += 2;
            if (count > 0)
            {
                canvas.Run(count, value);
            }
            else if (value == 0)
            {
                canvas.EndLine();
            }
            else if (value == 1)
            {
                return canvas.Indices;
            }
            else if (value == 2 && at + 2 <= data.Length)
            {
                canvas.Move(data[at], data[at + 1]);
                at += 2;
            }
            else
            {
                int bytes = canvas.LiteralBytes(value);
                if (at + bytes > data.Length)
                {
                    break;
                }

                canvas.Literals(value, data[at..]);
                at += bytes + (bytes % 2);
            }
        }

        throw Fault(ImageFault.Truncated, "the run-length data has no end mark");
    }

    private static RawImage ApplyPalette(byte[] indices, byte[] palette, Header header)
    {
        var pixels = GC.AllocateUninitializedArray<byte>(checked(indices.Length * 3));
        for (int i = 0; i < indices.Length; i++)
        {
            palette.AsSpan(indices[i] * 3, 3).CopyTo(pixels.AsSpan(i * 3));
        }

        return new RawImage(header.Width, header.Height, ChannelLayout.Rgb, hasAlpha: false, isSixteenBit: false).With(pixels);
    }

    private void CheckPixels(ReadOnlySpan<byte> file, Header header)
    {
        if (header.PixelOffset + (header.Stride * header.Height) > file.Length)
        {
            throw Fault(ImageFault.Truncated, "the file ends before its pixels do");
        }
    }

    private static ReadOnlySpan<byte> Row(ReadOnlySpan<byte> file, Header header, int y)
    {
        int stored = header.IsTopDown ? y : header.Height - 1 - y;
        return file.Slice((int)(header.PixelOffset + (stored * header.Stride)), (int)header.Stride);
    }

    private ImageDecodeException Fault(ImageFault fault, string detail) => new(name, fault, $"not a readable bitmap: {detail}");

    private readonly record struct Header(
        int Width, int Height, bool IsTopDown, int BitsPerPixel, Compression Compression, uint Colors, int Size, int PixelOffset)
    {
        /// <summary>Bytes of a stored row, a multiple of 4.</summary>
        internal long Stride => (((long)Width * BitsPerPixel) + 31) / 32 * 4;
    }

    private readonly record struct Channel(uint Mask)
    {
        internal byte Read(uint pixel)
        {
            if (Mask == 0)
            {
                return 0;
            }

            int shift = BitOperations.TrailingZeroCount(Mask);
            return (byte)((pixel & Mask) >> shift == Mask >> shift ? 255 : ((pixel & Mask) >> shift) * 255 / (Mask >> shift));
        }
    }

    /// <summary>Where run-length data paints: rows from the bottom up; what falls off the canvas is dropped.</summary>
    private sealed class RunCanvas(int width, int height, bool isNibbles)
    {
        private int _x;
        private int _y;

        internal byte[] Indices { get; } = new byte[checked(width * height)];

        internal void Run(int count, byte value)
        {
            for (int i = 0; i < count; i++)
            {
                Put(isNibbles ? Nibble(value, i) : value);
            }
        }

        internal int LiteralBytes(int count) => isNibbles ? (count + 1) / 2 : count;

        internal void Literals(int count, ReadOnlySpan<byte> values)
        {
            for (int i = 0; i < count; i++)
            {
                Put(isNibbles ? Nibble(values[i / 2], i) : values[i]);
            }
        }

        internal void EndLine()
        {
            _x = 0;
            _y = Math.Min(_y + 1, height);
        }

        internal void Move(int right, int up)
        {
            _x = Math.Min(_x + right, width);
            _y = Math.Min(_y + up, height);
        }

        private static byte Nibble(byte pair, int index) => (byte)(index % 2 == 0 ? pair >> 4 : pair & 15);

        private void Put(byte index)
        {
            if (_x < width && _y < height)
            {
                Indices[((height - 1 - _y) * width) + _x] = index;
                _x++;
            }
        }
    }
}
