using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

public sealed class PixelNormalizationTests
{
    [Fact]
    public void Fill_Pixels_WritesPlanesLessMeanOverDeviation()
    {
        var normalization = new PixelNormalization(1 / 255.0, [0.5, 0.25, 0], [0.5, 0.25, 1]);
        float[] planes = new float[6];

        normalization.Fill(new RgbImage(1, 2, [0, 255, 51, 255, 0, 0]), planes);

        float[] expected = [-1, 1, 3, -1, 0.2f, 0];
        Assert.All(planes, (value, i) => Assert.Equal(expected[i], value, 1e-6f));
    }

    [Fact]
    public void Fill_AnotherNumberOfPlaces_Throws() =>
        Assert.Throws<ArgumentException>(() => PixelNormalization.Clip.Fill(new RgbImage(1, 1, [0, 0, 0]), new float[4]));

    [Theory]
    [InlineData(2, 1.0)]
    [InlineData(3, 0.0)]
    [InlineData(3, double.NaN)]
    public void Constructor_NotThreeOrNoDeviation_Throws(int count, double deviation) =>
        Assert.Throws<ArgumentException>(() => new PixelNormalization(1, [0, 0, 0], [.. Enumerable.Repeat(deviation, count)]));
}
