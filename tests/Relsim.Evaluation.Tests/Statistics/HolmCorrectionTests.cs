using CsCheck;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Tests.Statistics;

public sealed class HolmCorrectionTests
{
    // R 4.3, stats::p.adjust(c(0.01, 0.04, 0.03, 0.005), method = "holm").
    [Fact]
    public void Adjust_TheExampleOfR_GivesItsValues() =>
        Assert.Equal([0.03, 0.06, 0.06, 0.02], HolmCorrection.Adjust([0.01, 0.04, 0.03, 0.005]).Select(p => Math.Round(p, 12)));

    [Fact]
    public void Adjust_ValuesThatAreNoTests_CountForNothing()
    {
        double[] adjusted = HolmCorrection.Adjust([double.NaN, 0.02, 0.03]);
        Assert.Equal(double.NaN, adjusted[0]);
        Assert.Equal([0.04, 0.04], adjusted[1..].Select(p => Math.Round(p, 12)));
    }

    [Fact]
    public void Adjust_AnyValues_LieBetweenTheRawAndBonferronisAndKeepTheirOrder() => Gen.Double[0, 1].Array[1, 20].Sample(raw =>
    {
        double[] adjusted = HolmCorrection.Adjust(raw);
        for (int i = 0; i < raw.Length; i++)
        {
            Assert.InRange(adjusted[i], raw[i], Math.Min(1, raw[i] * raw.Length) + 1e-12);
            Assert.All(Enumerable.Range(0, raw.Length), j => Assert.True(raw[i] > raw[j] || adjusted[i] <= adjusted[j]));
        }
    });

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Adjust_NoProbability_IsRefused(double p) => Assert.Throws<ArgumentOutOfRangeException>(() => HolmCorrection.Adjust([p]));
}
