using SkiaSharp;

namespace Relsim.Evaluation.Reports.Plots;

/// <summary>
/// A chart: a title, plots, and a caption that says what the numbers are. The same content gives the same bytes. Safe to render from
/// several threads at once.
/// </summary>
public abstract class Chart
{
    private const float Margin = 20;
    private const float TitleSize = 19;
    private const float TitleLine = 26;
    private const float CaptionSize = 13;
    private const float CaptionLine = 19;

    /// <summary>The heading.</summary>
    internal abstract string Title { get; }

    /// <summary>The sentences below.</summary>
    internal abstract string Caption { get; }

    /// <summary>Draws the chart as a file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public byte[] Render(PlotFormat format, PlotOptions? options = null)
    {
        options ??= new PlotOptions();
        options.Validate();
        float inside = options.Width - (2 * Margin);
        IReadOnlyList<string> title = MapText.Wrap(Title, MapText.SemiBold(TitleSize), inside), caption = MapText.Wrap(Caption, MapText.Regular(CaptionSize), inside);
        PlotLayout body = Layout(inside);
        float top = Margin + (title.Count * TitleLine) + 10, below = top + body.Height + 14;
        var size = new SKSizeI(options.Width, (int)MathF.Ceiling(below + (caption.Count * CaptionLine) + Margin - 4));
        void Paint(SKCanvas canvas)
        {
            using var ground = new SKPaint { Color = PlotPalette.Ground };
            canvas.DrawRect(SKRect.Create(size.Width, size.Height), ground);
            DrawLines(canvas, title, Margin + 19, TitleLine, () => MapText.SemiBold(TitleSize), PlotPalette.Text);
            Draw(canvas, body, new SKPoint(Margin, top));
            DrawLines(canvas, caption, below + 13, CaptionLine, () => MapText.Regular(CaptionSize), PlotPalette.FaintText);
        }

        return format == PlotFormat.Png ? Png(size, options.Scale, Paint) : PlotSvg.File(size, Title, Caption, Paint);
    }

    /// <summary>The plots alone as an SVG element for a page that has the font, the title and the caption.</summary>
    /// <param name="width">Units.</param>
    /// <param name="id">What the names inside begin with; unlike that of any other chart of the page.</param>
    internal string Inline(int width, string id)
    {
        PlotLayout body = Layout(width);
        return PlotSvg.Inline(new SKSizeI(width, (int)MathF.Ceiling(body.Height)), $"{Title}. {Caption}", id, canvas => Draw(canvas, body, SKPoint.Empty));
    }

    /// <summary>Places the plots in a body of a width.</summary>
    private protected abstract PlotLayout Layout(float width);

    private static void Draw(SKCanvas canvas, PlotLayout body, SKPoint at)
    {
        foreach (PlotPanel panel in body.Panels)
        {
            canvas.Save();
            canvas.Translate(at.X + panel.Place.Left, at.Y + panel.Place.Top);

            // The first rendering of a plot draws all twice, which an SVG would keep.
            panel.Plot.RenderInMemory((int)panel.Place.Width, (int)panel.Place.Height);
            panel.Plot.Render(canvas, new ScottPlot.PixelRect(0, panel.Place.Width, panel.Place.Height, 0));
            panel.Over(canvas, panel.Plot);
            canvas.Restore();
            panel.Plot.Dispose();
        }
    }

    private static void DrawLines(SKCanvas canvas, IReadOnlyList<string> lines, float top, float height, Func<SKFont> font, SKColor color)
    {
        foreach ((int number, string line) in lines.Index())
        {
            MapText.Draw(canvas, line, new SKPoint(Margin, top + (number * height)), SKTextAlign.Left, font(), color);
        }
    }

    private static byte[] Png(SKSizeI size, int scale, Action<SKCanvas> paint)
    {
        using var surface = SKSurface.Create(new SKImageInfo(size.Width * scale, size.Height * scale, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Scale(scale);
        paint(surface.Canvas);
        using SKImage image = surface.Snapshot();
        return SkiaImages.Encode(image, SKEncodedImageFormat.Png, 100);
    }
}
