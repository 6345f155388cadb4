using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Retrieval;

/// <summary>Options of <see cref="RetrievalBenchmark"/>.</summary>
public sealed record RetrievalOptions
{
    /// <summary>Seed of the bootstrap and of the order among equal scores. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Bootstrap resamples. Default 2,000.</summary>
    public int Resamples { get; init; } = Bootstrap.DefaultResamples;

    /// <summary>What is taken of every ranking. Default: hit rates at 1 and 10, average precision, reciprocal rank and R-precision.</summary>
    public IReadOnlyList<RetrievalMetric> Metrics { get; init; } =
        [RetrievalMetric.HitAt1, RetrievalMetric.HitAt10, RetrievalMetric.AveragePrecision, RetrievalMetric.ReciprocalRank, RetrievalMetric.RPrecision];

    /// <summary>Hits of each query that the run keeps (<see cref="RetrievalRun.Hits"/>). Default 0.</summary>
    public int Depth { get; init; }

    /// <summary>
    /// (query, item) to whether the item stands in the query's pool; both are image numbers, or the query's number where queries are
    /// texts. Null (the default) is everything. The query itself never stands in its own pool. Called from several threads.
    /// </summary>
    public Func<int, int, bool>? InPool { get; init; }

    /// <summary>Threads. Default: as many as there are processors.</summary>
    public int MaxThreads { get; init; } = Environment.ProcessorCount;
}
