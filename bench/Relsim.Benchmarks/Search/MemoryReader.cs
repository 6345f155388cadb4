using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Relsim.Benchmarks.Search;

/// <summary>Reads a given number of bytes with all processors and does nothing else: the least time that a scan of as many bytes can take.</summary>
internal sealed unsafe class MemoryReader : IDisposable
{
    private const int PieceBytes = 1 << 20;

    private readonly long _bytes;
    private readonly byte* _memory;

    public MemoryReader(long bytes)
    {
        _bytes = bytes / PieceBytes * PieceBytes;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)_bytes, 64);
        for (long at = 0; at < _bytes; at += PieceBytes)
        {
            new Span<byte>(_memory + at, PieceBytes).Fill(1);
        }
    }

    /// <summary>Seconds of one pass.</summary>
    public double Time()
    {
        long start = Stopwatch.GetTimestamp();
        long total = 0;
        Parallel.For(0, (int)(_bytes / PieceBytes), () => 0L, (piece, _, sum) => sum + Sum(_memory + ((long)piece * PieceBytes)), sum => Interlocked.Add(ref total, sum));
        return total != 0 ? Stopwatch.GetElapsedTime(start).TotalSeconds : throw new InvalidOperationException("Nothing was read.");
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private static long Sum(byte* piece)
    {
        Vector<long> a = default, b = default, c = default, d = default;
        int step = sizeof(Vector<long>);
        for (int at = 0; at < PieceBytes; at += 4 * step)
        {
            a += Unsafe.Read<Vector<long>>(piece + at);
            b += Unsafe.Read<Vector<long>>(piece + at + step);
            c += Unsafe.Read<Vector<long>>(piece + at + (2 * step));
            d += Unsafe.Read<Vector<long>>(piece + at + (3 * step));
        }

        return Vector.Sum(a + b + c + d);
    }
}
