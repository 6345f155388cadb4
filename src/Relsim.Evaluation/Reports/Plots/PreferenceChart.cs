using System.Globalization;
using ScottPlot;
using SkiaSharp;

namespace Relsim.Evaluation.Reports.Plots;

/// <summary>What people prefer: a bar for each pair of methods, cut into wins, ties and losses of the first.</summary>
public sealed class PreferenceChart : Chart
{
    private const float NarrowBelow = 560;
    private const float LegendHeight = 34;

    private readonly PreferenceChartContent _content;
    private readonly PreferenceBar[] _bars;

    /// <summary>Sorts the pairs by the share of wins.</summary>
    /// <exception cref="ArgumentException">There is no pair, or one without votes or with a negative count.</exception>
    public PreferenceChart(PreferenceChartContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        content.Validate();
        _content = content;
        _bars = [.. content.Bars.OrderByDescending(bar => bar.Wins / (double)bar.Votes)];
    }

    internal override string Title => _content.Title;

    internal override string Caption => _content.Caption;

    // Who wins and loses is said once where all pairs share it.
    private string? First => _bars.Select(bar => bar.First).Distinct().Count() == 1 ? _bars[0].First : null;

    private protected override PlotLayout Layout(float width)
    {
        bool isNarrow = width < NarrowBelow;
        float row = isNarrow ? 56 : 42;
        float left = isNarrow ? 6 : Math.Min(width * 0.36f, _bars.Max(bar => MapText.Measure(Label(bar), MapText.Regular(PlotStyle.LabelSize))) + 16);
        float right = isNarrow ? 14 : 84;
        float height = LegendHeight + (_bars.Length * row) + PlotStyle.AxisHeight;
        Plot plot = PlotStyle.Create(new PixelPadding(left, right, PlotStyle.AxisHeight, LegendHeight));
        plot.Axes.SetLimits(0, 100, -_bars.Length + 0.5, 0.5);
        PlotStyle.SetTicks(plot.Axes.Bottom, plot, [0, 25, 50, 75, 100], NumberText.Short);
        plot.Add.Bars(_bars.SelectMany((bar, i) => Segments(bar).Select(segment => Draw(segment, i, isNarrow))).ToArray());
        return new PlotLayout(height, [new PlotPanel(SKRect.Create(width, height), plot, (canvas, drawn) => Annotate(canvas, drawn, width, left, right, isNarrow))]);
    }

    private static Bar Draw(Segment segment, int number, bool isNarrow) => new()
    {
        Position = isNarrow ? -number - 0.18 : -number,
        ValueBase = segment.From,
        Value = segment.To,
        Size = isNarrow ? 0.46 : 0.64,
        Orientation = Orientation.Horizontal,
        FillColor = PlotStyle.Of(segment.Fill),
        LineWidth = 0,
    };

    private static Segment[] Segments(PreferenceBar bar)
    {
        double wins = 100.0 * bar.Wins / bar.Votes, ties = 100.0 * bar.Ties / bar.Votes;
        return
        [
            new(0, wins, bar.Wins, bar.Votes, PlotPalette.Ours, PlotPalette.Ground),
            new(wins, wins + ties, bar.Ties, bar.Votes, PlotPalette.Tie, PlotPalette.Text),
            new(wins + ties, 100, bar.Losses, bar.Votes, PlotPalette.Loss, PlotPalette.Ground),
        ];
    }

    private void Annotate(SKCanvas canvas, Plot plot, float width, float left, float right, bool isNarrow)
    {
        DrawLegend(canvas, left, width, isNarrow);
        foreach ((int i, PreferenceBar bar) in _bars.Index())
        {
            float middle = plot.GetPixel(new Coordinates(0, isNarrow ? -i - 0.18 : -i)).Y;
            string votes = string.Create(CultureInfo.InvariantCulture, $"{bar.Votes:N0} votes");
            float votesWidth = MapText.Measure(votes, MapText.Regular(PlotStyle.TickSize));
            if (isNarrow)
            {
                PlotStyle.DrawOver(canvas, Label(bar), new SKPoint(10, middle - 20), () => MapText.Regular(PlotStyle.LabelSize), PlotPalette.Text, width - 40 - votesWidth);
                PlotStyle.DrawOver(canvas, votes, new SKPoint(width - right - votesWidth - 4, middle - 20), () => MapText.Regular(PlotStyle.TickSize), PlotPalette.FaintText);
            }
            else
            {
                MapText.Draw(canvas, Label(bar), new SKPoint(left - 12, middle + 5), SKTextAlign.Right, MapText.Regular(PlotStyle.LabelSize), PlotPalette.Text, left - 14);
                MapText.Draw(canvas, votes, new SKPoint(width - 2, middle + 5), SKTextAlign.Right, MapText.Regular(PlotStyle.TickSize), PlotPalette.FaintText);
            }

            foreach (Segment segment in Segments(bar))
            {
                DrawShare(canvas, plot, segment, middle);
            }
        }

        float bottom = plot.GetPixel(new Coordinates(0, -_bars.Length + 0.5)).Y, axis = plot.GetPixel(new Coordinates(50, 0)).X;
        MapText.Draw(canvas, "share of votes, %", new SKPoint(axis, bottom + PlotStyle.AxisTitleDrop), SKTextAlign.Center, MapText.Regular(PlotStyle.LabelSize), PlotPalette.Text, width - left - right);
    }

