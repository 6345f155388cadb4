using ScottPlot;
using SkiaSharp;

namespace Relsim.Evaluation.Reports.Plots;

/// <summary>A number by how many hits are looked at: a curve a method over a logarithmic axis of ranks, each named at its end.</summary>
public sealed class RankCurveChart : Chart
{
    private const float NarrowBelow = 560;
    private const float NameGap = 18;

    private readonly RankCurveContent _content;

    /// <summary>Takes the curves.</summary>
    /// <exception cref="ArgumentException">There is no curve or no rank, ranks do not ascend from 1 on, or a curve has other than one finite value a rank.</exception>
    public RankCurveChart(RankCurveContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        content.Validate();
        _content = content;
    }

    internal override string Title => _content.Title;

    internal override string Caption => _content.Caption;

    // The one that stands out is drawn last, over the others.
    private IEnumerable<(int Number, RankCurve Curve)> InOrder => Numbered().OrderBy(numbered => numbered.Curve.IsHighlighted);

    private protected override PlotLayout Layout(float width)
    {
        bool isNarrow = width < NarrowBelow;
        const float left = 46;
        float right = Math.Min(width * (isNarrow ? 0.36f : 0.3f), _content.Curves.Max(curve => MapText.Measure(curve.Name, NameFont(curve))) + 34);
        float height = Math.Max(isNarrow ? 300 : 380, (_content.Curves.Count * NameGap) + PlotStyle.AxisHeight + 40);
        Plot plot = PlotStyle.Create(new PixelPadding(left, right, PlotStyle.AxisHeight, 28));
        double high = Top();
        plot.Axes.SetLimits(Position(_content.Ranks[0]), Math.Max(Position(_content.Ranks[^1]), 0.01), Bottom(), high);
        PlotStyle.SetTicks(plot.Axes.Left, plot, PlotStyle.RoundTicks(Bottom(), high, 5), NumberText.Short);
        PlotStyle.SetTicks(plot.Axes.Bottom, plot, [.. RankTicks(isNarrow).Select(rank => Position(rank))], at => NumberText.Short(Math.Round(Math.Pow(10, at))));
        foreach ((int number, RankCurve curve) in InOrder)
        {
            Draw(plot, curve, number);
        }

        return new PlotLayout(height, [new PlotPanel(SKRect.Create(width, height), plot, (canvas, drawn) => Annotate(canvas, drawn, width, left, right, height))]);
    }

    private void Draw(Plot plot, RankCurve curve, int number)
    {
        double[] x = [.. _content.Ranks.Select(Position)];
        if (curve.Low is not null && curve.High is not null)
        {
            ScottPlot.Plottables.FillY band = plot.Add.FillY(x, [.. curve.Low], [.. curve.High]);
            band.FillColor = PlotStyle.Of(Color(curve, number), 0.13);
            band.LineWidth = 0;
        }

        ScottPlot.Plottables.Scatter line = plot.Add.Scatter(x, curve.Values.ToArray());
        line.Color = PlotStyle.Of(Color(curve, number));
        line.LineWidth = curve.IsHighlighted ? 3 : 1.8f;
        line.LinePattern = Pattern(number);
        line.MarkerSize = x.Length == 1 ? 9 : 0;
    }

    private void Annotate(SKCanvas canvas, Plot plot, float width, float left, float right, float height)
    {
        float end = width - right, bottom = height - PlotStyle.AxisHeight;
        (int Number, RankCurve Curve)[] curves = [.. Numbered()];
        float[] ends = [.. curves.Select(numbered => plot.GetPixel(new Coordinates(0, numbered.Curve.Values[^1])).Y)];
        float[] rows = LabelColumn.Spread(ends, NameGap, 28, bottom);
        foreach ((int i, (int number, RankCurve curve)) in curves.Index())
        {
            using var leader = new SKPaint { Color = Color(curve, number), StrokeWidth = curve.IsHighlighted ? 3 : 1.8f, IsAntialias = true };
            canvas.DrawLine(end + 2, ends[i], end + 14, rows[i], leader);
            canvas.DrawLine(end + 14, rows[i], end + 20, rows[i], leader);
            MapText.Draw(canvas, curve.Name, new SKPoint(end + 25, rows[i] + 5), SKTextAlign.Left, NameFont(curve), PlotPalette.Text, right - 26);
        }

        MapText.Draw(canvas, _content.ValueTitle, new SKPoint(2, 15), SKTextAlign.Left, MapText.Regular(PlotStyle.LabelSize), PlotPalette.Text, width - 4);
        MapText.Draw(canvas, _content.RankTitle, new SKPoint((left + end) / 2, bottom + PlotStyle.AxisTitleDrop), SKTextAlign.Center, MapText.Regular(PlotStyle.LabelSize), PlotPalette.Text, end - left + right);
    }

