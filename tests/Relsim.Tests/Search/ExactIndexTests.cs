using CsCheck;
using Relsim.Search;

namespace Relsim.Tests.Search;

public sealed class ExactIndexTests
{
    private static readonly ScanInstructions[] Sets = [.. Enum.GetValues<ScanInstructions>().Where(set => set <= ScanKernel.Best)];

    [Fact]
    public void Search_AnyVectors_EqualsFullScan() => GenCase.Sample(
        item =>
        {
            foreach (ScanInstructions set in Sets)
            {
                ExactIndex index = new(item.Dimension) { Instructions = set };
                index.Add(item.Rows);
                RowSet? filter = item.KeepEvery > 1 ? RowSet.Where(index.Count, row => row % item.KeepEvery == 1) : null;
                SearchResult result = index.Search(item.Query.AsSpan(), item.K, new SearchOptions { Filter = filter, Threads = item.Threads });
                Assert.Equal(FullScan(item.Rows, item.Query, item.K, filter), result.Neighbors);
            }
        },
        iter: 400);

    [Fact]
    public void Search_ManyBlocksAndQueries_EqualsFullScan()
    {
        const int Rows = 20_000, Dimension = 48, Queries = 70;
        Random random = new(1);
        float[] rows = Clustered(random, Rows, Dimension);
        float[] queries = Clustered(random, Queries, Dimension);
        ExactIndex index = new(Dimension);
        index.Add(rows);
        IReadOnlyList<SearchResult> results = index.Search(queries.AsMemory(), 25, new SearchOptions { Threads = 3 }, TestContext.Current.CancellationToken);
        for (int q = 0; q < Queries; q++)
        {
            Assert.Equal(FullScan(rows, queries.AsSpan(q * Dimension, Dimension).ToArray(), 25, null), results[q].Neighbors);
            Assert.InRange(results[q].RowsRescored, 25, Rows / 2);
        }
    }

