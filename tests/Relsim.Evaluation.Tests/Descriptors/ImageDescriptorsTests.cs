using CsCheck;
using Relsim.Evaluation.Descriptors;
using Relsim.Imaging;

namespace Relsim.Evaluation.Tests.Descriptors;

public sealed class ImageDescriptorsTests
{
    private static readonly RgbImage Noise = RandomImage(60, 47, seed: 3);

    public static TheoryData<string> Names => [.. ImageDescriptors.All.Select(descriptor => descriptor.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Describe_OfAnyImage_GivesAUnitVectorOfTheSaidLength(string name)
    {
        ImageDescriptor descriptor = ImageDescriptors.All.Single(d => d.Name == name);
        float[] vector = descriptor.Describe(Noise);
        Assert.Equal(descriptor.Dimensions, vector.Length);
        Assert.Equal(1, Dot(vector, vector), 5);
        Assert.Equal(vector, descriptor.Describe(Noise));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Describe_OfAFlatImage_HasNoNoise(string name)
    {
        ImageDescriptor descriptor = ImageDescriptors.All.Single(d => d.Name == name);
        float[] vector = descriptor.Describe(Paint(33, 50, _ => 117));
        Assert.Equal(descriptor == ImageDescriptors.ColorHistogram ? 1 : 0, Dot(vector, vector), 5);
    }

    [Fact]
    public void ColorHistogram_OfShuffledPixels_IsTheSame() =>
        Gen.Int[0, 1000].Sample(
            seed =>
            {
                int[] order = [.. Enumerable.Range(0, Noise.Width * Noise.Height)];
                new Random(seed).Shuffle(order);
                var shuffled = new byte[Noise.Pixels.Length];
                for (int i = 0; i < order.Length; i++)
                {
                    Noise.Pixels.AsSpan(order[i] * 3, 3).CopyTo(shuffled.AsSpan(i * 3));
                }

                var image = new RgbImage(Noise.Width, Noise.Height, shuffled);
                Assert.Equal(ImageDescriptors.ColorHistogram.Describe(Noise), ImageDescriptors.ColorHistogram.Describe(image));
            },
            iter: 10);

    [Fact]
    public void ColorHistogram_OfHalfAndHalf_HasTheSquareRootsOfTheShares()
    {
        var image = new RgbImage(4, 1, [255, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255]);
        float[] vector = ImageDescriptors.ColorHistogram.Describe(image);
        Assert.Equal([MathF.Sqrt(0.25f), MathF.Sqrt(0.75f)], vector.Where(value => value > 0).Order());
    }

    // Lindbloom's calculator: sRGB under D65.
    [Theory]
    [InlineData(255, 255, 255, 100, 0, 0)]
    [InlineData(255, 0, 0, 53.24, 80.09, 67.20)]
    [InlineData(0, 0, 255, 32.30, 79.19, -107.86)]
    [InlineData(10, 10, 10, 2.74, 0, 0)]
    public void Lab_OfKnownColors_IsRight(byte red, byte green, byte blue, double lightness, double a, double b)
    {
        (float l, float ca, float cb) = ColorHistogram.Lab(red, green, blue);
        Assert.Equal(lightness, l, 0.02);
        Assert.Equal(a, ca, 0.05);
        Assert.Equal(b, cb, 0.05);
    }

    // A ramp has one gradient everywhere; bin b is centred at (b + 0.5) * 20 degrees.
    [Theory]
    [InlineData(10, 0)]
    [InlineData(30, 1)]
    [InlineData(90, 4)]
    [InlineData(170, 8)]
    public void CellHistograms_OfARamp_VoteForItsDirection(double degrees, int bin)
    {
        float dx = (float)Math.Cos(degrees * Math.PI / 180), dy = (float)Math.Sin(degrees * Math.PI / 180);
        float[] grey = [.. Enumerable.Range(0, 128 * 128).Select(i => ((i % 128) * dx) + (i / 128 * dy))];
        float[] cells = HistogramOfGradients.CellHistograms(grey);
        for (int cell = 0; cell < HistogramOfGradients.Cells * HistogramOfGradients.Cells; cell++)
        {
            int x = cell % HistogramOfGradients.Cells, y = cell / HistogramOfGradients.Cells;
            if (x is 0 or HistogramOfGradients.Cells - 1 || y is 0 or HistogramOfGradients.Cells - 1)
            {
                continue; // differences at the edge of the image are half as long
            }

            ReadOnlySpan<float> votes = cells.AsSpan(cell * HistogramOfGradients.Directions, HistogramOfGradients.Directions);
            Assert.Equal(128, votes[bin], 0.5); // 64 pixels, each with a central difference of 2
            Assert.Equal(0, Sum(votes) - votes[bin], 0.5);
        }
    }

    [Fact]
    public void Hog_OfANegative_IsTheSame()
    {
        RgbImage image = Paint(128, 128, i => (i / 3 % 128 / 9 * 37) % 200);
        RgbImage negative = new(128, 128, [.. image.Pixels.Select(value => (byte)(255 - value))]);
        float[] first = ImageDescriptors.Hog.Describe(image), second = ImageDescriptors.Hog.Describe(negative);
        Assert.Equal(1, Dot(first, second), 4);
        Assert.Equal(-1, Dot(ImageDescriptors.GreyPixels.Describe(image), ImageDescriptors.GreyPixels.Describe(negative)), 4);
    }

    [Fact]
    public void GreyPixels_OfBrighterImage_AreTheSame()
    {
        RgbImage image = Paint(32, 32, i => i / 3 % 90);
        RgbImage brighter = new(32, 32, [.. image.Pixels.Select(value => (byte)(value + 60))]);
        Assert.Equal(1, Dot(ImageDescriptors.GreyPixels.Describe(image), ImageDescriptors.GreyPixels.Describe(brighter)), 5);
    }

    private static RgbImage Paint(int width, int height, Func<int, int> value) =>
        new(width, height, [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)value(i))]);

    private static RgbImage RandomImage(int width, int height, int seed)
    {
        var pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    private static double Dot(float[] left, float[] right) => left.Zip(right, (a, b) => (double)a * b).Sum();

    private static float Sum(ReadOnlySpan<float> values)
    {
        float sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }
}
