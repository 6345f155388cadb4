using ScottPlot;
using SkiaSharp;

namespace Relsim.Evaluation.Reports.Plots;

/// <summary>A plot at its place in a chart, and what is written over it.</summary>
/// <param name="Place">Where, from the top left corner of the chart's body.</param>
/// <param name="Plot">Axes, bars, lines; drawn by ScottPlot.</param>
/// <param name="Over">Draws labels on top; the pixels of data are asked of the plot.</param>
internal sealed record PlotPanel(SKRect Place, Plot Plot, Action<SKCanvas, Plot> Over);

/// <summary>What a chart of some width is made of.</summary>
/// <param name="Height">Height of the body, in units.</param>
/// <param name="Panels">Its plots.</param>
internal sealed record PlotLayout(float Height, IReadOnlyList<PlotPanel> Panels);
