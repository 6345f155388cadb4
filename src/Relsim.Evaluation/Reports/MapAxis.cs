namespace Relsim.Evaluation.Reports;

/// <summary>Numbers to pixels along one side of a plot, with round ticks.</summary>
internal sealed class MapAxis
{
    private const double SmallestSpan = 1e-3;

    private readonly double _first;
    private readonly double _scale;
    private readonly float _start;

    /// <summary>
    /// Lays the range of <paramref name="values"/> between pixels <paramref name="start"/> and <paramref name="end"/> (which may run
    /// either way), so that the outermost are <paramref name="inset"/> pixels inside.
    /// </summary>
    public MapAxis(IEnumerable<double> values, float start, float end, float inset)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in values)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (high < low)
        {
            (low, high) = (0, 1);
        }

        double lacking = Math.Max(0, SmallestSpan - (high - low));
        (low, high) = (low - (lacking / 2), high + (lacking / 2));
        float direction = MathF.Sign(end - start);
        _first = low;
        _start = start + (direction * inset);
        _scale = (end - start - (2 * direction * inset)) / (high - low);
        Ticks = RoundTicks(ValueAt(start), ValueAt(end));
    }

    /// <summary>Round values inside the axis, ascending.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>The pixel of a value.</summary>
    public float At(double value) => (float)(_start + ((value - _first) * _scale));

    /// <summary>Decimals that tell the ticks apart.</summary>
    public int Decimals => Ticks.Count < 2 ? 2 : Math.Clamp((int)Math.Ceiling(-Math.Log10(Ticks[1] - Ticks[0]) - 1e-9), 1, 6);

    private double ValueAt(float pixel) => _first + ((pixel - _start) / _scale);

    // Steps of 1, 2 or 5 times a power of ten, about seven of them.
    private static double[] RoundTicks(double low, double high)
    {
        double rough = (high - low) / 7;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        long first = (long)Math.Ceiling(low / step), last = (long)Math.Floor(high / step);
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => (first + i) * step)];
    }
}
