using CsCheck;
using Relsim.Evaluation.Descriptors;
using Relsim.Imaging;

namespace Relsim.Evaluation.Tests.Descriptors;

public sealed class PerceptualHashTests
{
    private const int Side = 32;

    [Fact]
    public void LowFrequencies_OfAnyImage_FollowTheDefinitionOfTheDct() =>
        Gen.Float[0, 1].Array[Side * Side].Sample(
            grey =>
            {
                double[] coefficients = PerceptualHash.LowFrequencies(grey);
                for (int v = 1; v <= 8; v++)
                {
                    for (int u = 1; u <= 8; u++)
                    {
                        Assert.Equal(Dct(grey, u, v), coefficients[((v - 1) * 8) + u - 1], 9);
                    }
                }
            },
            iter: 5);

    [Fact]
    public void Describe_OfAnyImage_HasHalfOfItsBitsSet()
    {
        float[] hash = PerceptualHash.Describe(Noise(3, 40, 40));
        Assert.All(hash, bit => Assert.Equal(0.125f, Math.Abs(bit)));
        Assert.Equal(PerceptualHash.Bits / 2, hash.Count(bit => bit > 0));
    }

    [Fact]
    public void Describe_OfTwoImages_ScoresByTheirHammingDistanceExactly() =>
        Gen.Select(Gen.Int[0, 500], Gen.Int[0, 500]).Sample(
            (first, second) =>
            {
                float[] a = PerceptualHash.Describe(Noise(first, 33, 20)), b = PerceptualHash.Describe(Noise(second, 33, 20));
                int hamming = a.Zip(b).Count(pair => pair.First != pair.Second);
                Assert.Equal(1 - (hamming / 32f), a.Zip(b, (x, y) => x * y).Sum());
            },
            iter: 20);

    [Fact]
    public void Describe_OfALargerAndDarkerCopy_IsTheSame()
    {
        RgbImage image = Smooth(64), copy = Smooth(128);
        RgbImage darker = new(128, 128, [.. copy.Pixels.Select(value => (byte)(value * 3 / 4))]);
        float[] hash = PerceptualHash.Describe(image);
        Assert.InRange(hash.Zip(PerceptualHash.Describe(darker)).Count(pair => pair.First != pair.Second), 0, 4);
        Assert.InRange(hash.Zip(PerceptualHash.Describe(Noise(5, 64, 64))).Count(pair => pair.First != pair.Second), 12, 64);
    }

    private static double Dct(float[] grey, int u, int v)
    {
        double sum = 0;
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                sum += grey[(y * Side) + x] * Math.Cos(Math.PI / Side * (x + 0.5) * u) * Math.Cos(Math.PI / Side * (y + 0.5) * v);
            }
        }

        return sum * 2 / Side;
    }

    private static RgbImage Smooth(int side) => new(side, side, [.. Enumerable.Range(0, side * side).SelectMany(i =>
    {
        double x = (i % side) / (double)side, y = i / side / (double)side;
        byte grey = (byte)(128 + (60 * Math.Sin(9 * x)) + (50 * Math.Cos(13 * y * x)) + (15 * Math.Sin(20 * y)));
        return new[] { grey, grey, grey };
    })]);

    private static RgbImage Noise(int seed, int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }
}
