using CsCheck;
using Relsim.Evaluation.Study;

namespace Relsim.Evaluation.Tests.Study;

public sealed class DavidsonModelTests
{
    private const double Z = 1.959963984540054;

    // With all pairs voted on both ways every estimate is finite.
    private static readonly Gen<PreferenceCounts[]> Studies = Gen.Select(Gen.Int[1, 30], Gen.Int[1, 30], Gen.Int[1, 30]).Array[6].Select(votes =>
        new[] { ("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d") }
            .Zip(votes, (pair, vote) => new PreferenceCounts(pair.Item1, pair.Item2, vote.Item1, vote.Item2, vote.Item3)).ToArray());

    [Theory]
    [InlineData(427, 150, 303)]
    [InlineData(3, 1, 40)]
    [InlineData(1, 90, 2)]
    public void Fit_TwoMethods_HasTheClosedForm(int winsA, int ties, int winsB)
    {
        MethodStrengths strengths = Fit(new PreferenceCounts("a", "b", winsA, ties, winsB));

        MethodStrength a = strengths.Methods.Single(method => method.Method == "a");
        double error = Math.Sqrt((1.0 / winsA) + (1.0 / winsB)) / 2;
        Assert.Equal(Math.Log((double)winsA / winsB) / 2, a.LogStrength, 1e-9);
        Assert.Equal(error, a.StandardError, 1e-9);
        Assert.Equal(a.LogStrength - (Z * error), a.Low, 1e-9);
        Assert.Equal(a.LogStrength + (Z * error), a.High, 1e-9);
        Assert.Equal(ties / Math.Sqrt((double)winsA * winsB), strengths.TieParameter, 1e-9);
        double tieError = Math.Sqrt((1.0 / ties) + (((1.0 / winsA) + (1.0 / winsB)) / 4));
        Assert.Equal(strengths.TieParameter * Math.Exp(Z * tieError), strengths.TieHigh, 1e-6);
        Assert.Equal(strengths.TieParameter * Math.Exp(-Z * tieError), strengths.TieLow, 1e-6);
    }

    // Agresti, Categorical Data Analysis, table 10.10: the American League's eastern division of 1987. The abilities are those that R's BradleyTerry2 prints.
    [Fact]
    public void Fit_TheBaseballOfAgresti_HasThePublishedStrengths()
    {
        string[] teams = ["Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore"];
        int[][] wins =
        [
            [0, 7, 9, 7, 7, 9, 11],
            [6, 0, 7, 5, 11, 9, 9],
            [4, 6, 0, 7, 7, 8, 12],
            [6, 8, 6, 0, 6, 7, 10],
            [6, 2, 6, 7, 0, 7, 12],
            [4, 4, 5, 6, 6, 0, 6],
            [2, 4, 1, 3, 1, 7, 0],
        ];
        var counts = from i in Enumerable.Range(0, 7) from j in Enumerable.Range(0, i) select new PreferenceCounts(teams[i], teams[j], wins[i][j], 0, wins[j][i]);

        MethodStrengths strengths = Fit([.. counts]);

        double Over(string team) => strengths.Methods.Single(method => method.Method == team).LogStrength - strengths.Methods.Single(method => method.Method == "Baltimore").LogStrength;
        Assert.Equal(1.5814, Over("Milwaukee"), 4);
        Assert.Equal(1.4364, Over("Detroit"), 4);
        Assert.Equal(1.2945, Over("Toronto"), 4);
        Assert.Equal(1.2476, Over("New York"), 4);
        Assert.Equal(1.1077, Over("Boston"), 4);
        Assert.Equal(0.6839, Over("Cleveland"), 4);
        Assert.Equal((0, 0, 0), (strengths.TieParameter, strengths.TieLow, strengths.TieHigh));
        Assert.Equal("Milwaukee", strengths.Methods[0].Method);
    }

