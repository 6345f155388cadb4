using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Retrieval;

/// <summary>Gathers what was measured of each method and makes tables of it, with intervals and paired tests.</summary>
internal sealed class RelevanceTables(IReadOnlyList<Relevance> relevances, MetricChoice metrics, RetrievalSettings settings)
{
    private readonly Dictionary<string, List<(string Method, RetrievalRun Run)>> _runs = relevances.ToDictionary(relevance => relevance.Name, _ => new List<(string, RetrievalRun)>());

    /// <summary>The metrics to take.</summary>
    public IReadOnlyList<RetrievalMetric> Metrics => relevances.Count == 0 ? [] : metrics.All;

    /// <summary>The relevance of the first table; nothing is relevant where none is known.</summary>
    public Func<int, int, double> Primary => relevances.Count > 0 ? relevances[0].Grade : (_, _) => 0;

    /// <summary>The relevances of further tables.</summary>
    public IEnumerable<Relevance> Others => relevances.Skip(1);

    /// <summary>Adds a method's run; without a relevance, to the first table where there is one.</summary>
    public void Add(string method, RetrievalRun run, Relevance? relevance = null)
    {
        if ((relevance ?? (relevances.Count > 0 ? relevances[0] : null)) is { } known)
        {
            _runs[known.Name].Add((method, run));
        }
    }

    /// <summary>Computes intervals and tests on all processors; the results do not depend on how many there are.</summary>
    public IReadOnlyList<RelevanceTable> Finish(IProgress<RetrievalProgress>? progress, CancellationToken cancellationToken)
    {
        int done = 0;
        return [.. relevances.Select(relevance =>
        {
            progress?.Report(new RetrievalProgress("Intervals and tests", done++, relevances.Count));
            return Table(relevance.Name, _runs[relevance.Name], cancellationToken);
        })];
    }

    private RelevanceTable Table(string name, List<(string Method, RetrievalRun Run)> runs, CancellationToken cancellationToken)
    {
        RetrievalRun first = runs[0].Run;
        return new RelevanceTable
        {
            Relevance = name,
            Queries = first.CountedQueries.Count,
            SkippedQueries = first.SkippedQueries,
            ChanceHitAt1 = first.ChanceRecallAt1,
            Methods = Each(runs, run => Results(run.Method, run.Run), cancellationToken),
            Differences = [.. metrics.Tested.SelectMany(metric => Differences(metric, runs, cancellationToken))],
        };
    }

    private MethodResults Results(string method, RetrievalRun run)
    {
        return new MethodResults(
            method,
            [.. metrics.Reported.Select(metric => new MetricEstimate(metric.Name, run.Mean(method, metric)))],
            [.. metrics.Ranks.Select(rank => new CurvePoint(rank, Mean(RetrievalMetric.Precision(rank)), Mean(RetrievalMetric.Recall(rank)), Mean(RetrievalMetric.HitRate(rank))))]);

        double Mean(RetrievalMetric metric) => run.CountedQueries.Count == 0 ? double.NaN : run.Values(method, metric).ToArray().Average();
    }

    private IEnumerable<MethodDifference> Differences(RetrievalMetric metric, List<(string Method, RetrievalRun Run)> runs, CancellationToken cancellationToken)
    {
        (int First, int Second)[] pairs = [.. from first in Enumerable.Range(0, runs.Count) from second in Enumerable.Range(first + 1, runs.Count - first - 1) select (first, second)];
        PairedDifference[] differences = Each(
            pairs,
            pair => Bootstrap.Difference(
                runs[pair.First].Run.Values(runs[pair.First].Method, metric), runs[pair.Second].Run.Values(runs[pair.Second].Method, metric), settings.Seed, settings.Resamples),
            cancellationToken);
        double[] adjusted = HolmCorrection.Adjust([.. differences.Select(difference => difference.PValue)]);
        return pairs.Select((pair, i) => new MethodDifference(
            metric.Name, runs[pair.First].Method, runs[pair.Second].Method, differences[i].Difference, differences[i].PValue, adjusted[i]));
    }

    private static TResult[] Each<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> compute, CancellationToken cancellationToken)
    {
        var results = new TResult[items.Count];
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, results.Length, parallel, i => results[i] = compute(items[i]));
        return results;
    }
}
