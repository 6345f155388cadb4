using System.Numerics;
using CsCheck;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Tests.Statistics;

public sealed class SignTestTests
{
    // Conover 1999: the hind legs of 8 of 10 deer were longer than the fore legs.
    [Fact]
    public void PValue_TheDeerOfConover_IsHis() => Assert.Equal(0.109375, SignTest.PValue(8, 2), 1e-12);

    [Fact]
    public void PValue_AnyCounts_IsTheExactBinomialSum() => Gen.Select(Gen.Int[0, 300], Gen.Int[0, 300]).Where((wins, losses) => wins + losses > 0).Sample((wins, losses) =>
    {
        BigInteger term = 1, tail = 0;
        for (int k = 0; k <= Math.Min(wins, losses); k++)
        {
            tail += term;
            term = term * (wins + losses - k) / (k + 1);
        }

        double exact = Math.Min(1, Math.Exp(BigInteger.Log(2 * tail) - ((wins + losses) * Math.Log(2))));
        Assert.Equal(1, SignTest.PValue(wins, losses) / exact, 1e-9);
        Assert.Equal(SignTest.PValue(wins, losses), SignTest.PValue(losses, wins));
    });

    [Fact]
    public void PValue_OnlyTies_IsNaN() => Assert.True(double.IsNaN(SignTest.PValue(0, 0)));

    [Fact]
    public void PValue_NegativeCount_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => SignTest.PValue(-1, 2));
}
