namespace Relsim.Evaluation.Reports.Plots;

/// <summary>How large a chart is drawn; its height follows from what it shows.</summary>
public sealed record PlotOptions
{
    /// <summary>Units; 320 to 4096. Below 560 the labels stand above their bars, as on a telephone. Default 880.</summary>
    public int Width { get; init; } = 880;

    /// <summary>Pixels of a PNG for each unit; 1 to 4. Default 2.</summary>
    public int Scale { get; init; } = 2;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 320);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Width, 4096);
        ArgumentOutOfRangeException.ThrowIfLessThan(Scale, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Scale, 4);
    }
}
