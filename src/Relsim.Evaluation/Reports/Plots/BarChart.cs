using Relsim.Evaluation.Statistics;
using ScottPlot;
using SkiaSharp;

namespace Relsim.Evaluation.Reports.Plots;

/// <summary>Methods beside each other on one number: a bar each with its 95 % interval and its value, best first.</summary>
public sealed class BarChart : Chart
{
    private const float NarrowBelow = 560;
    private const float ValueRoom = 66;
    private const float EdgeRoom = 14; // half of the last tick's label

    private readonly BarChartContent _content;
    private readonly BarChartItem[] _items;

    /// <summary>Sorts the methods by their value, those without one last; equal ones stay in the order given.</summary>
    /// <exception cref="ArgumentException">There is no method, or an interval does not hold its value.</exception>
    public BarChart(BarChartContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        content.Validate();
        _content = content;
        int sign = content.LowerIsBetter ? 1 : -1;
        _items = [.. content.Items.OrderBy(item => double.IsNaN(item.Value.Mean) ? double.PositiveInfinity : sign * item.Value.Mean)];
    }

    internal override string Title => _content.Title;

    internal override string Caption => string.Join(' ', new[] { _content.Caption }.Concat(Notes.Select((note, i) => $"{Mark(i)} {note}")).Where(part => part.Length > 0));

    private IReadOnlyList<string> Notes => [.. _items.Select(item => item.Note).Where(note => note.Length > 0).Distinct()];

    private protected override PlotLayout Layout(float width)
    {
        bool isNarrow = width < NarrowBelow;
        float row = isNarrow ? 46 : 34;
        float left = isNarrow ? 6 : Math.Min(width * 0.36f, _items.Max(item => MapText.Measure(Label(item), LabelFont(item))) + 16);
        float height = (_items.Length * row) + PlotStyle.AxisHeight;
        Plot plot = PlotStyle.Create(new PixelPadding(left, EdgeRoom, PlotStyle.AxisHeight, 2));
        (double low, double high) = Range(width - left - EdgeRoom);
        plot.Axes.SetLimits(low, high, -_items.Length + 0.5, 0.5);
        PlotStyle.SetTicks(plot.Axes.Bottom, plot, PlotStyle.RoundTicks(low, high, isNarrow ? 4 : 7), NumberText.Short);
        plot.Add.Bars(_items.Select((item, i) => Bar(item, i, isNarrow)).Where(bar => double.IsFinite(bar.Value)).ToArray());
        return new PlotLayout(height, [new PlotPanel(SKRect.Create(width, height), plot, (canvas, drawn) => Annotate(canvas, drawn, width, left, row, isNarrow))]);
    }

    // Right of the longest whisker stays room for a value.
    private (double Low, double High) Range(float width)
    {
        double[] ends = [.. _items.SelectMany(item => new[] { item.Value.Mean, item.Value.Low, item.Value.High }).Where(double.IsFinite)];
        double low = Math.Min(0, ends.DefaultIfEmpty(0).Min()), high = Math.Max(0, ends.DefaultIfEmpty(1).Max());
        high = high > low ? high : low + 1;
        return (low, low + ((high - low) * width / Math.Max(1, width - ValueRoom)));
    }

    private static Bar Bar(BarChartItem item, int number, bool isNarrow) => new()
    {
        Position = isNarrow ? -number - 0.22 : -number,
        Value = item.Value.Mean,
        Size = isNarrow ? 0.42 : 0.62,
        Orientation = Orientation.Horizontal,
        FillColor = PlotStyle.Of(item.IsHighlighted ? PlotPalette.Ours : PlotPalette.Baseline),
        LineWidth = 0,
    };

