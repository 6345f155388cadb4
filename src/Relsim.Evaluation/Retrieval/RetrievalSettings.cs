using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Retrieval;

/// <summary>What is asked in a retrieval run.</summary>
public sealed record RetrievalSettings
{
    /// <summary>Queries drawn from the pool, at most. Default 1,000, as in the paper.</summary>
    public int Queries { get; init; } = 1000;

    /// <summary>Identifiers of the queries, instead of drawn ones.</summary>
    public IReadOnlyList<string>? QueryIds { get; init; }

    /// <summary>Hits of each query in the published JSON, and the first cutoff of the metrics. Default 10.</summary>
    public int TopK { get; init; } = 10;

    /// <summary>Hits of each query in the TREC run files. Default 1,000.</summary>
    public int RunDepth { get; init; } = 1000;

    /// <summary>Seed of the queries, of the bootstrap and of the order among equal scores. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Bootstrap resamples of each interval and test. Default 10,000.</summary>
    public int Resamples { get; init; } = Bootstrap.TestResamples;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Queries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TopK, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RunDepth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Resamples, 1);
    }
}

/// <summary>How far a run has come.</summary>
/// <param name="Stage">What is being done, for people.</param>
/// <param name="Done">Parts done.</param>
/// <param name="Total">Parts in all.</param>
public readonly record struct RetrievalProgress(string Stage, int Done, int Total);
