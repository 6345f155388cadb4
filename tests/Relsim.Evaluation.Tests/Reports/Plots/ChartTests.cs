using System.Text;
using System.Xml.Linq;
using Relsim.Evaluation.Reports.Plots;
using Relsim.Evaluation.Statistics;
using SkiaSharp;

namespace Relsim.Evaluation.Tests.Reports.Plots;

public sealed class ChartTests
{
    private const string Hostile = "<script>&\"</text>";

    private static readonly Dictionary<string, Chart> Charts = new()
    {
        ["bars"] = new BarChart(Bars(new("relsim", new Estimate(0.912, 0.894, 0.929, 100), IsHighlighted: true), new("DINO", new Estimate(0.5, 0.41, 0.6, 100), Note: "Measured twice."), new(Hostile, new Estimate(0.25, 0, 1, 3)))),
        ["preferences"] = new PreferenceChart(new PreferenceChartContent { Title = "Preferences", Caption = "880 votes.", Bars = [new("relsim", "DreamSim", 427, 150, 303), new("relsim", Hostile, 1, 0, 0)] }),
        ["curves"] = new RankCurveChart(Curves(15)),
        ["calibration"] = new CalibrationChart(Calibration()),
    };

    public static TheoryData<string> Names => [.. Charts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Render_TwiceAndInParallel_GivesTheSameBytes(string name)
    {
        foreach (PlotFormat format in Enum.GetValues<PlotFormat>())
        {
            byte[] first = Charts[name].Render(format);
            byte[][] others = [.. Enumerable.Range(0, 4).AsParallel().Select(_ => Charts[name].Render(format))];
            Assert.All(others, other => Assert.Equal(first, other));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Render_AsPng_HasTheWidthAndScaleAsked(string name)
    {
        using SKBitmap small = SKBitmap.Decode(Charts[name].Render(PlotFormat.Png, new PlotOptions { Width = 400, Scale = 1 }));
        using SKBitmap large = SKBitmap.Decode(Charts[name].Render(PlotFormat.Png, new PlotOptions { Width = 400, Scale = 3 }));
        Assert.Equal((400, 1200, small.Height * 3), (small.Width, large.Width, large.Height));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Render_AsSvg_IsWholeAndRefersToNothingOutside(string name)
    {
        foreach (int width in new[] { 390, 880 })
        {
            XElement svg = Svg(Charts[name], width);
            string[] ids = [.. svg.Descendants().Attributes("id").Select(id => id.Value)];
            Assert.Equal(ids.Length, ids.Distinct().Count());
            Assert.Equal(svg.Attribute("viewBox")!.Value, $"0 0 {svg.Attribute("width")!.Value} {svg.Attribute("height")!.Value}");
            foreach (string reference in svg.Descendants().Attributes().Select(attribute => attribute.Value).Where(value => value.StartsWith("url(", StringComparison.Ordinal)))
            {
                Assert.Contains(reference["url(#".Length..^1], ids);
            }

            Assert.DoesNotContain(svg.Descendants().Attributes(), attribute => attribute.Name.LocalName == "href" && !attribute.Value.StartsWith("data:", StringComparison.Ordinal) && !attribute.Value.StartsWith('#'));
            Assert.DoesNotContain(svg.DescendantsAndSelf(), element => element.Name.LocalName is "script" or "foreignObject");
        }
    }

    [Fact]
    public void Render_OfBars_WritesEveryNameValueAndNote()
    {
        string[] texts = Texts(Charts["bars"], 880);
        Assert.All(["relsim", "0.912", "DINO\u00b9", "0.500", Hostile, "0.250", "score, 0 to 1"], text => Assert.Contains(text, texts));
        Assert.Contains(texts, text => text.Contains("\u00b9 Measured twice.", StringComparison.Ordinal));
    }

    [Fact]
    public void Render_OfBars_PutsTheBestFirstAndThoseWithoutAValueLast()
    {
        BarChartItem[] items = [new("low", new Estimate(1, double.NaN, double.NaN, 1)), new("none", new Estimate(double.NaN, double.NaN, double.NaN, 0)), new("high", new Estimate(2, double.NaN, double.NaN, 1))];
        Assert.Equal(["high", "low", "none"], Texts(new BarChart(Bars(items)), 880).Where(text => text is "high" or "low" or "none"));
        Assert.Equal(["low", "high", "none"], Texts(new BarChart(Bars(items) with { LowerIsBetter = true }), 880).Where(text => text is "high" or "low" or "none"));
        Assert.Contains("no value", Texts(new BarChart(Bars(items)), 390));
    }

    [Fact]
    public void Render_OfPreferences_WritesShares() =>
        Assert.All(["48.5 %", "17.0 %", "34.4 %", "100.0 %", "880 votes", "against DreamSim", "relsim preferred"], text => Assert.Contains(text, Texts(Charts["preferences"], 880)));

    [Theory]
    [InlineData(390)]
    [InlineData(880)]
    public void Render_OfCurves_NamesEachAtItsEnd(int width)
    {
        string[] texts = Texts(Charts["curves"], width);
        Assert.All(Enumerable.Range(0, 15), i => Assert.Contains($"method {i}", texts));
        Assert.All(["1", "10", "100"], tick => Assert.Contains(tick, texts));
    }

    [Fact]
    public void Render_OfACalibration_WritesThresholdAndTitles() =>
        Assert.All(["precision 0.9 from 0.61 on", "probability given", "pairs at each point, at most 30"], text => Assert.Contains(text, Texts(Charts["calibration"], 880)));

    [Theory]
    [InlineData(320, 1)]
    [InlineData(320, 15)]
    [InlineData(4096, 15)]
    public void Render_OfAnyNumberOfMethods_KeepsLettersInside(int width, int methods)
    {
        const string longName = "a method whose name goes on and on until no column can hold it any more, not even on a wide page of paper";
        BarChartItem[] items = [.. Enumerable.Range(0, methods).Select(i => new BarChartItem($"{longName} {i}", new Estimate(1e-3 * (i + 1), 0, 1, 2)))];
        PreferenceBar[] bars = [.. Enumerable.Range(0, methods).Select(i => new PreferenceBar(longName, $"{longName} {i}", i, 1, 1000))];
        Chart[] charts = [new BarChart(Bars(items)), new PreferenceChart(new PreferenceChartContent { Title = longName, Caption = longName, Bars = bars }), new RankCurveChart(Curves(methods, longName))];
        foreach (XElement svg in charts.Select(chart => Svg(chart, width)))
        {
            Assert.All(Lines(svg), line => Assert.InRange(line.Left, 0, width - 8));
        }
    }

    [Fact]
    public void Render_OfValuesBelowZero_Draws()
    {
        string[] texts = Texts(new BarChart(Bars(new("a", new Estimate(-0.5, -0.7, -0.3, 9)), new("b", new Estimate(0.5, 0.3, 0.7, 9)))), 880);
        Assert.Contains("\u22120.500", texts);
    }

    [Fact]
    public void Chart_OfBadInput_SaysWhatIsWrong()
    {
        Assert.Throws<ArgumentException>(() => new BarChart(Bars()));
        Assert.Contains("bad", Assert.Throws<ArgumentException>(() => new BarChart(Bars(new BarChartItem("bad", new Estimate(double.PositiveInfinity, 2, 3, 1))))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PreferenceChart(new PreferenceChartContent { Title = "", Caption = "", Bars = [new("a", "b", 0, 0, 0)] }));
        Assert.Throws<ArgumentException>(() => new RankCurveChart(Curves(2) with { Ranks = [1, 1, 5] }));
        Assert.Throws<ArgumentException>(() => new RankCurveChart(Curves(2) with { Ranks = [1, 2] }));
        Assert.Throws<ArgumentException>(() => new CalibrationChart(Calibration() with { Bins = [new CalibrationBin(0.5, double.NaN, 0, 1, 3)] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Charts["bars"].Render(PlotFormat.Png, new PlotOptions { Width = 10 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Charts["bars"].Render(PlotFormat.Png, new PlotOptions { Scale = 9 }));
    }

    [Fact]
    public void DarkRules_OfThePalette_CoverEveryColourOfTheCharts()
    {
        string rules = PlotPalette.DarkRules(".plot");
        foreach (XElement svg in Charts.Values.Select(chart => Svg(chart, 880)))
        {
            string[] colors = [.. svg.Descendants().Attributes().Where(a => a.Name == "fill" || a.Name == "stroke").Select(a => $"[{a.Name}=\"{a.Value}\"]").Where(rule => !rule.Contains("none", StringComparison.Ordinal)).Distinct()];
            Assert.All(colors, color => Assert.Contains(color, rules, StringComparison.Ordinal));
        }
    }

    private static BarChartContent Bars(params BarChartItem[] items) => new() { Title = "Scores", AxisTitle = "score, 0 to 1", Caption = "100 queries.", Items = items };

    private static RankCurveContent Curves(int count, string name = "method") => new()
    {
        Title = "Recall",
        ValueTitle = "recall@k, 0 to 1",
        Caption = "100 queries.",
        Ranks = [1, 10, 100],
        Curves = [.. Enumerable.Range(0, count).Select(i => new RankCurve($"{name} {i}", [0.1, 0.3, 0.5 + (i * 0.001)], [0, 0.2, 0.4], [0.2, 0.4, 0.9], IsHighlighted: i == 0))],
    };

    private static CalibrationChartContent Calibration() => new()
    {
        Title = "Calibration",
        Caption = "60 pairs.",
        Bins = [new CalibrationBin(0.2, 0.3, 0.1, 0.5, 30), new CalibrationBin(1, 1, 0.8, 1, 30)],
        Curve = [new CalibrationPoint(-0.5, 0), new CalibrationPoint(1, 1)],
        Threshold = 0.61,
        ThresholdLabel = "precision 0.9 from 0.61 on",
    };

    private static XElement Svg(Chart chart, int width) => XElement.Parse(Encoding.UTF8.GetString(chart.Render(PlotFormat.Svg, new PlotOptions { Width = width })));

    private static string[] Texts(Chart chart, int width) => [.. Svg(chart, width).Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value)];

    // Where the last letter of each line begins, in the chart's units.
    private static IEnumerable<(string Text, double Left)> Lines(XElement svg)
    {
        foreach (XElement text in svg.Descendants().Where(element => element.Name.LocalName == "text"))
        {
            string transform = (string?)text.Attribute("transform") ?? "translate(0 0)";
            double offset = transform.StartsWith("translate(", StringComparison.Ordinal) ? Number(transform["translate(".Length..].Split(' ', ')')[0]) : 0;
            yield return (text.Value, offset + Number(text.Attribute("x")!.Value.Split(", ")[^1]));
        }
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