    // A share that its segment cannot hold stays to the table.
    private static void DrawShare(SKCanvas canvas, Plot plot, Segment segment, float middle)
    {
        float from = plot.GetPixel(new Coordinates(segment.From, 0)).X, to = plot.GetPixel(new Coordinates(segment.To, 0)).X;
        string percent = NumberText.Percent(segment.Count / (double)segment.Votes);
        foreach (string text in new[] { percent, percent.TrimEnd(' ', '%') })
        {
            if (MapText.Measure(text, MapText.SemiBold(PlotStyle.TickSize)) <= to - from - 6)
            {
                MapText.Draw(canvas, text, new SKPoint((from + to) / 2, middle + 5), SKTextAlign.Center, MapText.SemiBold(PlotStyle.TickSize), segment.Letters);
                return;
            }
        }
    }

    // The first method's name takes what the other two entries leave.
    private void DrawLegend(SKCanvas canvas, float left, float width, bool isNarrow)
    {
        const float box = 13, gap = 7, between = 20;
        string verb = isNarrow ? "" : " preferred", other = (First is null ? "second" : "other") + verb;
        float rest = new[] { "tie", other }.Sum(text => box + gap + between + MapText.Measure(text, MapText.Regular(PlotStyle.TickSize)));
        (SKColor Color, string Text, float Room)[] entries =
        [
            (PlotPalette.Ours, (First ?? "first") + verb, width - left - rest - box - gap - between),
            (PlotPalette.Tie, "tie", float.MaxValue),
            (PlotPalette.Loss, other, float.MaxValue),
        ];
        float x = left;
        foreach ((SKColor color, string text, float room) in entries)
        {
            using var fill = new SKPaint { Color = color, IsAntialias = true };
            canvas.DrawRect(SKRect.Create(x, 6, box, box), fill);
            x += box + gap;
            MapText.Draw(canvas, text, new SKPoint(x, 17), SKTextAlign.Left, MapText.Regular(PlotStyle.TickSize), PlotPalette.Text, room);
            x += Math.Min(room, MapText.Measure(text, MapText.Regular(PlotStyle.TickSize))) + between;
        }
    }

    private string Label(PreferenceBar bar) => First is null ? $"{bar.First} against {bar.Second}" : $"against {bar.Second}";

    private sealed record Segment(double From, double To, int Count, int Votes, SKColor Fill, SKColor Letters);
}

/// <summary>What a <see cref="PreferenceChart"/> shows.</summary>
public sealed record PreferenceChartContent
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>What the numbers are.</summary>
    public required string Caption { get; init; }

    /// <summary>The pairs; at least one.</summary>
    public required IReadOnlyList<PreferenceBar> Bars { get; init; }

    internal void Validate()
    {
        if (Bars.Count == 0)
        {
            throw new ArgumentException("A preference chart shows at least one pair of methods.", nameof(Bars));
        }

        foreach (PreferenceBar bar in Bars.Where(bar => bar.Wins < 0 || bar.Ties < 0 || bar.Losses < 0 || bar.Votes == 0))
        {
            throw new ArgumentException($"Votes are counted from 0 and there is at least one; {bar.First} against {bar.Second} has {bar.Wins}, {bar.Ties}, {bar.Losses}.", nameof(Bars));
        }
    }
}

/// <summary>Votes on a pair of methods.</summary>
/// <param name="First">The method whose wins are counted.</param>
/// <param name="Second">The other.</param>
/// <param name="Wins">Votes for the first.</param>
/// <param name="Ties">Votes for neither.</param>
/// <param name="Losses">Votes for the second.</param>
public sealed record PreferenceBar(string First, string Second, int Wins, int Ties, int Losses)
{
    /// <summary>All votes.</summary>
    public int Votes => Wins + Ties + Losses;
}
