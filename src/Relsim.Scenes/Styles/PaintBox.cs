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
        _bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
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

    /// <summary>RGBA, row-major.</summary>
    public Span<byte> Pixels => _bitmap.GetPixelSpan();

    /// <summary>The calling thread's box of the given side.</summary>
    public static PaintBox OfThread(int side)
    {
        // Pixel art has a box of its own: styles alternate, and a new canvas for every other picture would cost more than the picture.
        ref PaintBox? slot = ref side < 64 ? ref _small : ref _full;
        if (slot?.Side != side)
        {
            slot?.Dispose();
            slot = new PaintBox(side);
        }

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
