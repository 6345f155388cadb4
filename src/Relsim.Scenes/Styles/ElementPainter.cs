using System.Numerics;
using SkiaSharp;

namespace Relsim.Scenes.Styles;

/// <summary>Paints a scene's elements in order, on a ground that is already there.</summary>
internal sealed class ElementPainter : IDisposable
{
    private const float ReferenceSide = 128;

    // A thin line needs more than an area does.
    private const float LineDistance = 0.32f;

    private readonly PaintBox _box;
    private readonly SKCanvas _canvas;
    private readonly Technique _technique;
    private readonly Palette _colors;
    private readonly PathMaker _paths;
    private readonly SKShader? _texture;
    private readonly Vector2 _light;

    public ElementPainter(PaintBox box, Style style, SceneRandom random)
    {
        _box = box;
        _canvas = box.Canvas;
        _technique = style.Technique;
        _colors = style.Colors;
        _paths = new PathMaker(box.Side, _technique.Wobble * box.Side, (random.Whole(0, 255), random.Whole(0, 255)));
        (float sin, float cos) = MathF.SinCos(_technique.LightAngle);
        _light = new Vector2(cos, sin);
        if (_technique.Texture != InkTexture.None)
        {
            float scale = _technique.TextureScale * box.Side / ReferenceSide;
            SKMatrix place = SKMatrix.CreateTranslation(random.Uniform(0, 256), random.Uniform(0, 256))
                .PreConcat(SKMatrix.CreateRotation(_technique.TextureAngle))
                .PreConcat(SKMatrix.CreateScale(scale, scale));
            _texture = InkTextureTile.Shader(_technique.Texture, place);
        }

        box.Paint.IsAntialias = _technique.PixelSize == 0;
    }

    /// <summary>Paints all elements, with the shadows and the glow that belong to them.</summary>
    public void Paint(IReadOnlyList<Element> elements)
    {
        bool softShadow = _technique.Shadow > 0 && _technique.ShadowBlur > 0;
        if (softShadow)
        {
            PaintBlurred(elements, _technique.ShadowBlur, _technique.Shadow, PaintShadow);
        }

        if (_technique.Glow > 0)
        {
            PaintBlurred(elements, _technique.Glow, 0.85f, PaintGlow);
        }

        foreach (Element element in elements)
        {
            if (_technique.Shadow > 0 && !softShadow)
            {
                PaintWithin(element, _technique.Shadow, PaintShadow);
            }

            PaintWithin(element, 1, PaintElement);
        }
    }

    public void Dispose()
    {
        _box.Paint.Shader = null;
        _texture?.Dispose();
    }

    private void PaintBlurred(IReadOnlyList<Element> elements, float blur, float opacity, Action<Element> paint)
    {
        using SKImageFilter filter = SKImageFilter.CreateBlur(blur * _box.Side, blur * _box.Side);
        _box.LayerPaint.ImageFilter = filter;
        _box.LayerPaint.Color = SKColors.Black.WithAlpha((byte)(255 * opacity));
        _canvas.SaveLayer(_box.LayerPaint);
        _box.LayerPaint.ImageFilter = null;
        foreach (Element element in elements)
        {
            PaintWithin(element, 1, paint);
        }

        _canvas.Restore();
    }

    /// <summary>Paints within the element's clip, paled by its fade.</summary>
    private void PaintWithin(Element element, float opacity, Action<Element> paint)
    {
        float visible = opacity * (1 - Math.Clamp(element.Fade, 0, 1));
        if (visible < 1 / 255f)
        {
            return;
        }

        int saved = _canvas.Save();
        for (Element? clip = element.ClipTo; clip is not null; clip = clip.ClipTo)
        {
            ClipTo(clip);
        }

        if (visible < 1)
        {
            _box.LayerPaint.Color = SKColors.Black.WithAlpha((byte)((255 * visible) + 0.5f));
            _canvas.SaveLayer(BoundsOf(element), _box.LayerPaint);
        }

        paint(element);
        _canvas.RestoreToCount(saved);
    }