    [Fact]
    public void Fit_SimulatedVotes_RecoversTheirStrengths()
    {
        double[] truth = [0.9, 0.2, -0.3, -0.8];
        const double tie = 0.6;
        var random = new Random(11);
        var counts = new List<PreferenceCounts>();
        int covered = 0, intervals = 0;
        for (int study = 0; study < 50; study++)
        {
            counts.Clear();
            for (int a = 0; a < truth.Length; a++)
            {
                for (int b = a + 1; b < truth.Length; b++)
                {
                    counts.Add(Simulate(random, a, b, truth, tie, votes: 200));
                }
            }

            MethodStrengths strengths = Fit([.. counts]);
            Assert.Equal(tie, strengths.TieParameter, 0.2);
            foreach (MethodStrength method in strengths.Methods)
            {
                double expected = truth[method.Method[0] - '0'];
                Assert.Equal(expected, method.LogStrength, 0.3);
                covered += expected >= method.Low && expected <= method.High ? 1 : 0;
                intervals++;
            }
        }

        // 95 % intervals: 190 of 200 on average, with a standard deviation of about 3.
        Assert.InRange((double)covered / intervals, 0.9, 0.99);
    }

    [Fact]
    public void Fit_AnyStudy_SumsToZeroAndFitsTheExpectedWins() => Studies.Sample(counts =>
    {
        MethodStrengths fit = Fit(counts);
        Assert.Equal(0, fit.Methods.Sum(method => method.LogStrength), 1e-9);
        Assert.Equal(fit.Methods.OrderByDescending(method => method.LogStrength), fit.Methods);

        // At the optimum each method has as many wins, ties counted half, as the model expects, and so have ties.
        var strength = fit.Methods.ToDictionary(method => method.Method, method => Math.Exp(method.LogStrength));
        double expectedTies = 0;
        var surplus = strength.Keys.ToDictionary(method => method, _ => 0.0);
        foreach (PreferenceCounts pair in counts)
        {
            double a = strength[pair.MethodA], b = strength[pair.MethodB], tie = fit.TieParameter * Math.Sqrt(a * b), sum = a + b + tie;
            surplus[pair.MethodA] += pair.WinsA + (pair.Ties / 2.0) - (pair.Votes * (a + (tie / 2)) / sum);
            surplus[pair.MethodB] += pair.WinsB + (pair.Ties / 2.0) - (pair.Votes * (b + (tie / 2)) / sum);
            expectedTies += pair.Votes * tie / sum;
        }

        Assert.All(surplus.Values, value => Assert.Equal(0, value, 1e-6));
        Assert.Equal(counts.Sum(pair => pair.Ties), expectedTies, 1e-6);
    });

    [Fact]
    public void Fit_SidesOrRowsExchanged_IsTheSame() => Gen.Select(Studies, Gen.Int).Sample((counts, seed) =>
    {
        PreferenceCounts[] other = [.. counts.Select((pair, i) => i % 2 == 0 ? pair.Mirror() : pair)];
        new Random(seed).Shuffle(other);
        Assert.Equal(Fit(counts).Methods, Fit(other).Methods);
    });

    [Fact]
    public void Fit_VotesGivenTwice_HaveTheSameStrengthsAndNarrowerErrors() => Studies.Sample(counts =>
    {
        MethodStrengths once = Fit(counts), twice = Fit([.. counts, .. counts]);
        foreach ((MethodStrength one, MethodStrength two) in once.Methods.OrderBy(method => method.Method).Zip(twice.Methods.OrderBy(method => method.Method)))
        {
            Assert.Equal(one.LogStrength, two.LogStrength, 1e-7);
            Assert.Equal(one.StandardError / Math.Sqrt(2), two.StandardError, 1e-7);
        }
    });

    [Fact]
    public void Fit_OneVoteInAThousand_IsFiniteStill()
    {
        MethodStrengths strengths = Fit(new PreferenceCounts("a", "b", 100_000, 1, 1));
        Assert.Equal(Math.Log(100_000) / 2, strengths.Methods[0].LogStrength, 1e-6);
    }

