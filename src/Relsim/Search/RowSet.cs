using System.Numerics;

namespace Relsim.Search;

/// <summary>A bitmap over the rows of an index, 64 rows a word. Not thread-safe while it is changed.</summary>
public sealed class RowSet
{
    private readonly ulong[] _words;

    /// <summary>An empty set over <paramref name="length"/> rows.</summary>
    public RowSet(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _words = new ulong[(length + 63L) / 64];
    }

    /// <summary>Rows that the set is about.</summary>
    public int Length { get; }

    /// <summary>Rows in the set.</summary>
    public int Count => _words.Sum(BitOperations.PopCount);

    /// <summary>The rows of <paramref name="length"/> that <paramref name="predicate"/> accepts; it is called once a row, in order.</summary>
    public static RowSet Where(int length, Func<int, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        RowSet set = new(length);
        for (int row = 0; row < length; row++)
        {
            if (predicate(row))
            {
                set.Add(row);
            }
        }

        return set;
    }

    /// <summary>True when the row is in the set.</summary>
    public bool Contains(int row) => (uint)row < (uint)Length && (_words[row >> 6] >> (row & 63) & 1) != 0;

    /// <summary>Puts a row into the set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The row is not below <see cref="Length"/>.</exception>
    public void Add(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        _words[row >> 6] |= 1UL << (row & 63);
    }

    /// <summary>The 64 rows from 64 x <paramref name="index"/> on.</summary>
    internal ulong Word(int index) => _words[index];
}
