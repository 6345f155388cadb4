using CsCheck;
using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Tests.Retrieval;

public sealed class RetrievalBenchmarkTests
{
    private static readonly RetrievalOptions Quick = new() { Resamples = 20, MaxThreads = 2 };

    [Fact]
    public void Run_OfAnyVectors_EqualsAFullSort() =>
        Gen.Select(Gen.Int[2, 70], Gen.Int[2, 37], Gen.Int[0, 10_000]).Sample(
            (count, dimensions, seed) =>
            {
                var random = new Random(seed);
                float[][] rows = RandomRows(count, dimensions, random);
                int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(-1, 3))];
                int[] queries = [.. Enumerable.Range(0, count).Where(_ => random.Next(2) == 0)];
                RetrievalRun run = Run([new("m", UnitVectors.FromRows(rows))], labels, queries);
                int at = 0;
                foreach (int query in queries)
                {
                    (bool[] ranking, bool isClear) = Sorted(rows, query, item => labels[item] == labels[query]);
                    if (labels[query] < 0 || !ranking.Contains(true))
                    {
                        continue;
                    }

                    Assert.Equal(query, queries[run.CountedQueries[at]]);
                    if (isClear)
                    {
                        int[] ranks = RetrievalMetrics.RelevantRanks(ranking);
                        Assert.Equal(RetrievalMetrics.AveragePrecision(ranks), run.Values("m", RetrievalMetric.AveragePrecision)[at], 9);
                        Assert.Equal(RetrievalMetrics.HitRate(ranks, 1), run.Values("m", RetrievalMetric.HitAt1)[at]);
                        Assert.Equal(RetrievalMetrics.HitRate(ranks, 10), run.Values("m", RetrievalMetric.HitAt10)[at]);
                    }

                    at++;
                }

