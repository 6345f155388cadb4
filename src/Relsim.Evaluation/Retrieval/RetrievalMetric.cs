using System.Globalization;

namespace Relsim.Evaluation.Retrieval;

/// <summary>A metric that <see cref="RetrievalBenchmark"/> takes of every ranking; higher is better in all. Cutoffs count places from 1.</summary>
public sealed record RetrievalMetric
{
    private readonly Func<RelevantHits, double> _take;

    private RetrievalMetric(string name, Func<RelevantHits, double> take) => (Name, _take) = (name, take);

    /// <summary>Hit rate at 1, "R@1" in image retrieval: is the first hit relevant?</summary>
    public static RetrievalMetric HitAt1 { get; } = HitRate(1);

    /// <summary>Hit rate at 10, "R@10" in image retrieval: is any of the first ten relevant?</summary>
    public static RetrievalMetric HitAt10 { get; } = HitRate(10);

    /// <summary>Average precision over the whole ranking; its mean is mAP.</summary>
    public static RetrievalMetric AveragePrecision { get; } = new("map", hits => RetrievalMetrics.AveragePrecision(hits.Ranks));

    /// <summary>One over the rank of the first relevant item; its mean is MRR.</summary>
    public static RetrievalMetric ReciprocalRank { get; } = new("mrr", hits => RetrievalMetrics.ReciprocalRank(hits.Ranks));

    /// <summary>Precision among as many first places as there are relevant items.</summary>
    public static RetrievalMetric RPrecision { get; } = new("r-precision", hits => RetrievalMetrics.RPrecision(hits.Ranks));

    /// <summary>Its name in reports: "hit@10", "recall@10", "precision@10", "ndcg@10", "map", "mrr", "r-precision".</summary>
    public string Name { get; }

    /// <summary>1 where any relevant item is among the first <paramref name="k"/>, else 0.</summary>
    public static RetrievalMetric HitRate(int k) => At("hit", k, hits => RetrievalMetrics.HitRate(hits.Ranks, k));

    /// <summary>Share of the first <paramref name="k"/> that is relevant.</summary>
    public static RetrievalMetric Precision(int k) => At("precision", k, hits => RetrievalMetrics.Precision(hits.Ranks, k));

    /// <summary>Share of all relevant items that are among the first <paramref name="k"/>.</summary>
    public static RetrievalMetric Recall(int k) => At("recall", k, hits => RetrievalMetrics.Recall(hits.Ranks, k));

    /// <summary>nDCG at <paramref name="k"/>, with the grade as gain; binary where all grades are 1.</summary>
    public static RetrievalMetric Ndcg(int k) => At("ndcg", k, hits => RetrievalMetrics.Ndcg(hits.Ranks, hits.Grades, k));

    /// <inheritdoc/>
    public bool Equals(RetrievalMetric? other) => other?.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal double Of(RelevantHits hits) => _take(hits);

    private static RetrievalMetric At(string name, int k, Func<RelevantHits, double> take)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        return new RetrievalMetric(string.Create(CultureInfo.InvariantCulture, $"{name}@{k}"), take);
    }
}

/// <summary>Where the relevant items of a query stand.</summary>
/// <param name="Ranks">Their ranks, ascending, from 1.</param>
/// <param name="Grades">The grade of each, above 0.</param>
internal sealed record RelevantHits(int[] Ranks, double[] Grades);