    private void Annotate(SKCanvas canvas, Plot plot, float width, float left, float row, bool isNarrow)
    {
        foreach ((int i, BarChartItem item) in _items.Index())
        {
            float middle = plot.GetPixel(new Coordinates(0, isNarrow ? -i - 0.22 : -i)).Y;
            if (isNarrow)
            {
                PlotStyle.DrawOver(canvas, Label(item), new SKPoint(11, middle - 16), () => LabelFont(item), PlotPalette.Text, width - 14);
            }
            else
            {
                MapText.Draw(canvas, Label(item), new SKPoint(left - 12, middle + 5), SKTextAlign.Right, LabelFont(item), PlotPalette.Text, left - 14);
            }

            if (double.IsNaN(item.Value.Mean))
            {
                MapText.Draw(canvas, "no value", new SKPoint(At(plot, 0) + 8, middle + 5), SKTextAlign.Left, MapText.Regular(PlotStyle.LabelSize), PlotPalette.FaintText);
                continue;
            }

            float end = At(plot, Math.Max(0, item.Value.Mean));
            if (double.IsFinite(item.Value.Low) && double.IsFinite(item.Value.High))
            {
                PlotStyle.DrawWhisker(canvas, new SKPoint(At(plot, item.Value.Low), middle), new SKPoint(At(plot, item.Value.High), middle), row * 0.13f);
                end = Math.Max(end, At(plot, item.Value.High));
            }

            string value = NumberText.Of(item.Value.Mean, _content.Decimals);
            PlotStyle.DrawOver(canvas, value, new SKPoint(end + 8, middle + 5), () => MapText.SemiBold(PlotStyle.LabelSize), PlotPalette.Text);
        }

        using var zero = new SKPaint { Color = PlotPalette.Line, StrokeWidth = 1.2f, IsAntialias = true };
        float axis = At(plot, 0), bottom = (_items.Length * row) + 2;
        canvas.DrawLine(axis, 2, axis, bottom, zero);
        MapText.Draw(canvas, _content.AxisTitle, new SKPoint((left + width) / 2, bottom + PlotStyle.AxisTitleDrop), SKTextAlign.Center, MapText.Regular(PlotStyle.LabelSize), PlotPalette.Text, width - left);
    }

    private static float At(Plot plot, double value) => plot.GetPixel(new Coordinates(value, 0)).X;

    private string Label(BarChartItem item) => item.Note.Length == 0 ? item.Name : item.Name + Mark(Notes.Index().First(note => note.Item == item.Note).Index);

    private static SKFont LabelFont(BarChartItem item) => item.IsHighlighted ? MapText.SemiBold(PlotStyle.LabelSize) : MapText.Regular(PlotStyle.LabelSize);

    private static string Mark(int number) => number switch { 0 => "\u00b9", 1 => "\u00b2", 2 => "\u00b3", _ => $"({number + 1})" };
}

/// <summary>What a <see cref="BarChart"/> shows.</summary>
public sealed record BarChartContent
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>What is measured, with its unit or range.</summary>
    public required string AxisTitle { get; init; }

    /// <summary>What the numbers are: how many, which interval, which seed.</summary>
    public required string Caption { get; init; }

    /// <summary>The methods; at least one.</summary>
    public required IReadOnlyList<BarChartItem> Items { get; init; }

    /// <summary>Decimals of the values; 0 to 6. Default 3.</summary>
    public int Decimals { get; init; } = 3;

    /// <summary>Whether the lowest value is best and stands first. Default false.</summary>
    public bool LowerIsBetter { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Decimals, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Decimals, 6);
        if (Items.Count == 0)
        {
            throw new ArgumentException("A bar chart shows at least one method.", nameof(Items));
        }

        // A percentile interval of few resamples may lie beside its mean; it is drawn as it is.
        foreach (BarChartItem item in Items.Where(item => double.IsInfinity(item.Value.Mean)))
        {
            throw new ArgumentException($"The value of {item.Name} is finite or NaN; got {item.Value}.", nameof(Items));
        }
    }
}

/// <summary>A bar.</summary>
/// <param name="Name">The method.</param>
/// <param name="Value">Its value; NaN where there is none. An interval of NaN draws no whisker.</param>
/// <param name="IsHighlighted">Whether it stands out.</param>
/// <param name="Note">A sentence for the caption, marked at the bar; empty for none.</param>
public sealed record BarChartItem(string Name, Estimate Value, bool IsHighlighted = false, string Note = "");
