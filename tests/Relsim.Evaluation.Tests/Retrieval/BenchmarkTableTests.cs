using Relsim.Evaluation.Retrieval;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Tests.Retrieval;

public sealed class BenchmarkTableTests
{
    private static readonly BenchmarkTable Table = new()
    {
        Title = "Relation",
        Relevance = "same relation family",
        PoolSize = 28_000,
        Queries = 998,
        SkippedQueries = 2,
        ChanceRecallAt1 = 0.0104,
        Seed = 7,
        Rows = [Row("ours", 0.912), Row("a|b", 0.25)],
    };

    [Fact]
    public void ToMarkdown_OfATable_ShowsIntervalsAndTheBest() => Assert.Equal(
        """
        ### Relation

        | method | R@1 | R@10 | mAP |
        | --- | --- | --- | --- |
        | ours | **0.912** [0.902, 0.922] | **0.912** [0.902, 0.922] | **0.912** [0.902, 0.922] |
        | a\|b | 0.250 [0.240, 0.260] | 0.250 [0.240, 0.260] | 0.250 [0.240, 0.260] |
        | (random order) | 0.010 | | |

        998 queries against 28,000 images; relevant: same relation family. R@k: share of queries with a relevant image among the first k, the query itself excluded. In brackets 95 % bootstrap intervals over queries (seed 7). 2 queries without a relevant image were left out.

        """,
        Table.ToMarkdown());

    [Fact]
    public void ToJson_ReadBack_IsTheSame()
    {
        BenchmarkTable copy = BenchmarkTable.FromJson(Table.ToJson());
        Assert.Equal(Table.Rows, copy.Rows);
        Assert.Equal(Table with { Rows = [] }, copy with { Rows = [] });
        Assert.Contains("\"recallAt1\"", Table.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_OfNothingCounted_KeepsNaN()
    {
        BenchmarkTable empty = Table with { ChanceRecallAt1 = double.NaN };
        Assert.True(double.IsNaN(BenchmarkTable.FromJson(empty.ToJson()).ChanceRecallAt1));
    }

    private static BenchmarkRow Row(string name, double mean)
    {
        var estimate = new Estimate(mean, mean - 0.01, mean + 0.01, 998);
        return new BenchmarkRow(name, estimate, estimate, estimate, estimate, estimate);
    }
}
