namespace Relsim.Evaluation.Retrieval;

/// <summary>
/// Count x Dimensions float32 values, row-major, each row of length 1 or, where a describer found nothing, all zero. Immutable by
/// convention; safe to share between threads.
/// </summary>
public sealed class UnitVectors
{
    private const double LengthTolerance = 1e-3;

    /// <summary>Wraps <paramref name="values"/> (not copied) after a look at every row.</summary>
    /// <exception cref="ArgumentException">The values are no whole number of rows, or a row is not of length 1 or 0.</exception>
    public UnitVectors(ReadOnlyMemory<float> values, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        if (values.Length % dimensions != 0)
        {
            throw new ArgumentException($"{values.Length} values are no whole number of {dimensions}-d rows.", nameof(values));
        }

        Values = values;
        Dimensions = dimensions;
        for (int i = 0; i < Count; i++)
        {
            Check(Row(i), i);
        }
    }

    /// <summary>Count x Dimensions values.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>Columns.</summary>
    public int Dimensions { get; }

    /// <summary>Rows.</summary>
    public int Count => Values.Length / Dimensions;

    /// <summary>Copies rows of equal length.</summary>
    /// <exception cref="ArgumentException">There are none, lengths differ, or a row is not of length 1 or 0.</exception>
    public static UnitVectors FromRows(IReadOnlyList<float[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0)
        {
            throw new ArgumentException("There are no rows.", nameof(rows));
        }

        int dimensions = rows[0].Length;
        var values = new float[(long)rows.Count * dimensions];
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != dimensions)
            {
                throw new ArgumentException($"Row {i} has {rows[i].Length} values, row 0 has {dimensions}.", nameof(rows));
            }

            rows[i].CopyTo(values, (long)i * dimensions);
        }

        return new UnitVectors(values, dimensions);
    }

    /// <summary>One row.</summary>
    public ReadOnlySpan<float> Row(int index) => Values.Span.Slice(index * Dimensions, Dimensions);

    private static void Check(ReadOnlySpan<float> row, int index)
    {
        double squares = 0;
        foreach (float value in row)
        {
            squares += (double)value * value;
        }

        // Written so that NaN fails too.
        if (squares != 0 && !(Math.Abs(Math.Sqrt(squares) - 1) <= LengthTolerance))
        {
            throw new ArgumentException($"Row {index} has length {Math.Sqrt(squares)}; vectors are L2-normalised.", nameof(row));
        }
    }
}
