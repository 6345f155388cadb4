using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Retrieval;

/// <summary>What a retrieval run measured: the content of <c>retrieval.json</c>. Equal runs give equal reports: it holds neither times nor paths.</summary>
public sealed record RetrievalReport
{
    /// <summary>Seed of the queries, of the bootstrap and of the order among equal scores.</summary>
    public required int Seed { get; init; }

    /// <summary>Bootstrap resamples of each interval and test.</summary>
    public required int Resamples { get; init; }

    /// <summary>Hits of each query that the published JSON holds, and the cutoff of the tables.</summary>
    public required int TopK { get; init; }

    /// <summary>Readable images in the pool, queries included.</summary>
    public required int PoolSize { get; init; }

    /// <summary>SHA-256 over the pool's identifiers and contents: equal pools give equal digests.</summary>
    public string PoolDigest { get; init; } = "";

    /// <summary>Queries asked.</summary>
    public required int Queries { get; init; }

    /// <summary>Images whose bytes another image before them in the pool has too; none of them is a hit of its twin.</summary>
    public required int DuplicateImages { get; init; }

    /// <summary>Images left out because they cannot be read.</summary>
    public required int UnreadableImages { get; init; }

    /// <summary>The methods, in the order asked for.</summary>
    public required IReadOnlyList<MethodDescription> Methods { get; init; }

    /// <summary>One a kind of relevance; empty where none is known.</summary>
    public required IReadOnlyList<RelevanceTable> Tables { get; init; }

    /// <summary>Indented JSON with camel-case names; what has no value is "NaN".</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RetrievalReportJson.Default.RetrievalReport);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such report.</exception>
    public static RetrievalReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, RetrievalReportJson.Default.RetrievalReport) ?? throw new JsonException("The report is null.");
}

/// <summary>What was compared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fingerprint">Model, weights, preprocessing and options.</param>
/// <param name="Direction">Which scores are closer.</param>
/// <param name="Range">What its scores lie between.</param>
/// <param name="Source">Where it is published.</param>
/// <param name="UndescribedImages">Readable images of which it could say nothing (an empty caption, say); they stay in the pool, at score 0 or the largest distance.</param>
public sealed record MethodDescription(string Name, string Fingerprint, ScoreDirection Direction, ScoreRange Range, string Source, int UndescribedImages);

/// <summary>The methods measured against one kind of relevance.</summary>
public sealed record RelevanceTable
{
    /// <summary>The label's name, or the name of the qrels file.</summary>
    public required string Relevance { get; init; }

    /// <summary>Queries that count.</summary>
    public required int Queries { get; init; }

    /// <summary>Queries left out because nothing in their pool is relevant.</summary>
    public required int SkippedQueries { get; init; }

    /// <summary>hit@1 that a random order would reach.</summary>
    public required double ChanceHitAt1 { get; init; }

    /// <summary>One a method, in order.</summary>
    public required IReadOnlyList<MethodResults> Methods { get; init; }

    /// <summary>Every pair of methods on every tested metric.</summary>
    public required IReadOnlyList<MethodDifference> Differences { get; init; }
}

/// <summary>One method's numbers.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Metrics">Means over queries with their 95 % intervals.</param>
/// <param name="Curve">Precision and recall by rank, ascending.</param>
public sealed record MethodResults(string Method, IReadOnlyList<MetricEstimate> Metrics, IReadOnlyList<CurvePoint> Curve)
{
    /// <summary>The estimate of a metric by its name ("map", "ndcg@10").</summary>
    /// <exception cref="InvalidOperationException">It was not taken.</exception>
    public Estimate Of(string metric) => Metrics.First(value => value.Metric == metric).Value;
}

/// <summary>A metric's mean over queries.</summary>
/// <param name="Metric">Its name (<see cref="RetrievalMetric.Name"/>).</param>
/// <param name="Value">Mean and interval.</param>
public sealed record MetricEstimate(string Metric, Estimate Value);

/// <summary>Means over queries at a rank.</summary>
/// <param name="Rank">The rank, from 1.</param>
/// <param name="Precision">Share of the hits up to it that are relevant.</param>
/// <param name="Recall">Share of the relevant images that are among them.</param>
/// <param name="HitRate">Share of the queries with a relevant image among them.</param>
public sealed record CurvePoint(int Rank, double Precision, double Recall, double HitRate);

/// <summary>How two methods differ, paired by query.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="First">A method.</param>
/// <param name="Second">Another one.</param>
/// <param name="Difference">Mean of first minus second, with its 95 % interval.</param>
/// <param name="PValue">Two-sided p-value of 'no difference' (paired bootstrap).</param>
/// <param name="AdjustedPValue">The same after Holm's correction over all pairs of this table and metric.</param>
public sealed record MethodDifference(string Metric, string First, string Second, Estimate Difference, double PValue, double AdjustedPValue);

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RetrievalReport))]
internal sealed partial class RetrievalReportJson : JsonSerializerContext;