    private void ClipTo(Element clip)
    {
        using var inside = new SKPath();
        foreach (ShapePart part in clip.Shape.Parts)
        {
            if (!part.Closed)
            {
                continue;
            }

            _box.Path.Rewind();
            _paths.Add(_box.Path, clip, part);
            if (inside.IsEmpty)
            {
                inside.AddPath(_box.Path);
            }
            else
            {
                inside.Op(_box.Path, SKPathOp.Union, inside);
            }
        }

        _canvas.ClipPath(inside, SKClipOperation.Intersect, _box.Paint.IsAntialias);
    }

    private SKRect BoundsOf(Element element)
    {
        var low = new Vector2(float.MaxValue);
        var high = new Vector2(float.MinValue);
        foreach (ShapePart part in element.Shape.Parts)
        {
            foreach (Vector2 point in part.Points)
            {
                Vector2 placed = element.ToScene(point) * _box.Side;
                low = Vector2.Min(low, placed);
                high = Vector2.Max(high, placed);
            }
        }

        float margin = _box.Side * 0.05f * MathF.Max(1, element.Stroke);
        return new SKRect(low.X - margin, low.Y - margin, high.X + margin, high.Y + margin);
    }

    private Body BodyOf(Element element) => element.Fill switch
    {
        Fill.Solid => _technique.SolidBody,
        Fill.Outline => Body.Line,
        Fill.Striped or Fill.Dotted or Fill.Checked => Body.Patterned,

        // A tone that only thin lines carried could not be read.
        _ when element.Tone is not null && _technique.Body is Body.Line or Body.Textured => _technique.SolidBody,
        _ => _technique.Body,
    };

    private InkColor ColorOf(Element element, int ink) =>
        element.Tone is { } tone && ink == 0 ? _colors.Ramp(tone) : _colors.Ink(element.Ink + ink);

    private void PaintShadow(Element element)
    {
        float reach = _technique.ShadowReach * _box.Side;
        var shift = new SKPoint(-_light.X * reach, -_light.Y * reach);
        Body body = BodyOf(element);
        foreach (ShapePart part in element.Shape.Parts)
        {
            SKRect bounds = MakePath(element, part, shift: shift);
            if (part.Closed && body != Body.Line)
            {
                FillPath(_box.Path, InkColor.Black);
            }
            else
            {
                StrokePath(_box.Path, InkColor.Black, WidthOf(element, part, bounds));
            }
        }
    }

    private void PaintGlow(Element element)
    {
        foreach (ShapePart part in element.Shape.Parts)
        {
            SKRect bounds = MakePath(element, part);
            StrokePath(_box.Path, ColorOf(element, part.Ink), 2.2f * WidthOf(element, part, bounds));
        }
    }

    private void PaintElement(Element element)
    {
        Body body = BodyOf(element);
        InkColor bodyColor = ColorOf(element, 0);
        ShapePart? first = element.Shape.Parts.Count > 0 && element.Shape.Parts[0].Closed ? element.Shape.Parts[0] : null;
        for (int i = 0; i < element.Shape.Parts.Count; i++)
        {
            ShapePart part = element.Shape.Parts[i];
            InkColor color = ColorOf(element, part.Ink);
            if (!part.Closed)
            {
                bool covered = IsFilled(body) && first is not null && LiesWithin(part.Points, first.Points);
                PaintStroke(element, part, covered ? _colors.VisibleOn(bodyColor, color, LineDistance) : color);
            }
            else if (part.Ink == 0)
            {
                PaintBody(element, part, body, color, isFirst: i == 0);
            }
            else
            {
                PaintDetail(element, part, body, color, bodyColor);
            }
        }
    }

    /// <summary>Whether mostly ink, not ground, shows within the body.</summary>
    private bool IsFilled(Body body) =>
        body is Body.Solid or Body.Edged or Body.Shaded or Body.Wash or Body.Dense || (body == Body.Textured && _technique.Texture == InkTexture.Gouge);

