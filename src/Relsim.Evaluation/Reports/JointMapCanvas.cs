using System.Globalization;
using System.Numerics;
using Relsim.Imaging;
using SkiaSharp;

namespace Relsim.Evaluation.Reports;

/// <summary>Draws one map in a design space that is 1600 wide.</summary>
internal sealed class JointMapCanvas
{
    public const float DesignWidth = 1600;

    private const float Gap = 7;
    private const float Corner = 9;
    private const float QuerySide = 148;

    private static readonly SKSamplingOptions Smooth = new(SKFilterMode.Linear, SKMipmapMode.Linear);

    private readonly SKCanvas _canvas;
    private readonly JointMapContent _content;
    private readonly JointMapOptions _options;
    private readonly MapPalette _palette;
    private readonly SKRect _plot;
    private readonly MapAxis _x;
    private readonly MapAxis _y;
    private readonly bool _isVector;

    public JointMapCanvas(SKCanvas canvas, float height, JointMapContent content, JointMapOptions options, bool isVector)
    {
        _isVector = isVector;
        _canvas = canvas;
        _content = content;
        _options = options;
        _palette = MapPalette.Of(options.Theme);
        _plot = new SKRect(132, 268, DesignWidth - 48, height - 132);
        float inset = (options.ThumbnailSide / 2f) + 14;
        _x = new MapAxis(content.Items.Select(item => item.Attribute), _plot.Left, _plot.Right, inset);
        _y = new MapAxis(content.Items.Select(item => item.Relational), _plot.Bottom, _plot.Top, inset);
    }

    public void Draw()
    {
        Vector2[] centres = [.. _content.Items.Select(item => new Vector2(_x.At(item.Attribute), _y.At(item.Relational)))];
        (int Number, RgbImage Picture)[] drawn =
        [
            .. ThumbnailPlacement.Choose(centres, JointMap.Weights(_content.Items, centres), _options.ThumbnailSide + Gap)
                .Select(i => (i, _content.Items[i].Thumbnail())).Where(pair => pair.Item2 is not null).Select(pair => (pair.i, pair.Item2!)),
        ];
        using var ground = new SKPaint { Color = _palette.Ground };
        _canvas.DrawRect(SKRect.Create(DesignWidth, _plot.Bottom + 132), ground);
        DrawPlot();
        DrawGrid();
        DrawDots(centres, [.. drawn.Select(pair => pair.Number)]);

        // The most important are drawn last, above the shadows of the others.
        foreach ((int i, RgbImage picture) in drawn.Reverse())
        {
            Vector2 corner = centres[i] - new Vector2(_options.ThumbnailSide / 2f);
            var box = SKRect.Create(corner.X, corner.Y, _options.ThumbnailSide, _options.ThumbnailSide);
            DrawPicture(picture, box, Corner, MarkColor(_content.Items[i].Mark));
        }

        DrawHeader(drawn.Length);
        DrawAxisTitles();
        DrawCorners();
    }

    private SKColor? MarkColor(MapMark mark) => mark switch
    {
        MapMark.RelationalNeighbor => _palette.Logic,
        MapMark.AttributeNeighbor => _palette.Look,
        _ => null,
    };

    private void DrawPlot()
    {
        using var fill = new SKPaint { Color = _palette.Plot, IsAntialias = true };
        _canvas.DrawRoundRect(_plot, 18, 18, fill);
        _canvas.Save();
        using var clip = new SKRoundRect(_plot, 18, 18);
        _canvas.ClipRoundRect(clip, antialias: true);
        if (!_isVector)
        {
            Tint(new SKPoint(_plot.Left, _plot.Top), _palette.Logic);
            Tint(new SKPoint(_plot.Right, _plot.Bottom), _palette.Look);
        }

        _canvas.Restore();
        using var border = new SKPaint { Color = _palette.Border, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1.5f };
        _canvas.DrawRoundRect(_plot, 18, 18, border);
    }

