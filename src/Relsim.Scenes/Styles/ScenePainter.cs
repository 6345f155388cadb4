using Relsim.Imaging;
using SkiaSharp;

namespace Relsim.Scenes.Styles;

/// <summary>Paints scenes.</summary>
public static class ScenePainter
{
    /// <summary>Paints a scene as a square image of the given side in pixels.</summary>
    public static RgbImage Paint(Scene scene, int size)
    {
        ArgumentNullException.ThrowIfNull(scene);
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        foreach (Element element in scene.Elements)
        {
            foreach (ShapePart part in element.Shape.Parts)
            {
                using var path = new SKPath();
                path.AddPoly([.. part.Points.Select(p => element.ToScene(p) * size).Select(p => new SKPoint(p.X, p.Y))], part.Closed);
                bool stroke = !part.Closed || element.Fill == Fill.Outline;
                using var paint = new SKPaint { Color = new SKColor((byte)(60 * part.Ink), 40, 90), IsStroke = stroke, StrokeWidth = 2, IsAntialias = true };
                canvas.DrawPath(path, paint);
            }
        }

        ReadOnlySpan<byte> rgba = bitmap.GetPixelSpan();
        byte[] pixels = new byte[size * size * 3];
        for (int i = 0, j = 0; i < rgba.Length; i += 4, j += 3)
        {
            pixels[j] = rgba[i];
            pixels[j + 1] = rgba[i + 1];
            pixels[j + 2] = rgba[i + 2];
        }

        return new RgbImage(size, size, pixels);
    }
}