    private IEnumerable<(int Number, RankCurve Curve)> Numbered()
    {
        int next = 0;
        foreach (RankCurve curve in _content.Curves)
        {
            yield return (curve.IsHighlighted ? -1 : next++, curve);
        }
    }

    private static SKColor Color(RankCurve curve, int number) => curve.IsHighlighted ? PlotPalette.Ours : PlotPalette.Curve(number);

    // Where colours run out, dashes part the curves.
    private static LinePattern Pattern(int number) => (Math.Max(0, number) / PlotPalette.CurveColors) switch
    {
        0 => LinePattern.Solid,
        1 => LinePattern.Dashed,
        _ => LinePattern.Dotted,
    };

    private static double Position(int rank) => Math.Log10(rank);

    private double Bottom() => Math.Min(0, Ends().Min());

    private double Top()
    {
        double high = Math.Max(0, Ends().Max());
        return high > Bottom() ? high + ((high - Bottom()) * 0.04) : Bottom() + 1;
    }

    private IEnumerable<double> Ends() => _content.Curves.SelectMany(curve => curve.Values.Concat(curve.Low ?? []).Concat(curve.High ?? []));

    private IEnumerable<int> RankTicks(bool isNarrow)
    {
        int first = _content.Ranks[0], last = _content.Ranks[^1];
        int[] steps = isNarrow || last > 1000 ? [1, 10, 100, 1000, 10_000, 100_000] : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        int[] inside = [.. steps.Where(rank => rank >= first && rank <= last)];
        return inside.Length > 1 ? inside : new[] { first, last }.Distinct();
    }

    private static SKFont NameFont(RankCurve curve) => curve.IsHighlighted ? MapText.SemiBold(PlotStyle.TickSize) : MapText.Regular(PlotStyle.TickSize);
}

/// <summary>What a <see cref="RankCurveChart"/> shows.</summary>
public sealed record RankCurveContent
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>What the vertical axis measures, with its unit or range.</summary>
    public required string ValueTitle { get; init; }

    /// <summary>What the horizontal axis counts. Default "hits looked at, k (logarithmic)".</summary>
    public string RankTitle { get; init; } = "hits looked at, k (logarithmic)";

    /// <summary>What the numbers are.</summary>
    public required string Caption { get; init; }

    /// <summary>Ranks, ascending from 1 or more.</summary>
    public required IReadOnlyList<int> Ranks { get; init; }

    /// <summary>The curves; at least one.</summary>
    public required IReadOnlyList<RankCurve> Curves { get; init; }

    internal void Validate()
    {
        if (Curves.Count == 0 || Ranks.Count == 0 || Ranks[0] < 1 || Ranks.Zip(Ranks.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ArgumentException("A rank chart shows at least one curve over ranks that ascend from 1 or more.", nameof(Ranks));
        }

        foreach (RankCurve curve in Curves)
        {
            IReadOnlyList<double>[] all = [curve.Values, curve.Low ?? curve.Values, curve.High ?? curve.Values];
            if (all.Any(values => values.Count != Ranks.Count || !values.All(double.IsFinite)))
            {
                throw new ArgumentException($"The curve of {curve.Name} has one finite value for each of {Ranks.Count} ranks.", nameof(Curves));
            }
        }
    }
}

/// <summary>A method's curve.</summary>
/// <param name="Name">The method.</param>
/// <param name="Values">One value a rank.</param>
/// <param name="Low">Lower ends of the intervals; null draws no band.</param>
/// <param name="High">Upper ends of the intervals; null draws no band.</param>
/// <param name="IsHighlighted">Whether it stands out.</param>
public sealed record RankCurve(string Name, IReadOnlyList<double> Values, IReadOnlyList<double>? Low = null, IReadOnlyList<double>? High = null, bool IsHighlighted = false);
