using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Retrieval;

/// <summary>What a benchmark measured, query by query, so that methods can be compared in pairs.</summary>
public sealed class RetrievalRun
{
    private readonly RetrievalOptions _options;
    private readonly Dictionary<string, MethodRun> _methods;

    internal RetrievalRun(
        IReadOnlyList<string> methods, Dictionary<string, MethodRun> values, IReadOnlyList<int> countedQueries, int skipped, int poolSize,
        double chance, RetrievalOptions options)
    {
        Methods = methods;
        _methods = values;
        CountedQueries = countedQueries;
        SkippedQueries = skipped;
        PoolSize = poolSize;
        ChanceRecallAt1 = chance;
        _options = options;
    }

    /// <summary>Names, in the order given.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>Positions, in the list of queries, of those that have a relevant image in their pool.</summary>
    public IReadOnlyList<int> CountedQueries { get; }

    /// <summary>How many queries were left out because nothing in their pool is relevant.</summary>
    public int SkippedQueries { get; }

    /// <summary>Images in the pool, queries included.</summary>
    public int PoolSize { get; }

    /// <summary>R@1 that a random order would reach.</summary>
    public double ChanceRecallAt1 { get; }

    /// <summary>One value a counted query, in their order.</summary>
    /// <exception cref="KeyNotFoundException">There is no such method, or the metric was not taken.</exception>
    public ReadOnlySpan<double> Values(string method, RetrievalMetric metric) => _methods[method].Values[metric];

    /// <summary>The closest images of every query (not only of those that count), as many as <see cref="RetrievalOptions.Depth"/> says.</summary>
    /// <exception cref="KeyNotFoundException">There is no such method.</exception>
    public IReadOnlyList<IReadOnlyList<RankedHit>> Hits(string method) => _methods[method].Hits;

    /// <summary>The mean over queries with its interval.</summary>
    /// <exception cref="KeyNotFoundException">There is no such method.</exception>
    public Estimate Mean(string method, RetrievalMetric metric) => Bootstrap.Mean(Values(method, metric), _options.Seed, _options.Resamples);

    /// <summary>How much better <paramref name="first"/> is than <paramref name="second"/>, paired by query.</summary>
    /// <exception cref="KeyNotFoundException">There is no such method.</exception>
    public PairedDifference Compare(string first, string second, RetrievalMetric metric) =>
        Bootstrap.Difference(Values(first, metric), Values(second, metric), _options.Seed, _options.Resamples);

    /// <summary>The table of all methods.</summary>
    /// <param name="title">What was measured.</param>
    /// <param name="relevance">What makes an image relevant to a query, in a few words.</param>
    public BenchmarkTable ToTable(string title, string relevance) => new()
    {
        Title = title,
        Relevance = relevance,
        PoolSize = PoolSize,
        Queries = CountedQueries.Count,
        SkippedQueries = SkippedQueries,
        ChanceRecallAt1 = ChanceRecallAt1,
        Seed = _options.Seed,
        Rows = [.. Methods.Select(Row)],
    };

    private BenchmarkRow Row(string method) => new(
        method,
        Mean(method, RetrievalMetric.HitAt1),
        Mean(method, RetrievalMetric.HitAt10),
        Mean(method, RetrievalMetric.AveragePrecision),
        Mean(method, RetrievalMetric.ReciprocalRank),
        Mean(method, RetrievalMetric.RPrecision));
}

/// <summary>What was measured of one method.</summary>
/// <param name="Values">Metric to one value a counted query.</param>
/// <param name="Hits">The closest images of every query.</param>
internal sealed record MethodRun(IReadOnlyDictionary<RetrievalMetric, double[]> Values, IReadOnlyList<RankedHit[]> Hits);
