using CsCheck;
using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

public sealed class PillowResamplerTests
{
    private static readonly Gen<(int Width, int Height, int NewWidth, int NewHeight, int Channels, ResampleFilter Filter, int Seed)> Cases =
        Gen.Select(
            Gen.Int[1, 70], Gen.Int[1, 50], Gen.Int[1, 70], Gen.Int[1, 50],
            Gen.Int[0, 2].Select(i => new[] { 1, 3, 4 }[i]), Gen.Enum<ResampleFilter>(), Gen.Int[0, 1_000_000]);

    [Fact]
    public void ResizeView_AnySize_VectorsEqualScalars()
    {
        Cases.Sample(c =>
        {
            byte[] pixels = Noise(c.Width * c.Height * c.Channels, c.Seed);
            byte[] vectors = View(pixels, c.Width * c.Channels, c.Width, c.Height, c, vectorized: true);
            byte[] scalars = View(pixels, c.Width * c.Channels, c.Width, c.Height, c, vectorized: false);
            return vectors.AsSpan().SequenceEqual(scalars);
        });
    }

    [Fact]
    public void ResizeView_WindowOfLargerImage_EqualsResizeOfCopy()
    {
        Cases.Sample(c =>
        {
            (int width, int height) = ((c.Width / 2) + 1, (c.Height / 2) + 1);
            byte[] pixels = Noise(c.Width * c.Height * c.Channels, c.Seed);
            int stride = c.Width * c.Channels;
            int start = ((c.Height - height) * stride) + ((c.Width - width) * c.Channels);
            byte[] copy = [.. Enumerable.Range(0, height).SelectMany(y => pixels.AsSpan(start + (y * stride), width * c.Channels).ToArray())];
            byte[] fromWindow = View(pixels.AsSpan(start), stride, width, height, c, vectorized: true);
            byte[] fromCopy = View(copy, width * c.Channels, width, height, c, vectorized: true);
            return fromWindow.AsSpan().SequenceEqual(fromCopy);
        });
    }

    [Fact]
    public void Resize_ConstantImage_StaysConstant()
    {
        Cases.Sample(c =>
        {
            var level = (byte)c.Seed;
            byte[] pixels = new byte[c.Width * c.Height];
            Array.Fill(pixels, level);
            byte[] resized = PillowResampler.Resize(pixels, c.Width, c.Height, 1, c.NewWidth, c.NewHeight, c.Filter);
            return resized.All(value => value == level);
        });
    }

    [Fact]
    public void Resize_Floats_MirrorsWithItsSource()
    {
        Cases.Sample(c =>
        {
            float[] values = [.. Noise(c.Width, c.Seed).Select(b => b / 255f)];
            float[] forward = PillowResampler.Resize(values, c.Width, 1, c.NewWidth, 1, c.Filter);
            Array.Reverse(values);
            float[] backward = PillowResampler.Resize(values, c.Width, 1, c.NewWidth, 1, c.Filter);
            Array.Reverse(backward);
            // The box filter takes a pixel's left edge and leaves its right one, so only it may tell left from right.
            return c.Filter == ResampleFilter.Box || forward.Zip(backward).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        });
    }

    [Fact]
    public void Resize_SameSizeWithoutBox_ReturnsTheSameImage()
    {
        var image = new RgbImage(4, 3, Noise(36, 1));

        Assert.Same(image, PillowResampler.Resize(image, 4, 3, ResampleFilter.Lanczos));
    }

    [Fact]
    public void Resize_BoxFilterByWholeFactor_Averages()
    {
        byte[] resized = PillowResampler.Resize([10, 20, 30, 40, 90, 70], 2, 3, 1, 1, 3, ResampleFilter.Box);

        Assert.Equal([15, 35, 80], resized);
    }

    [Fact]
    public void Resize_TransparentPixels_LeaveNoColor()
    {
        // A red that cannot be seen beside a blue that can: premultiplied, the average is blue.
        byte[] resized = PillowResampler.Resize([255, 0, 0, 0, 0, 0, 255, 255], 2, 1, 4, 1, 1, ResampleFilter.Box);

        Assert.Equal([0, 0, 255, 128], resized);
    }

    [Theory]
    [InlineData(-1f, 0f, 2f, 2f)]
    [InlineData(0f, 0f, 5f, 2f)]
    [InlineData(2f, 0f, 2f, 2f)]
    [InlineData(float.NaN, 0f, 2f, 2f)]
    public void Resize_BoxWithoutAreaOrOutside_Throws(float left, float top, float right, float bottom)
    {
        var box = new ResampleBox(left, top, right, bottom);

        Assert.Throws<ArgumentOutOfRangeException>(() => PillowResampler.Resize(new byte[16], 4, 4, 1, 2, 2, ResampleFilter.Box, box));
    }

    [Theory]
    [InlineData(2, 32)]
    [InlineData(3, 47)]
    public void Resize_ChannelsOrLengthWrong_Throws(int channels, int length)
    {
        Assert.ThrowsAny<ArgumentException>(() => PillowResampler.Resize(new byte[length], 4, 4, channels, 2, 2, ResampleFilter.Box));
    }

    private static byte[] View(
        ReadOnlySpan<byte> pixels,
        int stride,
        int width,
        int height,
        (int Width, int Height, int NewWidth, int NewHeight, int Channels, ResampleFilter Filter, int Seed) c,
        bool vectorized) =>
        PillowResampler.ResizeView(
            pixels, stride, width, height, c.Channels, c.NewWidth, c.NewHeight, c.Filter, ResampleBox.Whole(width, height), vectorized);

    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
