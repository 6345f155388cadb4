using SkiaSharp;

namespace Relsim.Scenes.Styles;

/// <summary>The canvas and the scratch objects that a thread paints with; kept between pictures of one size.</summary>
internal sealed class PaintBox : IDisposable
{
    [ThreadStatic]
    private static PaintBox? _full;

    [ThreadStatic]
    private static PaintBox? _small;

    private readonly SKBitmap _bitmap;

    private PaintBox(int side)
    {
        Side = side;
        // Skia's native order: its solid-color blitters for others are several times slower.
        _bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Bgra8888, SKAlphaType.Premul));
        Canvas = new SKCanvas(_bitmap);
        Scratch = new byte[side * side * 4];
    }

    public int Side { get; }

    public SKCanvas Canvas { get; }

    public SKPath Path { get; } = new();

    public SKPath PatternPath { get; } = new();

    public SKPaint Paint { get; } = new() { StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };

    public SKPaint LayerPaint { get; } = new();

    public byte[] Scratch { get; }

    /// <summary>Blue, green, red, alpha; row-major.</summary>
    public Span<byte> Pixels => _bitmap.GetPixelSpan();

    /// <summary>The calling thread's box of the given side.</summary>
    /// <param name="side">Pixels.</param>
    /// <param name="isReduced">
    /// The picture is enlarged afterwards. Such pictures have a box of their own: styles alternate, and a new canvas for
    /// every other picture would cost more than the picture.
    /// </param>
    public static PaintBox OfThread(int side, bool isReduced)
    {
        ref PaintBox? slot = ref isReduced ? ref _small : ref _full;
        if (slot?.Side != side)
        {
            slot?.Dispose();
            slot = new PaintBox(side);
        }

        // A picture that failed half-way leaves its layers behind.
        slot.Canvas.RestoreToCount(1);
        slot.Paint.Shader = null;
        slot.LayerPaint.ImageFilter = null;
        return slot;
    }

    public void Dispose()
    {
        Canvas.Dispose();
        _bitmap.Dispose();
        Path.Dispose();
        PatternPath.Dispose();
        Paint.Dispose();
        LayerPaint.Dispose();
    }
}
