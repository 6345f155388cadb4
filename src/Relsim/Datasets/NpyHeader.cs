using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Relsim.Datasets;

/// <summary>The header of one numpy array (format 1.0 to 3.0) and the conversions this project needs.</summary>
internal sealed partial record NpyHeader(char Kind, int Size, long[] Shape)
{
    private const int MaximumHeaderBytes = 1 << 16;
    private const int BlockBytes = 1 << 20;

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, side) => checked(product * side));

    private int ElementBytes => Kind == 'U' ? Size * 4 : Size;

    public override string ToString() => $"<{Kind}{Size} [{string.Join(',', Shape)}]";

    /// <summary>Writes a format 1.0 header padded to 64 bytes, as numpy does, so that the data starts aligned.</summary>
    public void Write(Stream stream)
    {
        string shape = string.Concat(Shape.Select(side => side.ToString(CultureInfo.InvariantCulture) + ", ")).TrimEnd(' ');
        string dictionary = $"{{'descr': '<{Kind}{Size}', 'fortran_order': False, 'shape': ({shape}), }}";
        int length = (10 + dictionary.Length + 1 + 63) / 64 * 64 - 10;
        Span<byte> start = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(start[8..], (ushort)length);
        stream.Write(start);
        stream.Write(Encoding.ASCII.GetBytes(dictionary.PadRight(length - 1) + "\n"));
    }

    public static NpyHeader Read(Stream stream, string path, string name)
    {
        byte[] start = new byte[8];
        stream.ReadExactly(start);
        if (start[0] != 0x93 || !start.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw new DatasetFormatException(path, $"{name} is not a numpy array.");
        }

        byte[] lengthBytes = new byte[start[6] == 1 ? 2 : 4];
        stream.ReadExactly(lengthBytes);
        uint length = start[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaximumHeaderBytes)
        {
            throw new DatasetFormatException(path, $"{name} claims a header of {length} bytes.");
        }

        byte[] header = new byte[length];
        stream.ReadExactly(header);
        return Parse(Encoding.UTF8.GetString(header), path, name);
    }

    private static NpyHeader Parse(string header, string path, string name)
    {
        Match type = TypePattern().Match(header);
        Match shape = ShapePattern().Match(header);
        if (header.Contains("'|O'", StringComparison.Ordinal))
        {
            throw new DatasetFormatException(path, $"{name} holds pickled Python objects, which are never run; save it again with numpy.array(values, dtype=str).");
        }

        if (!type.Success || !shape.Success || header.Contains("'fortran_order': True", StringComparison.Ordinal))
        {
            throw new DatasetFormatException(path, $"{name} must be a little-endian, row-major array of floats, integers or strings; its header is {header.Trim()}");
        }

        try
        {
            long[] sides = shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(side => long.Parse(side, NumberStyles.None, CultureInfo.InvariantCulture)).ToArray();
            NpyHeader parsed = new(type.Groups[1].Value[0], int.Parse(type.Groups[2].Value, CultureInfo.InvariantCulture), sides);
            bool supported = parsed.Kind switch
            {
                'f' => parsed.Size is 2 or 4 or 8,
                'i' or 'u' => parsed.Size is 1 or 2 or 4 or 8,
                _ => parsed.Size <= 1 << 20,
            };
            _ = checked(parsed.Count * parsed.ElementBytes);
            return supported ? parsed : throw new DatasetFormatException(path, $"{name} has an element type that is not supported: {parsed}.");
        }
        catch (Exception e) when (e is OverflowException or FormatException)
        {
            throw new DatasetFormatException(path, $"{name} has an impossible shape or type: {header.Trim()}", e);
        }
    }

    /// <summary>Refuses a forged shape before anything of that size is allocated.</summary>
    public void RequireLength(long entryBytes, string path, string name)
    {
        if (Count * ElementBytes > entryBytes)
        {
            throw new DatasetFormatException(path, $"{name} is {this}, which needs {Count * ElementBytes} bytes, but only {entryBytes} are there.");
        }
    }

    public void ReadFloats(Stream stream, float[] values)
    {
        if (Size == 4)
        {
            for (int at = 0; at < values.Length; at += BlockBytes)
            {
                stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(at, Math.Min(BlockBytes, values.Length - at))));
            }

            return;
        }

        byte[] buffer = new byte[BlockBytes];
        int perBlock = BlockBytes / Size;
        for (int at = 0; at < values.Length; at += perBlock)
        {
            int count = Math.Min(perBlock, values.Length - at);
            stream.ReadExactly(buffer, 0, count * Size);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> element = buffer.AsSpan(i * Size);
                values[at + i] = Size == 2 ? (float)BinaryPrimitives.ReadHalfLittleEndian(element) : (float)BinaryPrimitives.ReadDoubleLittleEndian(element);
            }
        }
    }

    public string[] ReadStrings(Stream stream)
    {
        string[] values = new string[checked((int)Count)];
        byte[] element = new byte[ElementBytes];
        for (int i = 0; i < values.Length; i++)
        {
            stream.ReadExactly(element);
            values[i] = Kind switch
            {
                'U' => Encoding.UTF32.GetString(element).TrimEnd('\0'),
                'S' => Encoding.UTF8.GetString(element).TrimEnd('\0'),
                'i' => ReadSigned(element).ToString(CultureInfo.InvariantCulture),
                _ => ReadUnsigned(element).ToString(CultureInfo.InvariantCulture),
            };
        }

        return values;
    }

    private static long ReadSigned(byte[] element) => element.Length switch
    {
        1 => (sbyte)element[0],
        2 => BinaryPrimitives.ReadInt16LittleEndian(element),
        4 => BinaryPrimitives.ReadInt32LittleEndian(element),
        _ => BinaryPrimitives.ReadInt64LittleEndian(element),
    };

    private static ulong ReadUnsigned(byte[] element) => element.Length switch
    {
        1 => element[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(element),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(element),
    };

    [GeneratedRegex(@"'descr'\s*:\s*'[<|=]([fUSiu])(\d{1,9})'")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'shape'\s*:\s*\(([\d,\s]*)\)")]
    private static partial Regex ShapePattern();
}
