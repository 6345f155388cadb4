using SkiaSharp;

namespace Relsim.Scenes.Styles;

/// <summary>Paints what lies behind the elements: never anything that could be read as a relation.</summary>
internal static class GroundPainter
{
    /// <summary>Covers the whole canvas.</summary>
    public static void Paint(PaintBox box, Style style, SceneRandom random)
    {
        Palette colors = style.Colors;
        Background background = style.Technique.Background;
        box.Canvas.Clear((background is Background.Plain or Background.Grid ? colors.Ground : colors.Middle).ToSkia());
        switch (background)
        {
            case Background.Gradient:
                PaintGradient(box, colors, random);
                break;
            case Background.Grid:
                PaintGrid(box, colors, random);
                break;
            case not Background.Plain:
                PaintTexture(box, colors, Tile(background), random);
                break;
        }

        if (style.Technique.Specks > 0)
        {
            PaintSpecks(box, colors, style.Technique.Specks, random);
        }
    }

    private static NoiseTile Tile(Background background) => background switch
    {
        Background.Wood => NoiseTile.Wood,
        Background.Cloth => NoiseTile.Cloth,
        Background.Grass => NoiseTile.Grass,
        Background.Stone => NoiseTile.Stone,
        Background.Paper => NoiseTile.Paper,
        _ => NoiseTile.Cloud,
    };

    private static void PaintTexture(PaintBox box, Palette colors, NoiseTile tile, SceneRandom random)
    {
        // Half the way between the extremes: the middle plus or minus this stays between them.
        const float Reach = 127.5f;
        int red = (int)(Reach * (colors.Ground.R - colors.GroundShade.R));
        int green = (int)(Reach * (colors.Ground.G - colors.GroundShade.G));
        int blue = (int)(Reach * (colors.Ground.B - colors.GroundShade.B));
        PixelFinish.Add(box.Pixels, box.Side, tile, random.Whole(0, 255), random.Whole(0, 255), red, green, blue);
    }

    private static void PaintGradient(PaintBox box, Palette colors, SceneRandom random)
    {
        float half = box.Side / 2f;
        (float sin, float cos) = MathF.SinCos(random.Angle());
        using SKShader shader = SKShader.CreateLinearGradient(
            new SKPoint(half - (half * cos), half - (half * sin)),
            new SKPoint(half + (half * cos), half + (half * sin)),
            [colors.Ground.ToSkia(), colors.GroundShade.ToSkia()],
            SKShaderTileMode.Clamp);
        box.Paint.Style = SKPaintStyle.Fill;
        box.Paint.Color = SKColors.White;
        box.Paint.Shader = shader;
        box.Canvas.DrawPaint(box.Paint);
        box.Paint.Shader = null;
    }

    private static void PaintGrid(PaintBox box, Palette colors, SceneRandom random)
    {
        float step = box.Side * random.Uniform(0.06f, 0.1f);
        (float left, float top) = (random.Uniform(0, step), random.Uniform(0, step));
        box.PatternPath.Rewind();
        for (float x = left; x < box.Side; x += step)
        {
            box.PatternPath.MoveTo(x, 0);
            box.PatternPath.LineTo(x, box.Side);
        }

        for (float y = top; y < box.Side; y += step)
        {
            box.PatternPath.MoveTo(0, y);
            box.PatternPath.LineTo(box.Side, y);
        }

        SKPaint paint = box.Paint;
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = MathF.Max(0.7f, box.Side * 0.005f);
        paint.IsAntialias = true;
        paint.Color = colors.Inks[0].ToSkia(0.16f);
        box.Canvas.DrawPath(box.PatternPath, paint);
    }

    private static void PaintSpecks(PaintBox box, Palette colors, float strength, SceneRandom random)
    {
        SKPaint paint = box.Paint;
        paint.Style = SKPaintStyle.Fill;
        paint.IsAntialias = true;
        int count = random.Whole(6, 14);
        for (int i = 0; i < count; i++)
        {
            paint.Color = colors.Inks[0].ToSkia(strength * random.Uniform(0.05f, 0.2f));
            float radius = box.Side * random.Uniform(0.003f, 0.009f);
            box.Canvas.DrawCircle(random.Uniform(0, box.Side), random.Uniform(0, box.Side), radius, paint);
        }
    }
}
