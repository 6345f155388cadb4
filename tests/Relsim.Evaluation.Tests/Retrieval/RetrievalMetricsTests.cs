using CsCheck;
using Relsim.Evaluation.Retrieval;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Tests.Retrieval;

public sealed class RetrievalMetricsTests
{
    private static readonly Gen<bool[]> Rankings = Gen.Bool.Array[0, 40];

    // Relevant at ranks 1, 3 and 6.
    private static readonly int[] Example = RetrievalMetrics.RelevantRanks([true, false, true, false, false, true]);

    [Fact]
    public void AllMetrics_OfAnExampleDoneByHand_AreRight()
    {
        Assert.Equal([1, 3, 6], Example);
        Assert.Equal((1.0 + (2.0 / 3) + (3.0 / 6)) / 3, RetrievalMetrics.AveragePrecision(Example), 12);
        Assert.Equal(2.0 / 3, RetrievalMetrics.RPrecision(Example), 12);
        Assert.Equal(2.0 / 3, RetrievalMetrics.Recall(Example, 5), 12);
        Assert.Equal(1, RetrievalMetrics.HitRate(Example, 1));
        Assert.Equal(1, RetrievalMetrics.ReciprocalRank(Example));
    }

    [Fact]
    public void AllMetrics_WhereSomeRelevantItemsWereNeverRetrieved_CountThem()
    {
        Assert.Equal((1.0 + (2.0 / 3) + (3.0 / 6)) / 5, RetrievalMetrics.AveragePrecision(Example, relevant: 5), 12);
        Assert.Equal(2.0 / 5, RetrievalMetrics.Recall(Example, 5, relevant: 5), 12);
        Assert.Equal(2.0 / 5, RetrievalMetrics.RPrecision(Example, relevant: 5), 12);
        Assert.Equal(0, RetrievalMetrics.ReciprocalRank([], relevant: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetrievalMetrics.AveragePrecision(Example, relevant: 2));
    }

    [Fact]
    public void AllMetrics_WithoutRelevantItems_AreNaN()
    {
        Assert.True(double.IsNaN(RetrievalMetrics.AveragePrecision([])));
        Assert.True(double.IsNaN(RetrievalMetrics.HitRate([], 1)));
        Assert.True(double.IsNaN(RetrievalMetrics.Recall([], 1)));
        Assert.True(double.IsNaN(RetrievalMetrics.ReciprocalRank([])));
        Assert.True(double.IsNaN(RetrievalMetrics.RPrecision([])));
    }

    [Fact]
    public void AllMetrics_OfAnyRanking_EqualTheirDefinitions() =>
        Gen.Select(Rankings, Gen.Int[1, 45]).Sample((ranking, k) =>
        {
            int[] ranks = RetrievalMetrics.RelevantRanks(ranking);
            int relevant = ranking.Count(isRelevant => isRelevant);
            if (relevant == 0)
            {
                return;
            }

            Assert.Equal(NaiveAveragePrecision(ranking), RetrievalMetrics.AveragePrecision(ranks), 12);
            Assert.Equal(ranking.Take(k).Contains(true) ? 1 : 0, RetrievalMetrics.HitRate(ranks, k));
            Assert.Equal(ranking.Take(k).Count(r => r) / (double)relevant, RetrievalMetrics.Recall(ranks, k), 12);
            Assert.Equal(1.0 / (Array.IndexOf(ranking, true) + 1), RetrievalMetrics.ReciprocalRank(ranks), 12);
            Assert.Equal(ranking.Take(relevant).Count(r => r) / (double)relevant, RetrievalMetrics.RPrecision(ranks), 12);
        });

    // The worked example of Wikipedia's article on discounted cumulative gain: six documents judged 3, 2, 3, 0, 1, 2; and with two more that were not retrieved among them.
    [Fact]
    public void Ndcg_OfAPublishedExample_IsRight()
    {
        double[] six = [3, 2, 3, 0, 1, 2];
        Assert.Equal(6.861, six.Select((gain, i) => gain / Math.Log2(i + 2)).Sum(), 3);
        Assert.Equal(0.961, RetrievalMetrics.Ndcg(six, 6), 3);
        Assert.Equal(0.785, RetrievalMetrics.Ndcg([.. six, 3, 2], 6), 3);
        Assert.Equal(0.961, RetrievalMetrics.Ndcg([1, 2, 3, 5, 6], [3, 2, 3, 1, 2], 6), 3);
        Assert.Equal(0.785, RetrievalMetrics.Ndcg([1, 2, 3, 5, 6, 7, 8], [3, 2, 3, 1, 2, 3, 2], 6), 3);
    }

    // Manning, Raghavan and Schuetze, Introduction to Information Retrieval (2008), exercises 8.8 and 8.9, with the answers of its solutions.
    [Theory]
    [InlineData("RNRNNNNNRR", 4, 0.6, 0.5)]
    [InlineData("NRNNRRRNNN", 4, 0.493, 0.25)]
    [InlineData("RRNNNNNNRNRNNNRNNNNR", 6, 0.555, 0.333)]
    [InlineData("RRNNNNNNRNRNNNRNNNNRRR", 8, 0.503, 0.25)]
    public void AveragePrecision_OfATextbooksExercises_IsRight(string ranking, int relevant, double averagePrecision, double rPrecision)
    {
        int[] ranks = RetrievalMetrics.RelevantRanks([.. ranking.Select(letter => letter == 'R')]);
        Assert.Equal(averagePrecision, RetrievalMetrics.AveragePrecision(ranks, relevant), 3);
        Assert.Equal(rPrecision, RetrievalMetrics.RPrecision(ranks, relevant), 3);
    }

    // Wikipedia's article on the mean reciprocal rank: right answers third, second and first.
    [Fact]
    public void ReciprocalRank_OfAPublishedExample_IsRight() =>
        Assert.Equal(11.0 / 18, (RetrievalMetrics.ReciprocalRank([3]) + RetrievalMetrics.ReciprocalRank([2]) + RetrievalMetrics.ReciprocalRank([1])) / 3, 12);

    [Fact]
    public void Ndcg_ByRanksAndGrades_EqualsThatOfAllGains() =>
        Gen.Select(Gen.Int[0, 4].Array[1, 30], Gen.Int[1, 35]).Sample((grades, k) =>
        {
            int[] relevant = [.. Enumerable.Range(0, grades.Length).Where(i => grades[i] > 0)];
            double byRanks = RetrievalMetrics.Ndcg([.. relevant.Select(i => i + 1)], [.. relevant.Select(i => (double)grades[i])], k);
            Assert.Equal(RetrievalMetrics.Ndcg([.. grades.Select(grade => (double)grade)], k), byRanks, 12);
        });

    [Fact]
    public void Precision_OfAnyRanking_IsTheShareOfItsFirstPlaces() =>
        Gen.Select(Rankings, Gen.Int[1, 45]).Sample((ranking, k) =>
        {
            int[] ranks = RetrievalMetrics.RelevantRanks(ranking);
            double expected = ranks.Length == 0 ? double.NaN : ranking.Take(k).Count(isRelevant => isRelevant) / (double)k;
            Assert.Equal(expected, RetrievalMetrics.Precision(ranks, k), 12);
        });

    [Fact]
    public void Ndcg_OfAnyGains_IsOneWhenSortedAndNeverMore() =>
        Gen.Select(Gen.Double[0.01, 5].Array[1, 20], Gen.Int[1, 25]).Sample((gains, k) =>
        {
            Assert.InRange(RetrievalMetrics.Ndcg(gains, k), 0, 1 + 1e-12);
            Assert.Equal(1, RetrievalMetrics.Ndcg([.. gains.OrderDescending()], k), 12);
        });

    // scikit-learn's documentation of roc_auc_score; the interval by hand, from placements .5 and 1 on either side.
    [Fact]
    public void AreaUnderRoc_OfAPublishedExample_IsRight()
    {
        Estimate area = RetrievalMetrics.AreaUnderRoc([0.1f, 0.4f, 0.35f, 0.8f], [false, false, true, true]);
        Assert.Equal(0.75, area.Mean, 12);
        Assert.Equal(0.75 - (1.959963984540054 * Math.Sqrt(0.125)), area.Low, 12);
        Assert.Equal(1, area.High);
        Assert.Equal(4, area.Queries);
    }

    [Fact]
    public void AreaUnderRoc_OfAnyScores_IsTheShareOfPairsInOrder() =>
        Gen.Select(Gen.Int[0, 6], Gen.Bool).Array[2, 30].Sample(items =>
        {
            float[] scores = [.. items.Select(item => (float)item.Item1)];
            bool[] positives = [.. items.Select(item => item.Item2)];
            double[] pairs =
            [
                .. from positive in items where positive.Item2
                from negative in items where !negative.Item2
                select positive.Item1 > negative.Item1 ? 1.0 : positive.Item1 == negative.Item1 ? 0.5 : 0,
            ];
            Estimate area = RetrievalMetrics.AreaUnderRoc(scores, positives);
            if (pairs.Length == 0)
            {
                Assert.True(double.IsNaN(area.Mean));
                return;
            }

            Assert.Equal(pairs.Average(), area.Mean, 9);
            Assert.True(area.Low <= area.Mean && area.Mean <= area.High);
        });

    [Fact]
    public void AreaUnderRoc_OfNaN_Throws() =>
        Assert.Throws<ArgumentException>(() => RetrievalMetrics.AreaUnderRoc([float.NaN, 1], [true, false]));

    private static double NaiveAveragePrecision(bool[] ranking)
    {
        double sum = 0;
        for (int k = 1; k <= ranking.Length; k++)
        {
            sum += ranking[k - 1] ? ranking.Take(k).Count(r => r) / (double)k : 0;
        }

        return sum / ranking.Count(r => r);
    }
}