    [Fact]
    public void Search_AllRowsEqual_ReturnsLowestIds()
    {
        ExactIndex index = new(8);
        for (int i = 0; i < 5000; i++)
        {
            index.Add([0.3f, -0.1f, 0.2f, 0.5f, 0.1f, 0.7f, 0.2f, -0.4f]);
        }

        SearchResult result = index.Search([1f, 2, 3, 4, 5, 6, 7, 8], 10, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 10), result.Neighbors.Select(neighbor => neighbor.Id));
    }

    [Fact]
    public void Bound_AnyRowAndQuery_IsNeverBelowTheScore() => Gen.Select(Gen.Int[1, 400], Gen.Int[0, 1 << 20], Gen.Int[-20, 17], Gen.Int[-20, 17]).Sample(
        (dimension, seed, rowExponent, queryExponent) =>
        {
            Random random = new(seed);
            float[] row = Vector(random, dimension, MathF.Pow(10, rowExponent - 1.5f));
            float[] query = Vector(random, dimension, MathF.Pow(10, queryExponent - 1.5f));
            sbyte[] rowCodes = new sbyte[dimension];
            short[] queryCodes = new short[dimension];
            (float step, float error) = Quantization.QuantizeRow(row, rowCodes);
            (float queryStep, float weight) = Quantization.QuantizeQuery(query, queryCodes);
            long product = rowCodes.Zip(queryCodes).Sum(pair => (long)pair.First * pair.Second);
            Assert.InRange(product, int.MinValue, int.MaxValue);
            float bound = ((float)product * step * queryStep) + (weight * error) + Quantization.UnderflowSlack;
            float score = DotProduct.Compute(query, row);
            Assert.True(bound >= score, $"bound {bound:R} < score {score:R}");
            Assert.True(bound - score <= (0.2 * DotProduct.Norm(row) * DotProduct.Norm(query)) + 1e-30, "the bound rules nothing out");
        },
        iter: 20_000);

    [Fact]
    public void Search_FilterLeavesFewer_SaysSo()
    {
        ExactIndex index = new(2);
        index.Add([1, 0, 0, 1, 1, 1, -1, 0]);
        SearchOptions options = new() { Filter = RowSet.Where(4, row => row is 1 or 3) };

        SearchResult result = index.Search([1f, 0f], 3, options, TestContext.Current.CancellationToken);

        Assert.Equal([new Neighbor(1, 0), new Neighbor(3, -1)], result.Neighbors);
        Assert.Equal(new Shortfall(ShortfallReason.Filtered, 3, 2), result.Shortfall);
    }

    [Fact]
    public void Search_FewerRowsThanAsked_SaysSo()
    {
        ExactIndex index = new(2);
        Assert.Equal(new Shortfall(ShortfallReason.IndexTooSmall, 5, 0), index.Search([1f, 0f], 5, cancellationToken: TestContext.Current.CancellationToken).Shortfall);
        index.Add([1, 0]);
        Assert.Equal(new Shortfall(ShortfallReason.IndexTooSmall, 5, 1), index.Search([1f, 0f], 5, cancellationToken: TestContext.Current.CancellationToken).Shortfall);
        Assert.Null(index.Search([1f, 0f], 1, cancellationToken: TestContext.Current.CancellationToken).Shortfall);
    }

    [Fact]
    public void Search_MinimumScore_LeavesWorseRowsOut()
    {
        ExactIndex index = new(1);
        index.Add([1, 2, 3, 4]);

        SearchResult result = index.Search([1f], 4, new SearchOptions { MinimumScore = 3 }, TestContext.Current.CancellationToken);

        Assert.Equal([new Neighbor(3, 4), new Neighbor(2, 3)], result.Neighbors);
        Assert.Equal(ShortfallReason.BelowMinimumScore, result.Shortfall!.Reason);
    }

    [Fact]
    public void Search_Cosine_IgnoresLength()
    {
        ExactIndex index = new(2, VectorSimilarity.Cosine);
        index.Add([0, 0, 1e30f, 0, 3e-20f, 4e-20f, -2, 0]);

        SearchResult result = index.Search([5f, 0f], 4, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([1, 2, 0, 3], result.Neighbors.Select(neighbor => neighbor.Id));
        Assert.Equal([1f, 0.6f, 0f, -1f], result.Neighbors.Select(neighbor => neighbor.Score));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e19f)]
    public void Add_ValueOutOfRange_NamesTheRow(float value)
    {
        ExactIndex index = new(2);
        index.Add([1, 2]);
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>(() => index.Add([value, 0])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => index.Search([value, 0f], 1, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(1, index.Count);
    }

    [Fact]
    public void Compute_RandomVectors_IsNearDouble()
    {
        Random random = new(5);
        foreach (int length in (int[])[1, 7, 31, 32, 33, 384, 1000])
        {
            float[] a = Vector(random, length, 1), b = Vector(random, length, 1);
            double exact = a.Zip(b).Sum(pair => (double)pair.First * pair.Second);
            double magnitude = a.Zip(b).Sum(pair => Math.Abs((double)pair.First * pair.Second));
            Assert.InRange(Math.Abs(DotProduct.Compute(a, b) - exact), 0, magnitude * DotProduct.RoundingDepth(length) / (1 << 24));
        }
    }

    private sealed record Case(int Dimension, float[] Rows, float[] Query, int K, int KeepEvery, int Threads);

    /// <summary>Vectors that hurt a bound: duplicates, zeros, norms from 1e-25 to 1e17, near ties, one large number among small ones.</summary>
    private static readonly Gen<Case> GenCase =
        from dimension in Gen.Int[1, 70]
        from count in Gen.Int[0, 300]
        from seed in Gen.Int[0, 1 << 20]
        from kind in Gen.Int[0, 5]
        from k in Gen.OneOf(Gen.Const(1), Gen.Int[2, 10], Gen.Const(1000))
        from keepEvery in Gen.OneOf(Gen.Const(1), Gen.Const(3), Gen.Const(50))
        from threads in Gen.Int[1, 3]
        select Make(dimension, count, seed, kind, k, keepEvery, threads);

    private static Case Make(int dimension, int count, int seed, int kind, int k, int keepEvery, int threads)
    {
        Random random = new(seed);
        float[] query = Vector(random, dimension, kind == 4 ? 1e-25f : 1);
        float[] rows = new float[count * dimension];
        float[] pattern = Vector(random, dimension, 1);
        for (int i = 0; i < count; i++)
        {
            float[] row = kind switch
            {
                0 => Vector(random, dimension, 1),
                1 => random.Next(2) == 0 ? pattern : random.Next(2) == 0 ? new float[dimension] : Vector(random, dimension, 1),
                2 => Vector(random, dimension, MathF.Pow(10, random.Next(-25, 17))),
                3 => Array.ConvertAll(pattern, value => value + (1e-7f * random.NextSingle())),
                4 => Vector(random, dimension, 1e-20f),
                _ => [.. Vector(random, dimension, 1e-4f).Skip(1), random.Next(-3, 4)],
            };
            row.CopyTo(rows, i * dimension);
        }

        return new Case(dimension, rows, query, k, keepEvery, threads);
    }

    private static float[] Vector(Random random, int dimension, float scale) =>
        [.. Enumerable.Range(0, dimension).Select(_ => scale * ((2 * random.NextSingle()) - 1))];

    private static float[] Clustered(Random random, int count, int dimension)
    {
        float[][] centres = [.. Enumerable.Range(0, 20).Select(_ => Vector(random, dimension, 1))];
        float[] vectors = new float[count * dimension];
        for (int i = 0; i < count; i++)
        {
            float[] row = [.. centres[random.Next(20)].Zip(Vector(random, dimension, 0.5f), (a, b) => a + b)];
            DotProduct.Normalize(row, vectors.AsSpan(i * dimension, dimension));
        }

        return vectors;
    }

    private static Neighbor[] FullScan(float[] rows, float[] query, int k, RowSet? filter) =>
        [.. Enumerable.Range(0, rows.Length / query.Length)
            .Where(row => filter?.Contains(row) ?? true)
            .Select(row => new Neighbor(row, DotProduct.Compute(query, rows.AsSpan(row * query.Length, query.Length))))
            .OrderByDescending(neighbor => neighbor.Score).ThenBy(neighbor => neighbor.Id).Take(k)];
}
