using System.Globalization;
using ScottPlot;
using SkiaSharp;

namespace Relsim.Evaluation.Reports.Plots;

/// <summary>
/// Whether probabilities can be believed: how often pairs are related against how probable that was called, with 95 % Wilson intervals and
/// the number of pairs below; beside it the map from score to probability.
/// </summary>
public sealed class CalibrationChart : Chart
{
    private const float NarrowBelow = 640;
    private const float TopRoom = 28;
    private const float Left = 46;
    private const float CountsHeight = 64;

    private readonly CalibrationChartContent _content;

    /// <summary>Takes bins and curve.</summary>
    /// <exception cref="ArgumentException">There is no bin or curve, or a share is outside [0, 1].</exception>
    public CalibrationChart(CalibrationChartContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        content.Validate();
        _content = content;
    }

    internal override string Title => _content.Title;

    internal override string Caption => _content.Caption;

    private protected override PlotLayout Layout(float width)
    {
        bool isNarrow = width < NarrowBelow;
        float panel = isNarrow ? width : (width - 28) / 2;
        float height = Math.Min(panel, 400) - 20;
        var reliability = SKRect.Create(0, 0, panel, height);
        var counts = SKRect.Create(0, height, panel, CountsHeight);
        var map = isNarrow ? SKRect.Create(0, height + CountsHeight + 20, panel, height) : SKRect.Create(panel + 28, 0, panel, height);
        return new PlotLayout(isNarrow ? (2 * height) + CountsHeight + 20 : height + CountsHeight, [Reliability(reliability), Counts(counts), Map(map)]);
    }

    private PlotPanel Reliability(SKRect place)
    {
        Plot plot = PlotStyle.Create(new PixelPadding(Left, 12, PlotStyle.AxisHeight, TopRoom));
        plot.Axes.SetLimits(-0.02, 1.02, -0.02, 1.02);
        PlotStyle.SetTicks(plot.Axes.Bottom, plot, [0, 0.2, 0.4, 0.6, 0.8, 1], NumberText.Short);
        PlotStyle.SetTicks(plot.Axes.Left, plot, [0, 0.2, 0.4, 0.6, 0.8, 1], NumberText.Short);
        ScottPlot.Plottables.LinePlot ideal = plot.Add.Line(0, 0, 1, 1);
        ideal.LineColor = PlotStyle.Of(PlotPalette.Line);
        ideal.LineWidth = 1.6f;
        ideal.LinePattern = LinePattern.Dashed;
        ideal.MarkerSize = 0;
        return new PlotPanel(place, plot, (canvas, drawn) =>
        {
            foreach (CalibrationBin bin in _content.Bins)
            {
                DrawBin(canvas, drawn, bin);
            }

            DrawTitles(canvas, place, "share of pairs that are related", "probability given");
        });
    }

    private static void DrawBin(SKCanvas canvas, Plot plot, CalibrationBin bin)
    {
        Pixel at = plot.GetPixel(new Coordinates(bin.Predicted, bin.Observed));
        float low = plot.GetPixel(new Coordinates(0, bin.Low)).Y, high = plot.GetPixel(new Coordinates(0, bin.High)).Y;
        PlotStyle.DrawWhisker(canvas, new SKPoint(at.X, low), new SKPoint(at.X, high), 4);
        foreach ((SKColor color, float radius) in new[] { (PlotPalette.Ground, 6.5f), (PlotPalette.Ours, 5f) })
        {
            using var fill = new SKPaint { Color = color, IsAntialias = true };
            canvas.DrawCircle(at.X, at.Y, radius, fill);
        }
    }

    private PlotPanel Counts(SKRect place)
    {
        Plot plot = PlotStyle.Create(new PixelPadding(Left, 12, 20, 2));
        int most = _content.Bins.Max(bin => bin.Count);
        plot.Axes.SetLimits(-0.02, 1.02, 0, Math.Max(1, most) * 1.05);
        plot.Add.Bars(_content.Bins.Select(bin => new Bar { Position = bin.Predicted, Value = bin.Count, Size = 0.018, FillColor = PlotStyle.Of(PlotPalette.Baseline), LineWidth = 0 }).ToArray());
        string label = string.Create(CultureInfo.InvariantCulture, $"pairs at each point, at most {most:N0}");
        return new PlotPanel(place, plot, (canvas, _) =>
            MapText.Draw(canvas, label, new SKPoint((Left + place.Width - 12) / 2, place.Height - 5), SKTextAlign.Center, MapText.Regular(PlotStyle.TickSize), PlotPalette.FaintText, place.Width));
    }

