using System.Buffers.Binary;
using System.Text;

namespace Relsim.Torch.Weights.Pickle;

/// <summary>
/// The entries of a zip file that torch.save wrote: stored without compression, so that a tensor's bytes can be used where they lie and
/// nothing grows on reading. Everything is checked against the file's size; zip64 included.
/// </summary>
/// <remarks>Source of the format: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5.</remarks>
internal sealed class ZipDirectory
{
    private const int EndSize = 22;
    private const int LocatorSize = 20;
    private const int End64Size = 56;
    private const int LocalSize = 30;
    private const int CentralSize = 46;
    private const int MaxEntries = 200_000;

    private readonly MappedFile map;
    private readonly string path;
    private readonly Dictionary<string, ZipEntry> entries = new(StringComparer.Ordinal);

    private ZipDirectory(MappedFile map, string path)
    {
        this.map = map;
        this.path = path;
    }

    /// <summary>The entries by name.</summary>
    public IReadOnlyDictionary<string, ZipEntry> Entries => entries;

    /// <summary>Whether the file begins as a zip file does.</summary>
    public static bool IsZip(MappedFile map) => map.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(map.Bytes(0, 4)) == 0x04034b50;

    /// <summary>Reads the directory; <paramref name="path"/> only serves the messages.</summary>
    /// <exception cref="WeightsException">It breaks the format, has too many entries, or one is compressed or encrypted.</exception>
    public static ZipDirectory Read(MappedFile map, string path)
    {
        var directory = new ZipDirectory(map, path);
        (long offset, long size, long count) = directory.FindDirectory();
        directory.ReadEntries(offset, size, count);
        directory.CheckThatNothingOverlaps(offset);
        return directory;
    }

    private (long Offset, long Size, long Count) FindDirectory()
    {
        long end = FindEnd();
        ReadOnlySpan<byte> record = map.Bytes(end, EndSize);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        if (count == ushort.MaxValue || size == uint.MaxValue || offset == uint.MaxValue)
        {
            ReadOnlySpan<byte> locator = Span(end - LocatorSize, LocatorSize);
            Require(BinaryPrimitives.ReadUInt32LittleEndian(locator) == 0x07064b50, "the zip64 directory is not there");
            ReadOnlySpan<byte> wide = Span(BinaryPrimitives.ReadInt64LittleEndian(locator[8..]), End64Size);
            Require(BinaryPrimitives.ReadUInt32LittleEndian(wide) == 0x06064b50, "the zip64 directory is not there");
            count = BinaryPrimitives.ReadInt64LittleEndian(wide[32..]);
            size = BinaryPrimitives.ReadInt64LittleEndian(wide[40..]);
            offset = BinaryPrimitives.ReadInt64LittleEndian(wide[48..]);
        }

        Require(count is >= 0 and <= MaxEntries, $"{count} entries are more than {MaxEntries}");
        Require(offset >= 0 && size >= 0 && offset <= end && size <= end - offset, "the directory lies outside the file");
        return (offset, size, count);
    }

    /// <summary>Where the end record begins: the last place whose comment ends with the file.</summary>
    private long FindEnd()
    {
        int tail = (int)Math.Min(map.Length, EndSize + ushort.MaxValue);
        ReadOnlySpan<byte> bytes = map.Bytes(map.Length - tail, tail);
        for (int i = tail - EndSize; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[i..]) == 0x06054b50
                && BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i + 20)..]) == tail - i - EndSize)
            {
                return map.Length - tail + i;
            }
        }

        throw Invalid("it has no directory; the file was cut short");
    }

    private void ReadEntries(long offset, long size, long count)
    {
        long position = offset;
        for (long i = 0; i < count; i++)
        {
            Require(offset + size - position >= CentralSize, "the directory ends too soon");
            ReadOnlySpan<byte> header = Span(position, CentralSize);
            Require(BinaryPrimitives.ReadUInt32LittleEndian(header) == 0x02014b50, "an entry of the directory is damaged");
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
            int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
            ReadOnlySpan<byte> nameBytes = Span(position + CentralSize, nameLength);
            string name = Encoding.UTF8.GetString(nameBytes);
            Require((header[8] & 1) == 0, $"'{name}' is encrypted");
            Require(BinaryPrimitives.ReadUInt16LittleEndian(header[10..]) == 0, $"'{name}' is compressed, which torch.save never does");
            (long length, long local) = Place(header, Span(position + CentralSize + nameLength, extraLength), name);
            Require(entries.TryAdd(name, Locate(name, nameBytes, length, local)), $"'{name}' is there twice");
            position += CentralSize + nameLength + extraLength + commentLength;
        }
    }

    /// <summary>An entry's length and the offset of its local header, from the 32-bit fields or their zip64 counterparts.</summary>
    private (long Length, long Local) Place(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra, string name)
    {
        long stored = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        long local = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        ReadOnlySpan<byte> wide = Zip64Extra(extra);
        Widen(ref length, ref wide);
        Widen(ref stored, ref wide);
        Widen(ref local, ref wide);
        Require(length >= 0 && length == stored, $"'{name}' has two sizes, {stored} and {length}");
        return (length, local);

        void Widen(ref long field, ref ReadOnlySpan<byte> rest)
        {
            if (field == uint.MaxValue)
            {
                Require(rest.Length >= sizeof(long), $"the zip64 fields of '{name}' are missing");
                field = BinaryPrimitives.ReadInt64LittleEndian(rest);
                rest = rest[sizeof(long)..];
            }
        }
    }

    private static ReadOnlySpan<byte> Zip64Extra(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                break;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    /// <summary>The place of an entry's bytes, which only its local header tells.</summary>
    private ZipEntry Locate(string name, ReadOnlySpan<byte> nameBytes, long length, long local)
    {
        ReadOnlySpan<byte> header = Span(local, LocalSize);
        Require(BinaryPrimitives.ReadUInt32LittleEndian(header) == 0x04034b50, $"'{name}' is not where the directory says");
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        long start = local + LocalSize + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        Require(Span(local + LocalSize, nameLength).SequenceEqual(nameBytes), $"'{name}' is not where the directory says");
        Require(start <= map.Length && length <= map.Length - start, $"'{name}' reaches beyond the file");
        return new ZipEntry(local, start, length);
    }

    private void CheckThatNothingOverlaps(long directory)
    {
        long end = 0;
        foreach ((string name, ZipEntry entry) in entries.OrderBy(entry => entry.Value.Header))
        {
            Require(entry.Header >= end, $"'{name}' overlaps another entry");
            end = entry.Offset + entry.Length;
            Require(end <= directory, $"'{name}' overlaps the directory");
        }
    }

    private ReadOnlySpan<byte> Span(long offset, int length)
    {
        Require(offset >= 0 && offset <= map.Length - length, "an offset lies outside the file");
        return map.Bytes(offset, length);
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw Invalid(otherwise);
        }
    }

    private WeightsException Invalid(string reason) => new(path, null, $"the zip file cannot be read: {reason}.");
}

/// <summary>An entry: where its local header and its bytes begin in the file, and how many bytes there are.</summary>
internal readonly record struct ZipEntry(long Header, long Offset, long Length);