    // A breath of colour in the two corners where the kinds of likeness part.
    private void Tint(SKPoint corner, SKColor color)
    {
        using SKShader shader = SKShader.CreateRadialGradient(
            corner, _plot.Width * 0.55f, [color.WithAlpha(34), color.WithAlpha(0)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true, IsDither = true };
        _canvas.DrawRect(_plot, paint);
    }

    private void DrawGrid()
    {
        using var line = new SKPaint { Color = _palette.Line, IsAntialias = true, StrokeWidth = 1.5f };
        foreach (double tick in _x.Ticks)
        {
            float x = _x.At(tick);
            if (x > _plot.Left + 12 && x < _plot.Right - 12)
            {
                _canvas.DrawLine(x, _plot.Top + 1, x, _plot.Bottom - 1, line);
                MapText.Draw(_canvas, Label(tick, _x), new SKPoint(x, _plot.Bottom + 30), SKTextAlign.Center, MapText.Regular(19), _palette.FaintText);
            }
        }

        foreach (double tick in _y.Ticks)
        {
            float y = _y.At(tick);
            if (y > _plot.Top + 12 && y < _plot.Bottom - 12)
            {
                _canvas.DrawLine(_plot.Left + 1, y, _plot.Right - 1, y, line);
                MapText.Draw(_canvas, Label(tick, _y), new SKPoint(_plot.Left - 14, y + 7), SKTextAlign.Right, MapText.Regular(19), _palette.FaintText);
            }
        }
    }

    private static string Label(double tick, MapAxis axis) =>
        tick.ToString($"F{axis.Decimals}", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    private void DrawDots(Vector2[] centres, HashSet<int> pictured)
    {
        using var dot = new SKPaint { IsAntialias = true };
        for (int i = 0; i < centres.Length; i++)
        {
            if (!pictured.Contains(i))
            {
                SKColor? mark = MarkColor(_content.Items[i].Mark);
                dot.Color = mark ?? _palette.FaintText.WithAlpha(90);
                _canvas.DrawCircle(centres[i].X, centres[i].Y, mark is null ? 3 : 5, dot);
            }
        }
    }

    private void DrawPicture(RgbImage picture, SKRect box, float corner, SKColor? frame)
    {
        if (!_isVector)
        {
            using SKImageFilter blur = SKImageFilter.CreateDropShadowOnly(0, 3, 5, 5, _palette.Shadow);
            using var shadow = new SKPaint { ImageFilter = blur, IsAntialias = true };
            _canvas.DrawRoundRect(box, corner, corner, shadow);
        }

        _canvas.Save();
        using var clip = new SKRoundRect(box, corner, corner);
        _canvas.ClipRoundRect(clip, antialias: true);
        using SKImage image = _isVector ? Small(picture, box.Width) : SkiaImages.ToSkia(picture);

        // Pictures fill their square; what sticks out on the longer side is cut.
        float side = Math.Min(image.Width, image.Height);
        SKRect source = SKRect.Create((image.Width - side) / 2, (image.Height - side) / 2, side, side);
        _canvas.DrawImage(image, source, box, Smooth);
        _canvas.Restore();
        using var border = new SKPaint
        {
            Color = frame ?? _palette.Border,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = frame is null ? 1.5f : 4,
        };
        _canvas.DrawRoundRect(box, corner, corner, border);
    }

    // An SVG keeps whole pictures, whatever their size on it.
    private static SKImage Small(RgbImage picture, float side)
    {
        int longest = (int)Math.Ceiling(2 * side * Math.Max(picture.Width, picture.Height) / Math.Min(picture.Width, picture.Height));
        return SkiaImages.ToSkia(Thumbnail.Fit(picture, longest));
    }

    private void DrawHeader(int drawn)
    {
        var box = SKRect.Create(48, 40, QuerySide, QuerySide);
        DrawPicture(_content.Query, box, 14, _palette.Text);
        const float left = 48 + QuerySide + 32;
        float width = _plot.Right - left;
        MapText.Draw(_canvas, "THE QUERY", new SKPoint(left, 66), SKTextAlign.Left, MapText.SemiBold(17), _palette.FaintText);
        MapText.Draw(_canvas, _options.Title, new SKPoint(left, 116), SKTextAlign.Left, MapText.SemiBold(43), _palette.Text, width);
        MapText.Draw(_canvas, _content.Caption, new SKPoint(left, 153), SKTextAlign.Left, MapText.Regular(24), _palette.FaintText, width);
        float next = DrawLegend(left, _palette.Logic, "nearest by logic");
        next = DrawLegend(next, _palette.Look, "nearest by look");
        string count = string.Create(CultureInfo.InvariantCulture, $"{_content.Items.Count:N0} pictures");
        string text = drawn == _content.Items.Count ? count : string.Create(CultureInfo.InvariantCulture, $"{count}, {drawn:N0} drawn, the others are dots");
        MapText.Draw(_canvas, text, new SKPoint(next, 187), SKTextAlign.Left, MapText.Regular(19), _palette.FaintText, _plot.Right - next);
    }

    private float DrawLegend(float left, SKColor color, string text)
    {
        using var frame = new SKPaint { Color = color, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 3.5f };
        _canvas.DrawRoundRect(SKRect.Create(left + 2, 172, 16, 16), 4, 4, frame);
        MapText.Draw(_canvas, text, new SKPoint(left + 28, 187), SKTextAlign.Left, MapText.Regular(19), _palette.Text);
        return left + 28 + MapText.Measure(text, MapText.Regular(19)) + 32;
    }

    private void DrawAxisTitles()
    {
        var below = new SKPoint(_plot.MidX, _plot.Bottom + 86);
        var beside = new SKPoint(50, _plot.MidY);
        MapText.Draw(_canvas, _options.AttributeTitle + " \u2192", below, SKTextAlign.Center, MapText.SemiBold(24), _palette.Look);
        _canvas.Save();
        _canvas.RotateDegrees(-90, beside.X, beside.Y);
        MapText.Draw(_canvas, _options.RelationalTitle + " \u2192", beside, SKTextAlign.Center, MapText.SemiBold(24), _palette.Logic);
        _canvas.Restore();
    }

    private void DrawCorners()
    {
        float above = _plot.Top - 18, below = _plot.Bottom + 86;
        DrawCorner("same logic, unlike looks", _plot.Left + 4, above, SKTextAlign.Left);
        DrawCorner("same logic and looks", _plot.Right - 4, above, SKTextAlign.Right);
        DrawCorner("unrelated", _plot.Left + 4, below, SKTextAlign.Left);
        DrawCorner("looks alike only", _plot.Right - 4, below, SKTextAlign.Right);
    }

    private void DrawCorner(string text, float x, float y, SKTextAlign align) =>
        MapText.Draw(_canvas, text, new SKPoint(x, y), align, MapText.SemiBold(24), _palette.Text);
}
