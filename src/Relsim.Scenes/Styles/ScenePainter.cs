using Relsim.Imaging;

namespace Relsim.Scenes.Styles;

/// <summary>Paints scenes. The same scene gives the same bytes on every run; safe to call from several threads at once.</summary>
public static class ScenePainter
{
    /// <summary>The smallest side that a scene is painted at, in pixels.</summary>
    public const int SmallestSide = 16;

    /// <summary>Paints a scene as a square image of the given side in pixels; grain and screens are sized for sides of about 128.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below <see cref="SmallestSide"/>.</exception>
    public static RgbImage Paint(Scene scene, int size)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return Paint(scene.Look.Style, scene.Elements, scene.Seed, size);
    }

    /// <summary>Paints elements in a style; see <see cref="Scene"/> for the parts and <see cref="Paint(Scene, int)"/> for the size.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below <see cref="SmallestSide"/>.</exception>
    public static RgbImage Paint(Style style, IReadOnlyList<Element> elements, ulong seed, int size)
    {
        ArgumentNullException.ThrowIfNull(style);
        ArgumentNullException.ThrowIfNull(elements);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, SmallestSide);
        int side = style.Technique.PixelSize > 0 ? Math.Min(size, (int)MathF.Ceiling(1 / style.Technique.PixelSize)) : size;
        var box = PaintBox.OfThread(side, side < size);
        var random = new SceneRandom(seed);
        GroundPainter.Paint(box, style, random);
        using (var painter = new ElementPainter(box, style, random))
        {
            painter.Paint(elements);
        }

        FinishPixels(box, style, random);
        byte[] pixels = new byte[size * size * 3];
        if (side == size)
        {
            PixelFinish.ToRgb(box.Pixels, pixels);
        }
        else
        {
            Enlarge(box.Pixels, side, pixels, size);
        }

        return new RgbImage(size, size, pixels);
    }

    private static void FinishPixels(PaintBox box, Style style, SceneRandom random)
    {
        Technique technique = style.Technique;
        Span<byte> pixels = box.Pixels;
        if (technique.Finish == Finish.Emboss)
        {
            PixelFinish.Emboss(pixels, box.Scratch, box.Side, style.Colors.Middle);
        }
        else if (technique.Finish == Finish.Halftone)
        {
            PixelFinish.Halftone(pixels, box.Side);
        }

        for (int pass = 0; pass < technique.Blur; pass++)
        {
            PixelFinish.Blur(pixels, box.Scratch, box.Side);
        }

        if (technique.Lighting > 0)
        {
            PixelFinish.Modulate(pixels, box.Side, NoiseTile.Light, random.Whole(0, 255), random.Whole(0, 255), (int)(127 * technique.Lighting));
        }

        if (technique.Noise > 0)
        {
            // The tile holds 42 to a deviation; gains are in 127ths.
            int gain = (int)(technique.Noise * 255 * 127 / 42);
            PixelFinish.Add(pixels, box.Side, NoiseTile.Grain, random.Whole(0, 255), random.Whole(0, 255), gain, gain, gain);
        }
    }

    private static void Enlarge(ReadOnlySpan<byte> bgra, int side, Span<byte> rgb, int size)
    {
        for (int y = 0; y < size; y++)
        {
            ReadOnlySpan<byte> from = bgra.Slice(y * side / size * side * 4, side * 4);
            Span<byte> to = rgb.Slice(y * size * 3, size * 3);
            for (int x = 0; x < size; x++)
            {
                int at = x * side / size * 4;
                (to[x * 3], to[(x * 3) + 1], to[(x * 3) + 2]) = (from[at + 2], from[at + 1], from[at]);
            }
        }
    }
}
