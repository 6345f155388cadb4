using CsCheck;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Tests.Statistics;

/// <summary>Fleiss' kappa, Krippendorff's alpha and Cohen's kappa.</summary>
public sealed class AgreementTests
{
    // Wikipedia, "Fleiss' kappa", worked example: 14 raters, 10 items, 5 categories.
    private static readonly RatingTable WikipediaExample = new(
    [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]);

    // Krippendorff 2011, "Computing Krippendorff's alpha-reliability": 4 observers, 12 units, 0 where an observer left the unit out.
    private static readonly int[][] KrippendorffExample =
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];

    private static readonly Gen<int[][]> Tables = Gen.Int[0, 4].Array[3].Array[1, 25];

    [Fact]
    public void FleissKappa_TheExampleOfWikipedia_IsItsValue() => Assert.Equal(0.210, FleissKappa.Of(WikipediaExample), 3);

    [Fact]
    public void KrippendorffAlpha_TheExampleOfKrippendorff_IsHisValues()
    {
        RatingTable table = Tally(KrippendorffExample, 5);
        Assert.Equal(0.743, KrippendorffAlpha.Of(table, AlphaMetric.Nominal), 3);
        Assert.Equal(0.815, KrippendorffAlpha.Of(table, AlphaMetric.Ordinal), 3);
    }

    // Wikipedia, "Cohen's kappa", simple example: 20 and 15 agreements, 5 and 10 disagreements.
    [Fact]
    public void CohenKappa_TheExampleOfWikipedia_IsItsValue()
    {
        (int, int)[] pairs = [.. Enumerable.Repeat((1, 1), 20), .. Enumerable.Repeat((1, 0), 5), .. Enumerable.Repeat((0, 1), 10), .. Enumerable.Repeat((0, 0), 15)];
        Assert.Equal(0.4, CohenKappa.Of(pairs), 1e-12);
        Estimate estimate = CohenKappa.Estimate(pairs, seed: 1);
        // Large-sample standard error after Fleiss, Cohen and Everitt 1969: 0.127.
        Assert.Equal(0.4 - (1.96 * 0.127), estimate.Low, 0.05);
        Assert.Equal(0.4 + (1.96 * 0.127), estimate.High, 0.05);
    }

    [Fact]
    public void Alpha_AnyTable_EqualsTheSumOverPairsOfRatings() => Gen.Int[0, 3].Array[3].Array[1, 8].Sample(counts =>
    {
        foreach (AlphaMetric metric in Enum.GetValues<AlphaMetric>())
        {
            Assert.Equal(NaiveAlpha(counts, metric), KrippendorffAlpha.Of(new RatingTable(counts), metric), 1e-9);
        }
    });

    [Fact]
    public void Agreement_ItemsInAnyOrder_IsTheSame() => Gen.Select(Tables, Gen.Int).Sample((counts, seed) =>
    {
        int[][] shuffled = [.. counts];
        new Random(seed).Shuffle(shuffled);
        AssertEqual(new RatingTable(counts), new RatingTable(shuffled));
    });

    [Fact]
    public void Agreement_SidesExchanged_IsTheSame() =>
        Tables.Sample(counts => AssertEqual(new RatingTable(counts), new RatingTable(counts.Select(item => (int[])[item[2], item[1], item[0]]))));

    [Fact]
    public void Agreement_ItemsOfOneRating_CountForNothing() =>
        Tables.Sample(counts => AssertEqual(new RatingTable(counts), new RatingTable([.. counts, [1, 0, 0], [0, 0, 1], [0, 0, 0]])));

    [Fact]
    public void FleissKappa_ItemsTwice_IsTheSame() =>
        Tables.Sample(counts => Assert.Equal(FleissKappa.Of(new RatingTable(counts)), FleissKappa.Of(new RatingTable([.. counts, .. counts])), 1e-9));

    [Fact]
    public void Agreement_WhereAllAgree_IsOne() => Gen.Select(Gen.Int[0, 2], Gen.Int[2, 6]).Array[2, 30].Where(items => items.DistinctBy(item => item.Item1).Count() > 1).Sample(items =>
    {
        var table = new RatingTable(items.Select(item => Enumerable.Range(0, 3).Select(c => c == item.Item1 ? item.Item2 : 0).ToArray()));
        Assert.Equal(1, FleissKappa.Of(table), 1e-12);
        Assert.Equal(1, KrippendorffAlpha.Of(table, AlphaMetric.Nominal), 1e-12);
        Assert.Equal(1, KrippendorffAlpha.Of(table, AlphaMetric.Ordinal), 1e-12);
        Assert.Equal(1, CohenKappa.Of([.. items.Select(item => (item.Item1, item.Item1))]), 1e-12);
    });

    [Fact]
    public void Agreement_WhereAllRatingsAreAlike_IsUndefined()
    {
        RatingTable table = new([[3, 0, 0], [2, 0, 0]]);
        Assert.True(double.IsNaN(FleissKappa.Of(table)));
        Assert.True(double.IsNaN(KrippendorffAlpha.Of(table, AlphaMetric.Ordinal)));
        Assert.True(double.IsNaN(CohenKappa.Of([(1, 1), (1, 1)])));
        Assert.True(double.IsNaN(FleissKappa.Estimate(table, seed: 1).Low));
        Assert.True(double.IsNaN(FleissKappa.Of(new RatingTable([]))));
    }

    // A tie is nearer to either side than the sides to each other.
    [Fact]
    public void AlphaOrdinal_DisagreementWithTies_IsMilder()
    {
        RatingTable near = new([[2, 1, 0], [0, 1, 2], [3, 0, 0], [0, 0, 3], [0, 3, 0]]);
        RatingTable far = new([[2, 0, 1], [1, 0, 2], [3, 0, 0], [0, 0, 3], [0, 3, 0]]);
        Assert.True(KrippendorffAlpha.Of(near, AlphaMetric.Ordinal) > KrippendorffAlpha.Of(far, AlphaMetric.Ordinal) + 0.1);
    }

    [Fact]
    public void Estimate_OfManyItems_HasAnIntervalAroundTheValueThatTheSeedFixes()
    {
        RatingTable table = new(Enumerable.Range(0, 200).Select(i => (int[])(i % 4 == 0 ? [1, 1, 1] : i % 2 == 0 ? [3, 0, 0] : [0, 1, 2])));
        Estimate first = FleissKappa.Estimate(table, seed: 4);
        Assert.Equal(FleissKappa.Of(table), first.Mean);
        Assert.InRange(first.Mean, first.Low + 0.02, first.High - 0.02);
        Assert.Equal(first, FleissKappa.Estimate(table, seed: 4));
        Assert.NotEqual(first, FleissKappa.Estimate(table, seed: 5));
        Assert.Equal(200, first.Queries);
    }

    [Fact]
    public void RatingTable_RaggedOrNegative_Throws()
    {
        Assert.Throws<ArgumentException>(() => new RatingTable([[1, 2], [1, 2, 3]]));
        Assert.Throws<ArgumentException>(() => new RatingTable([[1, -2]]));
    }

    private static void AssertEqual(RatingTable first, RatingTable second)
    {
        Assert.Equal(FleissKappa.Of(first), FleissKappa.Of(second), 1e-9);
        Assert.Equal(KrippendorffAlpha.Of(first, AlphaMetric.Nominal), KrippendorffAlpha.Of(second, AlphaMetric.Nominal), 1e-9);
        Assert.Equal(KrippendorffAlpha.Of(first, AlphaMetric.Ordinal), KrippendorffAlpha.Of(second, AlphaMetric.Ordinal), 1e-9);
    }

    private static RatingTable Tally(int[][] raters, int categories) => new(Enumerable.Range(0, raters[0].Length)
        .Select(item => Enumerable.Range(1, categories).Select(category => raters.Count(rater => rater[item] == category)).ToArray()));

    /// <summary>By the definition: every ordered pair of ratings within an item, against every ordered pair of all pairable ratings.</summary>
    private static double NaiveAlpha(int[][] counts, AlphaMetric metric)
    {
        int[][] units = [.. counts.Where(item => item.Sum() > 1).Select(item => item.SelectMany((count, c) => Enumerable.Repeat(c, count)).ToArray())];
        int[] all = [.. units.SelectMany(unit => unit)];
        double Distance(int a, int b) => a == b ? 0 : metric == AlphaMetric.Nominal ? 1
            : Math.Pow(all.Count(x => x >= Math.Min(a, b) && x <= Math.Max(a, b)) - ((all.Count(x => x == a) + all.Count(x => x == b)) / 2.0), 2);
        double observed = units.Sum(unit => unit.Sum(a => unit.Sum(b => Distance(a, b))) / (unit.Length - 1)) / all.Length;
        double expected = all.Sum(a => all.Sum(b => Distance(a, b))) / ((double)all.Length * (all.Length - 1));
        return expected > 0 ? 1 - (observed / expected) : double.NaN;
    }
}
