namespace Relsim.Evaluation.Reports.Plots;

/// <summary>File format of a chart.</summary>
public enum PlotFormat
{
    /// <summary>Pixels, two for each unit of the chart's width, on white.</summary>
    Png,

    /// <summary>Scalable, with its letters as text and their font inside; refers to nothing outside.</summary>
    Svg,
}
