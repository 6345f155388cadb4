using Relsim.Imaging;
using Relsim.Scenes.Styles;
using SkiaSharp;

namespace Relsim.Scenes.Tests.Styles;

public sealed class ImageEncodingTests
{
    private static readonly RgbImage Image = Pictures.Paint(Pictures.Draw("photo-light"), new Element(Pictures.Disc, new(0.5f, 0.5f), 0.3f));

    [Fact]
    public void Png_Decoded_GivesThePixelsBack() => Assert.Equal(Image.Pixels, Decode(ImageEncoding.Png(Image)));

    [Fact]
    public void Png_ImageThatIsNotSquare_KeepsRows()
    {
        var image = new RgbImage(3, 2, [.. Enumerable.Range(0, 18).Select(i => (byte)(i * 14))]);

        Assert.Equal(image.Pixels, Decode(ImageEncoding.Png(image)));
    }

    [Fact]
    public void Jpeg_Decoded_IsCloseAndLowerQualityIsSmaller()
    {
        byte[] file = ImageEncoding.Jpeg(Image, 95);
        byte[] pixels = Decode(file);

        Assert.True(Image.Pixels.Zip(pixels, (a, b) => Math.Abs(a - b)).Average() < 6);
        Assert.True(ImageEncoding.Jpeg(Image, 40).Length < file.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Jpeg_QualityOutOfRange_Throws(int quality) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageEncoding.Jpeg(Image, quality));

    private static byte[] Decode(byte[] file)
    {
        using SKBitmap bitmap = SKBitmap.Decode(file, new SKImageInfo(SKBitmap.DecodeBounds(file).Width, SKBitmap.DecodeBounds(file).Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        return [.. bitmap.Bytes.Where((_, i) => i % 4 != 3)];
    }
}
