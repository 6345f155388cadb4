using CsCheck;
using Relsim.Evaluation.Reports;

namespace Relsim.Evaluation.Tests.Reports;

public sealed class MapAxisTests
{
    [Fact]
    public void At_TheExtremes_IsInsideByTheInset()
    {
        var across = new MapAxis([0.2, -0.4, 0.8], 100, 700, 20);
        var upwards = new MapAxis([0.2, -0.4, 0.8], 700, 100, 20);
        Assert.Equal(120, across.At(-0.4), 3);
        Assert.Equal(680, across.At(0.8), 3);
        Assert.Equal(680, upwards.At(-0.4), 3);
        Assert.Equal(120, upwards.At(0.8), 3);
    }

    [Fact]
    public void Ticks_OfCosines_AreRound()
    {
        var axis = new MapAxis([-0.37, 0.93], 0, 1000, 0);
        Assert.Equal([-0.2, 0, 0.2, 0.4, 0.6, 0.8], axis.Ticks.Select(tick => Math.Round(tick, 12)));
        Assert.Equal(1, axis.Decimals);
    }

    [Fact]
    public void Ticks_OfAnyRange_AreAFewInside() =>
        Gen.Select(Gen.Double[-1, 1], Gen.Double[0, 2]).Sample((low, span) =>
        {
            var axis = new MapAxis([low, low + span], 0, 1000, 50);
            Assert.InRange(axis.Ticks.Count, 3, 12);
            Assert.All(axis.Ticks, tick => Assert.InRange(axis.At(tick), -0.01, 1000.01));
        });

    [Fact]
    public void Axis_OfOneValueOrNone_StillHasALength()
    {
        Assert.Equal(500, new MapAxis([0.5], 0, 1000, 50).At(0.5), 1);
        Assert.True(float.IsFinite(new MapAxis([], 0, 1000, 50).At(0.5)));
    }
}
