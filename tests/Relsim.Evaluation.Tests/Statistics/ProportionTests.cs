using CsCheck;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Tests.Statistics;

public sealed class ProportionTests
{
    // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Of_TheExamplesOfNewcombe_HaveHisIntervals(int count, int total, double low, double high)
    {
        var proportion = Proportion.Of(count, total);

        Assert.Equal((double)count / total, proportion.Share, 1e-12);
        Assert.Equal(low, proportion.Low, 4);
        Assert.Equal(high, proportion.High, 4);
    }

    [Fact]
    public void Of_AnyCount_LiesWithinItsIntervalAndMirrors() => Gen.Int[1, 3000].SelectMany(total => Gen.Select(Gen.Int[0, total], Gen.Const(total))).Sample((count, total) =>
    {
        Proportion share = Proportion.Of(count, total), rest = Proportion.Of(total - count, total);
        Assert.True(share.Low >= 0 && share.Low <= share.Share && share.Share <= share.High && share.High <= 1);
        Assert.True(share.High - share.Low > 0);
        Assert.Equal(1 - share.High, rest.Low, 1e-12);
    });

    // The ends of Wilson's interval are the shares p for which the count is exactly 1.96 standard errors of p away.
    [Fact]
    public void Of_AnyCount_HasTheEndsOfTheScoreTest() => Gen.Int[2, 3000].SelectMany(total => Gen.Select(Gen.Int[1, total - 1], Gen.Const(total))).Sample((count, total) =>
    {
        var share = Proportion.Of(count, total);
        foreach (double end in new[] { share.Low, share.High })
        {
            Assert.Equal(1.959963984540054, Math.Abs(share.Share - end) / Math.Sqrt(end * (1 - end) / total), 1e-6);
        }
    });

    [Theory]
    [InlineData(1, 16, "6.3 %")]
    [InlineData(249, 2000, "12.5 %")]
    [InlineData(427, 880, "48.5 %")]
    [InlineData(205, 800, "25.6 %")]
    [InlineData(255, 800, "31.9 %")]
    [InlineData(1, 2000, "0.1 %")]
    [InlineData(0, 3, "0.0 %")]
    [InlineData(3, 3, "100.0 %")]
    public void ToString_HalfAPoint_IsRoundedAwayFromZero(int count, int total, string expected) =>
        Assert.StartsWith(expected + " [", Proportion.Of(count, total).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Of_NoTrials_IsNaN()
    {
        Assert.True(double.IsNaN(Proportion.Of(0, 0).Share));
        Assert.Equal("-", Proportion.Of(0, 0).ToString());
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(4, 3)]
    [InlineData(double.NaN, 3)]
    public void Of_CountThatIsNone_Throws(double count, int total) => Assert.Throws<ArgumentOutOfRangeException>(() => Proportion.Of(count, total));
}
