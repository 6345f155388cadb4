using Relsim.Torch.Models.Mini;

namespace Relsim.Torch.Tests.Models.Mini;

public sealed class ObjectStatisticsTests
{
    private const int Side = 64;

    [Fact]
    public void Find_RingWithADotInside_KnowsWhatEnclosesWhat()
    {
        bool[] ink = new bool[Side * Side];
        Draw(ink, (x, y) => Math.Abs(Math.Sqrt(Square(x - 30) + Square(y - 30)) - 15) < 1.5);
        Draw(ink, (x, y) => Square(x - 30) + Square(y - 30) < 16);
        var components = new ConnectedComponents(Side);

        components.Find(ink);

        Assert.Equal([false, true, false, true], components.All.Select(c => c.IsInk));
        Assert.Equal([-1, 0, 1, 2], components.All.Select(c => c.Parent));
        Assert.Equal([0, 1, 2, 3], components.All.Select(c => c.Depth));
        Assert.Equal(components.All[1].Area + components.All[2].Area + components.All[3].Area, components.All[1].Filled);
        Assert.InRange(components.All[1].Filled, 0.95 * Math.PI * Square(16.5), 1.05 * Math.PI * Square(16.5));
    }

    [Fact]
    public void Find_LineThatPartsThePicture_LeavesTwoOpenRegions()
    {
        bool[] ink = new bool[Side * Side];
        Draw(ink, (x, y) => x is 30 or 31);
        var components = new ConnectedComponents(Side);

        components.Find(ink);

        Assert.Equal(3, components.All.Count);
        Assert.All(components.All, c => Assert.Equal(-1, c.Parent));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(12)]
    public void Describe_SeveralDiscs_CountsThem(int count)
    {
        float[] features = Describe((x, y) => Enumerable.Range(0, count).Any(i => Square(x - 8 - (16 * (i % 4))) + Square(y - 8 - (16 * (i / 4))) < 20));

        Assert.Equal(1, features[Math.Min(count, 8)]);
        Assert.Equal(1, features[..9].Sum());
        Assert.Equal(1, features[9]); // no holes
    }

    [Fact]
    public void Describe_DiscAndRing_TellsFullFromHollowAndRoundFromLong()
    {
        const int Full = 13 + 6, Roundness = 13 + (8 * 6), Elongation = 13 + (4 * 6); // the mean of a measure
        float[] disc = Describe((x, y) => Square(x - 32) + Square(y - 32) < 400);
        float[] ring = Describe((x, y) => Math.Abs(Math.Sqrt(Square(x - 32) + Square(y - 32)) - 20) < 1.5);
        float[] bar = Describe((x, y) => Math.Abs(x - 32) < 3 && Math.Abs(y - 32) < 25);

        Assert.Equal(1, disc[Full], 3);
        Assert.True(ring[Full] < 0.4);
        Assert.True(disc[Roundness] > 0.9);
        Assert.True(bar[Roundness] < 0.5);
        Assert.True(disc[Elongation] < 0.05);
        Assert.True(bar[Elongation] > 0.8);
        Assert.Equal(1, ring[10]); // one hole
    }

    [Fact]
    public void Contour_SquareStarAndDisc_CountsTheirCorners()
    {
        Assert.Equal((4, 0), Corners((x, y) => Math.Abs(x - 32) < 20 && Math.Abs(y - 32) < 20));
        (int outward, int inward) = Corners((x, y) => (Math.Abs(x - 32) < 7 && Math.Abs(y - 32) < 24) || (Math.Abs(y - 32) < 7 && Math.Abs(x - 32) < 24));
        Assert.Equal((8, 4), (outward, inward));
        Assert.Equal((0, 0), Corners((x, y) => Square(x - 32) + Square(y - 32) < 500));

        static (int, int) Corners(Func<int, int, bool> inked)
        {
            bool[] ink = new bool[Side * Side];
            Draw(ink, inked);
            var components = new ConnectedComponents(Side);
            components.Find(ink);
            (int outward, int inward, _, _) = Contour.Describe(components, 1, Side);
            return (outward, inward);
        }
    }

    [Fact]
    public void Skeleton_LineCrossAndRing_CountsEndsAndForks()
    {
        Assert.Equal((2, 0), Ends((x, y) => Math.Abs(y - 32) < 2 && x is > 8 and < 56));
        Assert.Equal((4, 1), Ends((x, y) => (Math.Abs(y - 32) < 2 && x is > 8 and < 56) || (Math.Abs(x - 32) < 2 && y is > 8 and < 56)));
        Assert.Equal((0, 0), Ends((x, y) => Math.Abs(Math.Sqrt(Square(x - 32) + Square(y - 32)) - 20) < 1.5));

        static (int, int) Ends(Func<int, int, bool> inked)
        {
            bool[] ink = new bool[Side * Side];
            Draw(ink, inked);
            (int ends, int forks, _) = new Skeleton(Side).Describe(ink);
            return (ends, forks);
        }
    }

    [Fact]
    public void Describe_AnyNoise_IsFiniteAndWithinItsRange()
    {
        var random = new Random(5);
        for (int density = 0; density < 10; density++)
        {
            float[] features = Describe((_, _) => random.Next(10) < density);
            Assert.All(features, value => Assert.InRange(value, -3, 3));
        }
    }

    [Fact]
    public void Describe_TwoAlikeAndTwoUnlike_TellsThemApart()
    {
        int last = 13 + (23 * 6) + 29; // alike as they stand, on average: the second of nine
        bool Ell(int x, int y) => x is >= 0 and < 16 && y is >= 0 and < 16 && (x < 5 || y >= 11);
        float[] alike = Describe((x, y) => Ell(x - 5, y - 20) || Ell(x - 40, y - 30));
        float[] turned = Describe((x, y) => Ell(x - 5, y - 20) || Ell(15 - (x - 40), 15 - (y - 30)));
        float[] unlike = Describe((x, y) => Ell(x - 5, y - 20) || Square(x - 48) + Square(y - 38) < 64);

        Assert.True(alike[last + 1] > 0.99);
        Assert.True(turned[last + 1] < 0.9);
        Assert.True(turned[last + 4] > 0.95);
        Assert.True(unlike[last + 4] < alike[last + 4] - 0.05);
    }

    private static float[] Describe(Func<int, int, bool> inked)
    {
        bool[] ink = new bool[Side * Side];
        Draw(ink, inked);
        float[] features = new float[ObjectStatistics.Length];
        new ObjectStatistics(Side).Describe([.. ink.Select(on => on ? 1f : 0f)], features);
        return features;
    }

    private static void Draw(bool[] ink, Func<int, int, bool> inked)
    {
        for (int i = 0; i < ink.Length; i++)
        {
            ink[i] |= inked(i % Side, i / Side);
        }
    }

    private static double Square(double x) => x * x;
}
