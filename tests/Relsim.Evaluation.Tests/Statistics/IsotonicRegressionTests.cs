using CsCheck;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Tests.Statistics;

public sealed class IsotonicRegressionTests
{
    private static readonly Gen<(double Value, double Weight)[]> Series = Gen.Select(Gen.Double[-3, 3], Gen.Double[0.1, 4]).Array[1, 40];

    [Fact]
    public void Fit_AnExampleDoneByHand_PoolsTheViolators()
    {
        IReadOnlyList<IsotonicBlock> blocks = IsotonicRegression.Fit([1, 3, 2, 4], [1, 1, 3, 1]);
        Assert.Equal([new IsotonicBlock(0, 1, 1), new IsotonicBlock(1, 2, 2.25), new IsotonicBlock(3, 1, 4)], blocks);
    }

    // The minimax formula (Barlow et al. 1972): the largest over starts of the smallest over ends of the weighted mean between.
    [Fact]
    public void Fit_AnySeries_EqualsTheMinimaxFormula() => Series.Sample(series =>
    {
        double[] fitted = Fitted(series);
        for (int i = 0; i < series.Length; i++)
        {
            double minimax = Enumerable.Range(0, i + 1).Max(from => Enumerable.Range(i, series.Length - i).Min(to => Mean(series[from..(to + 1)])));
            Assert.Equal(minimax, fitted[i], 1e-9);
        }
    });

    [Fact]
    public void Fit_AnySeries_RisesFromBlockToBlockAndCoversAll() => Series.Sample(series =>
    {
        IReadOnlyList<IsotonicBlock> blocks = Fit(series);
        Assert.All(blocks.Zip(blocks.Skip(1)), pair => Assert.True(pair.First.Value < pair.Second.Value && pair.First.Start + pair.First.Count == pair.Second.Start));
        Assert.Equal((0, series.Length), (blocks[0].Start, blocks.Sum(block => block.Count)));
    });

    [Fact]
    public void Fit_RisingSeries_IsTheSeries() => Gen.Double[0.01, 1].Array[1, 30].Sample(steps =>
    {
        double[] values = [.. steps.Select((_, i) => steps.Take(i + 1).Sum())];
        Assert.Equal(values, IsotonicRegression.Fit(values, [.. steps.Select(_ => 1.0)]).Select(block => block.Value));
    });

    [Fact]
    public void Fit_WeightsThatAreNone_Throw()
    {
        Assert.Throws<ArgumentException>(() => IsotonicRegression.Fit([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => IsotonicRegression.Fit([1, 2], [1, 0]));
    }

    private static double[] Fitted((double, double)[] series) => [.. Fit(series).SelectMany(block => Enumerable.Repeat(block.Value, block.Count))];

    private static IReadOnlyList<IsotonicBlock> Fit((double Value, double Weight)[] series) =>
        IsotonicRegression.Fit([.. series.Select(one => one.Value)], [.. series.Select(one => one.Weight)]);

    private static double Mean((double Value, double Weight)[] series) => series.Sum(one => one.Value * one.Weight) / series.Sum(one => one.Weight);
}
