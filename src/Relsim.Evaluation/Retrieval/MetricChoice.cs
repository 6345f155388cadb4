namespace Relsim.Evaluation.Retrieval;

/// <summary>Which metrics a report has.</summary>
internal sealed class MetricChoice
{
    private const int DeepCutoff = 100;

    private static readonly int[] CurveRanks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

    public MetricChoice(int topK, int poolSize)
    {
        Ranks = [.. CurveRanks.Where(rank => rank < poolSize).DefaultIfEmpty(1)];
        Tested =
        [
            RetrievalMetric.HitAt1, RetrievalMetric.Ndcg(topK), RetrievalMetric.Recall(topK),
            RetrievalMetric.AveragePrecision, RetrievalMetric.ReciprocalRank, RetrievalMetric.RPrecision,
        ];
        Reported =
        [
            .. new[] { RetrievalMetric.HitAt1 }
                .Concat(new[] { topK, DeepCutoff }.Distinct().SelectMany(k => new[] { RetrievalMetric.HitRate(k), RetrievalMetric.Precision(k), RetrievalMetric.Recall(k), RetrievalMetric.Ndcg(k) }))
                .Concat(Tested).Distinct(),
        ];
        All = [.. Reported.Concat(Ranks.SelectMany(rank => new[] { RetrievalMetric.Precision(rank), RetrievalMetric.Recall(rank), RetrievalMetric.HitRate(rank) })).Distinct()];
    }

    /// <summary>Those of which methods are compared in pairs.</summary>
    public IReadOnlyList<RetrievalMetric> Tested { get; }

    /// <summary>Those with intervals.</summary>
    public IReadOnlyList<RetrievalMetric> Reported { get; }

    /// <summary>All that are taken, the curve's included.</summary>
    public IReadOnlyList<RetrievalMetric> All { get; }

    /// <summary>Ranks of the curve.</summary>
    public IReadOnlyList<int> Ranks { get; }
}