    private PlotPanel Map(SKRect place)
    {
        Plot plot = PlotStyle.Create(new PixelPadding(Left, 12, PlotStyle.AxisHeight, TopRoom));
        double low = _content.Curve[0].Score, high = Math.Max(_content.Curve[^1].Score, low + 1e-6), margin = (high - low) * 0.02;
        plot.Axes.SetLimits(low - margin, high + margin, -0.02, 1.02);
        PlotStyle.SetTicks(plot.Axes.Bottom, plot, PlotStyle.RoundTicks(low, high, 5), NumberText.Short);
        PlotStyle.SetTicks(plot.Axes.Left, plot, [0, 0.2, 0.4, 0.6, 0.8, 1], NumberText.Short);
        ScottPlot.Plottables.Scatter curve = plot.Add.ScatterLine(_content.Curve.Select(point => point.Score).ToArray(), _content.Curve.Select(point => point.Probability).ToArray());
        curve.LineColor = PlotStyle.Of(PlotPalette.Ours);
        curve.LineWidth = 2.6f;
        return new PlotPanel(place, plot, (canvas, drawn) =>
        {
            DrawThreshold(canvas, drawn, place);
            DrawTitles(canvas, place, "probability that people call it related", _content.ScoreTitle);
        });
    }

    private void DrawThreshold(SKCanvas canvas, Plot plot, SKRect place)
    {
        if (_content.Threshold is not { } threshold || threshold < _content.Curve[0].Score || threshold > _content.Curve[^1].Score)
        {
            return;
        }

        float x = plot.GetPixel(new Coordinates(threshold, 0)).X;
        using var line = new SKPaint { Color = PlotPalette.Loss, StrokeWidth = 1.6f, IsAntialias = true };
        canvas.DrawLine(x, TopRoom, x, place.Height - PlotStyle.AxisHeight, line);

        // The curve rises: it leaves room above it on the left and below it on the right.
        string text = _content.ThresholdLabel.Length > 0 ? _content.ThresholdLabel : "threshold " + NumberText.Of(threshold, 3);
        Func<SKFont> font = () => MapText.Regular(PlotStyle.TickSize);
        float room = x - Left - 12, wanted = MapText.Measure(text, font());
        SKPoint at = wanted <= room ? new SKPoint(x - 8 - wanted, TopRoom + 30) : new SKPoint(x + 8, place.Height - PlotStyle.AxisHeight - 14);
        PlotStyle.DrawOver(canvas, text, at, font, PlotPalette.Loss, wanted <= room ? room : place.Width - at.X - 4);
    }

    private static void DrawTitles(SKCanvas canvas, SKRect place, string above, string below)
    {
        MapText.Draw(canvas, above, new SKPoint(2, 15), SKTextAlign.Left, MapText.Regular(PlotStyle.LabelSize), PlotPalette.Text, place.Width - 4);
        MapText.Draw(
            canvas, below, new SKPoint((Left + place.Width - 12) / 2, place.Height - PlotStyle.AxisHeight + PlotStyle.AxisTitleDrop), SKTextAlign.Center, MapText.Regular(PlotStyle.LabelSize), PlotPalette.Text, place.Width);
    }
}

/// <summary>What a <see cref="CalibrationChart"/> shows.</summary>
public sealed record CalibrationChartContent
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>What the numbers are.</summary>
    public required string Caption { get; init; }

    /// <summary>Pairs grouped by the probability given to them; at least one group.</summary>
    public required IReadOnlyList<CalibrationBin> Bins { get; init; }

    /// <summary>The map, by ascending score; at least one point.</summary>
    public required IReadOnlyList<CalibrationPoint> Curve { get; init; }

    /// <summary>What the score is. Default "relational similarity (cosine)".</summary>
    public string ScoreTitle { get; init; } = "relational similarity (cosine)";

    /// <summary>A score from which on pairs are called related; null draws none.</summary>
    public double? Threshold { get; init; }

    /// <summary>What stands at the threshold; empty (the default) names the score.</summary>
    public string ThresholdLabel { get; init; } = string.Empty;

    internal void Validate()
    {
        if (Bins.Count == 0 || Curve.Count == 0)
        {
            throw new ArgumentException("A calibration chart shows at least one bin and one point of the curve.", nameof(Bins));
        }

        if (Bins.SelectMany(bin => new[] { bin.Predicted, bin.Observed, bin.Low, bin.High }).Concat(Curve.Select(point => point.Probability)).Any(share => share is not (>= 0 and <= 1)))
        {
            throw new ArgumentException("Probabilities and shares lie between 0 and 1.", nameof(Bins));
        }
    }
}

/// <summary>Pairs that were given similar probabilities.</summary>
/// <param name="Predicted">Mean probability given, 0 to 1.</param>
/// <param name="Observed">Share that is related, 0 to 1.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of its 95 % interval.</param>
/// <param name="Count">How many pairs.</param>
public sealed record CalibrationBin(double Predicted, double Observed, double Low, double High, int Count);

/// <summary>A point of the map.</summary>
/// <param name="Score">The score of a pair.</param>
/// <param name="Probability">That people call it related, 0 to 1.</param>
public sealed record CalibrationPoint(double Score, double Probability);