                Assert.Equal(at, run.CountedQueries.Count);
                Assert.Equal(queries.Length - at, run.SkippedQueries);
            },
            iter: 60);

    [Fact]
    public void Run_WithADepth_KeepsTheFirstOfAFullSort() =>
        Gen.Select(Gen.Int[2, 60], Gen.Int[1, 70], Gen.Int[0, 10_000]).Sample(
            (count, depth, seed) =>
            {
                var random = new Random(seed);
                var rows = UnitVectors.FromRows(RandomRows(count, 7, random));
                int[] queries = [.. Enumerable.Range(0, count).Where(_ => random.Next(2) == 0)];
                RetrievalRun run = Run([new MethodEmbeddings("m", rows)], queries, (_, _) => false, Quick with { Depth = depth });
                Assert.Empty(run.CountedQueries);
                for (int q = 0; q < queries.Length; q++)
                {
                    double[] all = [.. Enumerable.Range(0, count).Where(item => item != queries[q]).Select(item => Dot(rows, item, queries[q])).OrderDescending()];
                    IReadOnlyList<RankedHit> hits = run.Hits("m")[q];
                    Assert.Equal(Math.Min(depth, count - 1), hits.Count);
                    Assert.Equal(hits.Count, hits.Select(hit => hit.Item).Distinct().Count());
                    Assert.All(hits.Zip(all), pair => Assert.Equal(pair.Second, pair.First.Score, 1e-5));
                    Assert.All(hits, hit => Assert.Equal(Dot(rows, hit.Item, queries[q]), hit.Score, 1e-5));
                }
            },
            iter: 40);

    [Fact]
    public void RunGraded_OfDistances_PutsTheSmallestFirst()
    {
        // A row an image, a column a query; the query of column 0 is image 2.
        float[] distances = [0.5f, 0.1f, 0.2f, 0.9f, 0, 0.3f, 0.4f, 0];
        RetrievalRun run = RetrievalBenchmark.RunGraded([new MethodDistances("m", distances, 2)], [2, 3], (_, item) => item == 0 ? 2 : 0, Quick with
        {
            Depth = 2,
            Metrics = [RetrievalMetric.ReciprocalRank, RetrievalMetric.Ndcg(10)],
        }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([new RankedHit(1, 0.2f), new RankedHit(3, 0.4f)], run.Hits("m")[0]);
        Assert.Equal([new RankedHit(0, 0.1f), new RankedHit(2, 0.3f)], run.Hits("m")[1]);
        Assert.Equal([1.0 / 3, 1], run.Values("m", RetrievalMetric.ReciprocalRank).ToArray());
        Assert.Equal([1 / Math.Log2(4), 1], run.Values("m", RetrievalMetric.Ndcg(10)).ToArray());
    }

    [Fact]
    public void RunGraded_WithQueryRows_TakesThemByPlaceAndNotByImage()
    {
        var method = new MethodEmbeddings("m", Axes(4), UnitVectors.FromRows([[0, 1, 0, 0]]));
        RetrievalRun run = Run([method], [3], (_, item) => item == 1, Quick with { Depth = 1 });
        Assert.Equal(new RankedHit(1, 1), run.Hits("m")[0][0]);
        Assert.Throws<ArgumentException>(() => Run([method], [3, 2], (_, _) => true));
    }

    [Fact]
    public void Run_WhereTheQueryIsItsOwnOnlyMatch_LeavesItOut()
    {
        RetrievalRun run = Run([new("m", Axes(3))], [0, 1, 1], [0, 1]);
        Assert.Equal([1], run.CountedQueries);
        Assert.Equal(1, run.SkippedQueries);
    }

    [Fact]
    public void Run_OfAMethodThatSeesNothing_ScoresLikeChance()
    {
        // All scores are equal and the relevant images stand first in the pool.
        const int count = 400;
        var rows = UnitVectors.FromRows([.. Enumerable.Repeat(new float[] { 1, 0 }, count)]);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i < 40 ? 0 : 1)];
        RetrievalRun run = Run([new("blind", rows)], labels, [.. Enumerable.Range(0, 40)]);
        Assert.InRange(run.Mean("blind", RetrievalMetric.AveragePrecision).Mean, 0.05, 0.2);
        Assert.Equal(39.0 / 399, run.ChanceRecallAt1, 12);
    }

    [Fact]
    public void Run_WithARestrictedPool_RanksWithinItAlone()
    {
        // Image 1 is nearest to image 0 but stands outside its pool.
        var rows = UnitVectors.FromRows([[1, 0], [1, 0], [0.6f, 0.8f], [0, 1]]);
        int[] labels = [0, 1, 0, 2];
        RetrievalRun whole = Run([new("m", rows)], labels, [0]);
        RetrievalRun restricted = Run([new("m", rows)], labels, [0], Quick with { InPool = (_, item) => item != 1 });
        Assert.Equal(0, whole.Mean("m", RetrievalMetric.HitAt1).Mean);
        Assert.Equal(1, restricted.Mean("m", RetrievalMetric.HitAt1).Mean);
        Assert.Equal(0.5, restricted.ChanceRecallAt1);
    }

    [Fact]
    public void Run_WithARelevanceOfItsOwn_AsksIt()
    {
        RetrievalRun run = Run([new("m", Axes(4))], [0, 2], (query, item) => item == query + 1);
        Assert.Equal(2, run.CountedQueries.Count);
        Assert.Equal(1.0 / 3, run.ChanceRecallAt1, 12);
    }

    [Fact]
    public void RunTexts_OfQueriesOutsideThePool_RanksAllImages()
    {
        var texts = UnitVectors.FromRows([[0, 1, 0], [0.6f, 0, 0.8f]]);
        RetrievalRun run = RunTexts([new("m", Axes(3), texts)], [5, 6, 7], [6, 5]);
        Assert.Equal([1, 0], run.Values("m", RetrievalMetric.HitAt1).ToArray());
        Assert.Equal([1, 0.5], run.Values("m", RetrievalMetric.ReciprocalRank).ToArray());
        Assert.Throws<ArgumentException>(() => RunTexts([new("m", Axes(3))], [5, 6, 7], [6, 5]));
    }

    [Fact]
    public void Run_OnMoreThreads_GivesTheSame()
    {
        var random = new Random(9);
        var rows = UnitVectors.FromRows(RandomRows(300, 19, random));
        int[] labels = [.. Enumerable.Range(0, 300).Select(_ => random.Next(12))];
        int[] queries = [.. Enumerable.Range(0, 99)];
        string one = Run([new("m", rows)], labels, queries, Quick with { MaxThreads = 1 }).ToTable("t", "r").ToJson();
        string four = Run([new("m", rows)], labels, queries, Quick with { MaxThreads = 4 }).ToTable("t", "r").ToJson();
        Assert.Equal(one, four);
    }

    [Fact]
    public void Run_OfBadInput_NamesIt()
    {
        Assert.Contains("Query 3", Assert.Throws<ArgumentException>(() => Run([new("m", Axes(3))], [0, 0, 0], [3])).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => Run([new("m", Axes(2)), new("m", Axes(2))], [0, 0], [0])).Message, StringComparison.Ordinal);
        Assert.Contains("describes 3", Assert.Throws<ArgumentException>(() => Run([new("m", Axes(3))], [0, 0], [0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnitVectors_OfAnotherLength_NameTheRow()
    {
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>(() => UnitVectors.FromRows([[1, 0], [1, 1]])).Message, StringComparison.Ordinal);
        Assert.Contains("Row 0", Assert.Throws<ArgumentException>(() => UnitVectors.FromRows([[float.NaN, 0]])).Message, StringComparison.Ordinal);
        Assert.Equal(1, UnitVectors.FromRows([[0, 0]]).Count);
    }

    private static RetrievalRun Run(IReadOnlyList<MethodEmbeddings> methods, int[] labels, int[] queries, RetrievalOptions? options = null) =>
        RetrievalBenchmark.Run(methods, labels, queries, options ?? Quick, cancellationToken: TestContext.Current.CancellationToken);

    private static RetrievalRun Run(IReadOnlyList<MethodEmbeddings> methods, int[] queries, Func<int, int, bool> isRelevant, RetrievalOptions? options = null) =>
        RetrievalBenchmark.Run(methods, queries, isRelevant, options ?? Quick, cancellationToken: TestContext.Current.CancellationToken);

    private static RetrievalRun RunTexts(IReadOnlyList<MethodEmbeddings> methods, int[] labels, int[] queryLabels) =>
        RetrievalBenchmark.RunTexts(methods, labels, queryLabels, Quick, cancellationToken: TestContext.Current.CancellationToken);

    private static double Dot(UnitVectors rows, int left, int right)
    {
        double sum = 0;
        for (int d = 0; d < rows.Dimensions; d++)
        {
            sum += (double)rows.Row(left)[d] * rows.Row(right)[d];
        }

        return sum;
    }

    private static UnitVectors Axes(int count) =>
        UnitVectors.FromRows([.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count).Select(d => d == i ? 1f : 0f).ToArray())]);

    private static float[][] RandomRows(int count, int dimensions, Random random) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            float[] row = [.. Enumerable.Range(0, dimensions).Select(_ => (random.NextSingle() * 2) - 1)];
            float norm = MathF.Sqrt(row.Sum(value => value * value));
            return row.Select(value => value / norm).ToArray();
        }),
    ];

    // By float64; not clear where float32 may order a relevant and an irrelevant neighbour the other way.
    private static (bool[] Ranking, bool IsClear) Sorted(float[][] rows, int query, Func<int, bool> isRelevant)
    {
        (double Score, bool IsRelevant)[] sorted =
        [
            .. Enumerable.Range(0, rows.Length)
                .Where(item => item != query)
                .Select(item => (rows[item].Zip(rows[query], (a, b) => (double)a * b).Sum(), isRelevant(item)))
                .OrderByDescending(item => item.Item1),
        ];
        bool isClear = sorted.Zip(sorted.Skip(1)).All(pair => pair.First.IsRelevant == pair.Second.IsRelevant || pair.First.Score - pair.Second.Score > 1e-6);
        return ([.. sorted.Select(item => item.IsRelevant)], isClear);
    }
}