    [Fact]
    public void Fit_GroupsNeverCompared_AreNamed()
    {
        string refusal = Refuse(new("a", "b", 3, 1, 2), new("c", "d", 3, 1, 2), new("a", "c", 0, 0, 0));
        Assert.Contains("2 groups", refusal, StringComparison.Ordinal);
        Assert.Contains("a, b; c, d", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_MethodThatNeverLoses_IsNamed()
    {
        string refusal = Refuse(new("best", "b", 3, 0, 0), new("best", "c", 5, 0, 0), new("b", "c", 2, 2, 3));
        Assert.StartsWith("best never lost or tied against", refusal, StringComparison.Ordinal);
        Assert.Contains("no finite estimate", refusal, StringComparison.Ordinal);
    }

    // The other two win both ways, which fixes how likely ties are; a tie then bounds the distance.
    [Fact]
    public void Fit_MethodThatNeverLosesAndTies_HasAStrength() =>
        Assert.Equal("best", Fit(new("best", "b", 3, 4, 0), new("best", "c", 5, 0, 0), new("b", "c", 2, 2, 3)).Methods[0].Method);

    [Fact]
    public void Fit_MethodThatNeverWins_IsNamed() =>
        Assert.StartsWith("worst never won or tied", Refuse(new("a", "worst", 3, 0, 0), new("worst", "c", 0, 0, 5), new("a", "c", 2, 2, 3)), StringComparison.Ordinal);

    [Fact]
    public void Fit_TwoMethodsOneOfWhichOnlyWinsOrTies_IsRefused() =>
        Assert.StartsWith("a never lost against", Refuse(new PreferenceCounts("a", "b", 3, 4, 0)), StringComparison.Ordinal);

    [Fact]
    public void Fit_TiesAlone_AreRefused()
    {
        Assert.Contains("Every vote is a tie", Refuse(new PreferenceCounts("a", "b", 0, 4, 0)), StringComparison.Ordinal);
        Assert.Contains("no vote", Refuse(), StringComparison.Ordinal);
    }

    // Nobody lost to c, but ties tie its strength to the others': a finite estimate.
    [Fact]
    public void Fit_MethodThatOnlyTies_HasAStrengthWhereOthersWinBothWays()
    {
        MethodStrengths strengths = Fit(new("a", "b", 5, 2, 5), new("a", "c", 0, 4, 0));
        Assert.Equal(3, strengths.Methods.Count);
        Assert.All(strengths.Methods, method => Assert.Equal(0, method.LogStrength, 1e-6));
    }

    private static PreferenceCounts Simulate(Random random, int a, int b, double[] truth, double tie, int votes)
    {
        double strengthA = Math.Exp(truth[a]), strengthB = Math.Exp(truth[b]), tied = tie * Math.Sqrt(strengthA * strengthB), sum = strengthA + strengthB + tied;
        int winsA = 0, ties = 0;
        for (int vote = 0; vote < votes; vote++)
        {
            double drawn = random.NextDouble() * sum;
            winsA += drawn < strengthA ? 1 : 0;
            ties += drawn >= strengthA && drawn < strengthA + tied ? 1 : 0;
        }

        return new PreferenceCounts($"{a}", $"{b}", winsA, ties, votes - winsA - ties);
    }

    private static MethodStrengths Fit(params PreferenceCounts[] counts)
    {
        (MethodStrengths? strengths, string? refusal) = DavidsonModel.Fit(counts);
        Assert.Null(refusal);
        return strengths!;
    }

    private static string Refuse(params PreferenceCounts[] counts)
    {
        (MethodStrengths? strengths, string? refusal) = DavidsonModel.Fit(counts);
        Assert.Null(strengths);
        return refusal!;
    }
}
