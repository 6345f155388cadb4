namespace Relsim.Evaluation.Retrieval;

/// <summary>The metrics that <see cref="RetrievalBenchmark"/> takes of every ranking.</summary>
public enum RetrievalMetric
{
    /// <summary>R@1: is the first hit relevant?</summary>
    HitAt1,

    /// <summary>R@10: is any of the first ten relevant?</summary>
    HitAt10,

    /// <summary>Average precision over the whole ranking; its mean is mAP.</summary>
    AveragePrecision,

    /// <summary>One over the rank of the first relevant item; its mean is MRR.</summary>
    ReciprocalRank,

    /// <summary>Precision among as many first places as there are relevant items.</summary>
    RPrecision,
}
