using System.Runtime.CompilerServices;

namespace Relsim.Search;

/// <summary>
/// Up to <see cref="Capacity"/> rows of an index: exact float32 rows, 8-bit codes and the two floats of the bound (see <see cref="Quantization"/>).
/// Arrays are pinned and start on a cache line, so that no load of the scan crosses two lines.
/// </summary>
internal sealed unsafe class RowBlock
{
    /// <summary>Rows in a full block; also the unit of work of a scanning thread.</summary>
    public const int Capacity = 4096;

    private const int CacheLine = 64;

    private readonly int _dimension;
    private readonly float[] _rows;
    private readonly sbyte[] _codes;
    private readonly float[] _steps;
    private readonly float[] _errors;

    public RowBlock(int dimension, int codeStride)
    {
        _dimension = dimension;
        CodeStride = codeStride;
        _rows = GC.AllocateUninitializedArray<float>(checked(Capacity * dimension));
        _codes = AllocateAligned<sbyte>(checked(Capacity * codeStride), out nint codes);
        _steps = AllocateAligned<float>(Capacity, out nint steps);
        _errors = AllocateAligned<float>(Capacity, out nint errors);
        Codes = (sbyte*)codes;
        Steps = (float*)steps;
        Errors = (float*)errors;
    }

    public int Count { get; private set; }

    public int CodeStride { get; }

    public sbyte* Codes { get; }

    public float* Steps { get; }

    public float* Errors { get; }

    public ReadOnlySpan<float> Row(int index) => _rows.AsSpan(index * _dimension, _dimension);

    /// <summary>Adds a row; the caller has checked that there is room and that the values are finite.</summary>
    public void Add(ReadOnlySpan<float> row)
    {
        row.CopyTo(_rows.AsSpan(Count * _dimension));
        (Steps[Count], Errors[Count]) = Quantization.QuantizeRow(row, new Span<sbyte>(Codes + ((nint)Count * CodeStride), CodeStride));
        Count++;
    }

    /// <summary>A zeroed pinned array and the address of its first aligned element. The array must be kept for as long as the address is used.</summary>
    public static T[] AllocateAligned<T>(int length, out nint address)
        where T : unmanaged
    {
        T[] array = GC.AllocateArray<T>(length + (CacheLine / sizeof(T)), pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref array[0]);
        address = (start + CacheLine - 1) & ~(nint)(CacheLine - 1);
        return array;
    }
}