    private void PaintStroke(Element element, ShapePart part, InkColor color)
    {
        SKRect bounds = MakePath(element, part);
        StrokePasses(element, part, color, WidthOf(element, part, bounds));
    }

    private void PaintBody(Element element, ShapePart part, Body body, InkColor color, bool isFirst)
    {
        SKRect bounds = MakePath(element, part);
        float width = WidthOf(element, part, bounds);
        if (isFirst && _technique.Halo > 0 && body != Body.Line)
        {
            StrokePath(_box.Path, _colors.Middle, (2 * _technique.Halo * _box.Side) + (IsFilled(body) ? 0 : width));
        }

        switch (body)
        {
            case Body.Line:
                StrokePasses(element, part, color, width);
                break;
            case Body.Solid:
                FillPath(_box.Path, color);
                break;
            case Body.Edged:
                FillPath(_box.Path, color);
                StrokePasses(element, part, _technique.Glow > 0 ? color : _colors.Line, 0.65f * width);
                break;
            case Body.Shaded:
                FillShaded(_box.Path, bounds, color);
                break;
            case Body.Wash:
                FillWash(element, part, color);
                break;
            case Body.Textured:
                FillPath(_box.Path, _colors.Middle);
                FillTextured(_box.Path, color);
                StrokePasses(element, part, color, width);
                break;
            case Body.Dense:
                FillPath(_box.Path, InkColor.Mix(color, _colors.Middle, 0.3f));
                FillTextured(_box.Path, color);
                StrokePasses(element, part, color, width);
                break;
            case Body.Patterned:
                FillPath(_box.Path, _colors.Middle);
                FillPattern(element, bounds, color);
                StrokePasses(element, part, color, width);
                break;
        }
    }

    /// <summary>A closed part in another ink than the body: eyes, windows, seeds.</summary>
    private void PaintDetail(Element element, ShapePart part, Body body, InkColor color, InkColor bodyColor)
    {
        SKRect bounds = MakePath(element, part);
        float width = WidthOf(element, part, bounds);
        if (body == Body.Line)
        {
            StrokePasses(element, part, color, width);
            return;
        }

        bool isFilled = IsFilled(body);
        InkColor visible = isFilled ? _colors.VisibleOn(bodyColor, color) : _colors.Middle;
        FillPath(_box.Path, visible);

        // What was turned to the ground's color needs a rim where it stands beyond the body.
        if (!isFilled || visible != color || body == Body.Edged)
        {
            InkColor rim = body == Body.Edged && visible == color ? _colors.Line : isFilled ? bodyColor : color;
            StrokePasses(element, part, rim, 0.7f * width);
        }
    }

    private SKRect MakePath(Element element, ShapePart part, int pass = 0, SKPoint shift = default)
    {
        _box.Path.Rewind();
        return _paths.Add(_box.Path, element, part, pass, shift);
    }

    /// <summary>Outlines of small things are thinner, lest outline and filled look alike.</summary>
    private float WidthOf(Element element, ShapePart part, SKRect bounds)
    {
        float width = MathF.Min(_technique.LineWidth * _box.Side, 0.16f * PathMaker.Extent(bounds, part.Closed));
        return MathF.Max(1, MathF.Max(1, width) * element.Stroke);
    }

    private void FillPath(SKPath path, InkColor color, float opacity = 1)
    {
        SKPaint paint = _box.Paint;
        paint.Style = SKPaintStyle.Fill;
        paint.Color = color.ToSkia(opacity);
        _canvas.DrawPath(path, paint);
    }

    private void FillTextured(SKPath path, InkColor color)
    {
        _box.Paint.Shader = _texture;
        FillPath(path, color);
        _box.Paint.Shader = null;
    }

