using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Relsim.Evaluation.Reports.Plots;

/// <summary>The look that all charts share.</summary>
internal static class PlotStyle
{
    public const float TickSize = 13;
    public const float LabelSize = 14;

    /// <summary>What an axis with labels and a title takes below the data.</summary>
    public const float AxisHeight = 50;

    /// <summary>From the data's lower edge to the base line of the axis title.</summary>
    public const float AxisTitleDrop = 41;

    /// <summary>A plot without ticks, frame or grid, with its data area <paramref name="padding"/> units inside.</summary>
    public static Plot Create(PixelPadding padding)
    {
        PlotFonts.Register();
        var plot = new Plot();
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Axes.Frame(false);
        plot.HideGrid();
        plot.Layout.Fixed(padding);
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.MajorTickStyle.Length = 0;
            axis.MajorTickStyle.Width = 0;
            axis.MinorTickStyle.Length = 0;
            axis.TickLabelStyle.FontName = PlotFonts.Regular;
            axis.TickLabelStyle.FontSize = TickSize;
            axis.TickLabelStyle.ForeColor = Of(PlotPalette.FaintText);
            axis.SetTicks([], []);
        }

        return plot;
    }

    public static Color Of(SKColor color, double opacity = 1) => new(color.Red, color.Green, color.Blue, (byte)Math.Round(opacity * 255));

    /// <summary>Labels the ticks and draws a faint line at each.</summary>
    public static void SetTicks(IAxis axis, Plot plot, IReadOnlyList<double> at, Func<double, string> label)
    {
        axis.TickGenerator = new NumericManual([.. at], [.. at.Select(label)]);
        plot.ShowGrid();
        bool isAcross = axis is IXAxis;
        plot.Grid.XAxisStyle.IsVisible |= isAcross;
        plot.Grid.YAxisStyle.IsVisible |= !isAcross;
        GridStyle style = isAcross ? plot.Grid.XAxisStyle : plot.Grid.YAxisStyle;
        style.MajorLineStyle.Color = Of(PlotPalette.Grid);
        style.MajorLineStyle.Width = 1;
        style.MinorLineStyle.IsVisible = false;
    }

    /// <summary>Round values from <paramref name="low"/> to <paramref name="high"/>, about <paramref name="count"/> of them.</summary>
    public static double[] RoundTicks(double low, double high, int count)
    {
        double rough = (high - low) / Math.Max(1, count);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        long first = (long)Math.Ceiling((low / step) - 1e-9), last = (long)Math.Floor((high / step) + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => Math.Round((first + i) * step, 12))];
    }

    /// <summary>A line of text that hides the grid behind it.</summary>
    public static void DrawOver(SKCanvas canvas, string text, SKPoint at, Func<SKFont> font, SKColor color, float width = float.MaxValue)
    {
        using var ground = new SKPaint { Color = PlotPalette.Ground };
        canvas.DrawRect(SKRect.Create(at.X - 3, at.Y - LabelSize, Math.Min(width, MapText.Measure(text, font())) + 6, LabelSize + 5), ground);
        MapText.Draw(canvas, text, at, SKTextAlign.Left, font(), color, width);
    }

    /// <summary>A whisker with a cap at either end and a rim in the ground's colour, so that it shows on a bar too.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="from">One end.</param>
    /// <param name="to">The other end, on the same row or column.</param>
    /// <param name="cap">Half the length of a cap.</param>
    public static void DrawWhisker(SKCanvas canvas, SKPoint from, SKPoint to, float cap)
    {
        SKPoint across = from.Y == to.Y ? new SKPoint(0, cap) : new SKPoint(cap, 0);
        foreach ((SKColor color, float width) in new[] { (PlotPalette.Ground, 3.8f), (PlotPalette.Text, 1.6f) })
        {
            using var paint = new SKPaint { Color = color, StrokeWidth = width, StrokeCap = SKStrokeCap.Square, IsAntialias = true };
            canvas.DrawLine(from, to, paint);
            canvas.DrawLine(from - across, from + across, paint);
            canvas.DrawLine(to - across, to + across, paint);
        }
    }
}
