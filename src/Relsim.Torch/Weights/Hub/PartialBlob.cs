using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Relsim.Torch.Weights.Hub;

/// <summary>
/// A file that has arrived in part: its bytes in <c>{hash}.relsim.incomplete</c>, and beside it how far each range has come, written after the
/// bytes, so that a killed process goes on where it was. The name is not Python's <c>{hash}.incomplete</c>, which may have no holes.
/// </summary>
internal sealed class PartialBlob : IDisposable
{
    private const int SlotBytes = sizeof(long);
    private const int HeaderSlots = 2; // the file's size, the bytes in a range
    private const long MostRanges = 1 << 20;

    private readonly SafeFileHandle _data;
    private readonly SafeFileHandle _ranges;
    private readonly long[] _done;

    private PartialBlob(string blob, long size, long rangeBytes, long[] done)
    {
        (string dataFile, string rangesFile) = Names(blob);
        (Size, RangeBytes, _done) = (size, rangeBytes, done);
        _data = File.OpenHandle(dataFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        _ranges = File.OpenHandle(rangesFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        RandomAccess.SetLength(_data, size);
        WriteSlot(0, size);
        WriteSlot(1, rangeBytes);
        for (int i = 0; i < done.Length; i++)
        {
            WriteSlot(HeaderSlots + i, done[i]);
        }

        RandomAccess.SetLength(_ranges, (HeaderSlots + done.Length) * (long)SlotBytes);
    }

    public long Size { get; }

    public long RangeBytes { get; }

    public int RangeCount => _done.Length;

    /// <summary>The bytes that are there, of all ranges.</summary>
    public long Done => _done.Sum();

    /// <summary>Goes on with what an earlier attempt, of ours or of Python's, left of <paramref name="blob"/>, or begins.</summary>
    public static PartialBlob Open(string blob, long size, long rangeBytes)
    {
        (string dataFile, string rangesFile) = Names(blob);
        if (Read(dataFile, rangesFile, size) is { } earlier)
        {
            return new PartialBlob(blob, size, earlier.RangeBytes, earlier.Done);
        }

        Delete(blob);
        long[] done = new long[size == 0 ? 1 : ((size - 1) / rangeBytes) + 1];
        string python = $"{blob}.incomplete";
        if (File.Exists(python) && new FileInfo(python) is { LinkTarget: null } info && info.Length <= size)
        {
            for (int i = 0; i < done.Length; i++)
            {
                done[i] = Math.Clamp(info.Length - (i * rangeBytes), 0, Math.Min(rangeBytes, size - (i * rangeBytes)));
            }

            File.Move(python, dataFile);
        }

        return new PartialBlob(blob, size, rangeBytes, done);
    }

    /// <summary>The bytes of <paramref name="blob"/> that are there already.</summary>
    public static long DoneOf(string blob, long size)
    {
        (string dataFile, string rangesFile) = Names(blob);
        return Read(dataFile, rangesFile, size)?.Done.Sum() ?? 0;
    }

    /// <summary>Where the bytes of <paramref name="blob"/> are gathered.</summary>
    public static string DataFileOf(string blob) => Names(blob).Data;

    /// <summary>Waits until the bytes are on the disk.</summary>
    public static void Flush(string dataFile)
    {
        using SafeFileHandle data = File.OpenHandle(dataFile, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.FlushToDisk(data);
    }

    public static void Delete(string blob)
    {
        (string dataFile, string rangesFile) = Names(blob);
        File.Delete(dataFile);
        File.Delete(rangesFile);
    }

    /// <summary>Where a range lies in the file and how much of it is there.</summary>
    public (long Offset, long Length, long Done) Range(int index)
    {
        long offset = index * RangeBytes;
        return (offset, Math.Min(RangeBytes, Size - offset), _done[index]);
    }

    /// <summary>Puts bytes after those of the range that are there. A range belongs to one thread.</summary>
    public void Append(int range, ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_data, bytes, (range * RangeBytes) + _done[range]);
        _done[range] += bytes.Length;
        WriteSlot(HeaderSlots + range, _done[range]);
    }

    /// <summary>Forgets what is there of a range.</summary>
    public void Restart(int range)
    {
        _done[range] = 0;
        WriteSlot(HeaderSlots + range, 0);
    }

    public void Dispose()
    {
        _data.Dispose();
        _ranges.Dispose();
    }

    private static (string Data, string Ranges) Names(string blob) => ($"{blob}.relsim.incomplete", $"{blob}.relsim.ranges");

    /// <summary>What an earlier attempt left, or null where that is nothing of use.</summary>
    private static (long RangeBytes, long[] Done)? Read(string dataFile, string rangesFile, long size)
    {
        if (!File.Exists(dataFile) || !File.Exists(rangesFile) || new FileInfo(dataFile).Length != size
            || new FileInfo(rangesFile).Length is < (HeaderSlots + 1) * SlotBytes or > (HeaderSlots + MostRanges) * SlotBytes)
        {
            return null;
        }

        byte[] bytes = File.ReadAllBytes(rangesFile);
        long Slot(int index) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(index * SlotBytes));
        long rangeBytes = Slot(1);
        long count = (bytes.Length / SlotBytes) - HeaderSlots;
        if (bytes.Length % SlotBytes != 0 || Slot(0) != size || rangeBytes <= 0 || count != (size == 0 ? 1 : ((size - 1) / rangeBytes) + 1))
        {
            return null;
        }

        long[] done = [.. Enumerable.Range(0, (int)count).Select(i => Slot(HeaderSlots + i))];
        bool fits = done.Select((value, i) => value >= 0 && value <= Math.Min(rangeBytes, size - (i * rangeBytes))).All(right => right);
        return fits ? (rangeBytes, done) : null;
    }

    private void WriteSlot(int index, long value)
    {
        Span<byte> slot = stackalloc byte[SlotBytes];
        BinaryPrimitives.WriteInt64LittleEndian(slot, value);
        RandomAccess.Write(_ranges, slot, index * (long)SlotBytes);
    }
}