    private void FillShaded(SKPath path, SKRect bounds, InkColor color)
    {
        float radius = 0.62f * MathF.Max(1, MathF.Max(bounds.Width, bounds.Height));
        var center = new SKPoint(bounds.MidX + (_light.X * 0.22f * bounds.Width), bounds.MidY + (_light.Y * 0.22f * bounds.Height));
        InkColor lit = InkColor.Mix(color, InkColor.White, _colors.IsDark ? 0.45f : 0.3f);
        InkColor shade = InkColor.Mix(color, InkColor.Black, _colors.IsDark ? 0.3f : 0.45f);
        using SKShader shader = SKShader.CreateRadialGradient(
            center, radius, [lit.ToSkia(), color.ToSkia(), shade.ToSkia()], [0, 0.45f, 1], SKShaderTileMode.Clamp);
        _box.Paint.Shader = shader;
        FillPath(path, color);
        _box.Paint.Shader = null;
    }

    private void FillWash(Element element, ShapePart part, InkColor color)
    {
        for (int pass = 0; pass < 3; pass++)
        {
            if (pass > 0)
            {
                MakePath(element, part, pass);
            }

            FillPath(_box.Path, color, 0.34f);
        }

        FillTextured(_box.Path, InkColor.Mix(color, InkColor.Black, 0.15f));

        SKPaint paint = _box.Paint;
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = MathF.Max(0.8f, _box.Side * 0.008f);
        paint.Color = InkColor.Mix(color, InkColor.Black, 0.25f).ToSkia(0.5f);
        _canvas.DrawPath(_box.Path, paint);
    }

    private void FillPattern(Element element, SKRect bounds, InkColor color)
    {
        SKPath pattern = _box.PatternPath;
        pattern.Rewind();
        float step = Math.Clamp(0.21f * PathMaker.Extent(bounds, closed: true), 0.028f * _box.Side, 0.07f * _box.Side);
        Vector2 center = new(bounds.MidX, bounds.MidY);
        float reach = 0.5f * MathF.Sqrt((bounds.Width * bounds.Width) + (bounds.Height * bounds.Height));
        PatternMaker.Add(pattern, element.Fill, center, reach, step, element.Rotation + 0.6f);
        int saved = _canvas.Save();
        _canvas.ClipPath(_box.Path, SKClipOperation.Intersect, _box.Paint.IsAntialias);
        FillPath(pattern, color);
        _canvas.RestoreToCount(saved);
    }

    /// <summary>Strokes the current path, and goes over it as often as the hand does.</summary>
    private void StrokePasses(Element element, ShapePart part, InkColor color, float width)
    {
        if (_technique.TexturedStrokes)
        {
            // Thin lines broken by the grain alone would read as dashes.
            StrokePath(_box.Path, color, 0.85f * width, 0.7f);
            _box.Paint.Shader = _texture;
        }

        StrokePath(_box.Path, color, width);
        for (int pass = 1; pass < _technique.Passes; pass++)
        {
            MakePath(element, part, pass);
            StrokePath(_box.Path, color, 0.7f * width);
        }

        _box.Paint.Shader = null;
        if (_technique.Glow > 0 && color != _colors.Middle)
        {
            StrokePath(_box.Path, InkColor.Mix(color, InkColor.White, 0.6f), 0.45f * width);
        }
    }

    private void StrokePath(SKPath path, InkColor color, float width, float opacity = 1)
    {
        SKPaint paint = _box.Paint;
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = width;
        paint.Color = color.ToSkia(opacity);
        _canvas.DrawPath(path, paint);
    }

    /// <summary>Whether most of the points lie within a polygon (even-odd).</summary>
    private static bool LiesWithin(Vector2[] points, Vector2[] polygon)
    {
        int within = 0;
        foreach (Vector2 point in points)
        {
            bool inside = false;
            for (int i = 0, j = polygon.Length - 1; i < polygon.Length; j = i++)
            {
                (Vector2 a, Vector2 b) = (polygon[i], polygon[j]);
                if (a.Y > point.Y != b.Y > point.Y && point.X < ((b.X - a.X) * (point.Y - a.Y) / (b.Y - a.Y)) + a.X)
                {
                    inside = !inside;
                }
            }

            within += inside ? 1 : 0;
        }

        return 2 * within > points.Length;
    }
}
