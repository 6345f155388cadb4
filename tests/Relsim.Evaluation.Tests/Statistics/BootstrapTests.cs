using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Tests.Statistics;

public sealed class BootstrapTests
{
    [Fact]
    public void Mean_OfManyValues_HasTheIntervalOfTheNormalApproximation()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(i => i % 10 < 3 ? 1.0 : 0.0)];
        Estimate estimate = Bootstrap.Mean(values, seed: 7);
        double margin = 1.96 * Math.Sqrt(0.3 * 0.7 / 1000);
        Assert.Equal(0.3, estimate.Mean, 12);
        Assert.Equal(0.3 - margin, estimate.Low, 0.004);
        Assert.Equal(0.3 + margin, estimate.High, 0.004);
        Assert.Equal(1000, estimate.Queries);
    }

    [Fact]
    public void Mean_OfTheSameSeed_IsTheSame()
    {
        double[] values = [.. Enumerable.Range(0, 60).Select(i => i * 0.37 % 1)];
        Assert.Equal(Bootstrap.Mean(values, seed: 3), Bootstrap.Mean(values, seed: 3));
        Assert.NotEqual(Bootstrap.Mean(values, seed: 3), Bootstrap.Mean(values, seed: 4));
    }

    [Fact]
    public void Mean_OfEqualValues_HasNoWidth() => Assert.Equal(new Estimate(0.5, 0.5, 0.5, 4), Bootstrap.Mean([0.5, 0.5, 0.5, 0.5], seed: 1));

    [Fact]
    public void Mean_OfNothing_IsNaN() => Assert.True(double.IsNaN(Bootstrap.Mean([], seed: 1).Mean));

    [Fact]
    public void Difference_OfPairs_IgnoresWhatMakesQueriesHard()
    {
        // Queries differ wildly; the first method is better by 0.1 on nearly every one.
        var random = new Random(5);
        double[] second = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble())];
        double[] first = [.. second.Select((value, i) => value + (i % 10 == 0 ? -0.05 : 0.1))];
        PairedDifference difference = Bootstrap.Difference(first, second, seed: 2);
        Assert.Equal(0.085, difference.Difference.Mean, 9);
        Assert.InRange(difference.Difference.Low, 0.07, 0.085);
        Assert.True(difference.PValue < 0.01);
        Assert.True(Bootstrap.Mean(first, seed: 2).Low < Bootstrap.Mean(second, seed: 2).High);
    }

    [Fact]
    public void Difference_OfAMethodWithItself_IsNone()
    {
        PairedDifference difference = Bootstrap.Difference([1, 0, 1], [1, 0, 1], seed: 2);
        Assert.Equal(0, difference.Difference.Mean);
        Assert.Equal(1, difference.PValue);
    }

    [Fact]
    public void Difference_OfOtherQueries_Throws() => Assert.Throws<ArgumentException>(() => Bootstrap.Difference([1, 0], [1], seed: 2));
}
