using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Retrieval;

/// <summary>One method's numbers.</summary>
/// <param name="Method">Its name.</param>
/// <param name="RecallAt1">Share of queries whose first hit is relevant.</param>
/// <param name="RecallAt10">Share of queries with a relevant image among the first ten.</param>
/// <param name="MeanAveragePrecision">mAP over the whole ranking.</param>
/// <param name="MeanReciprocalRank">MRR.</param>
/// <param name="RPrecision">Mean R-precision.</param>
public sealed record BenchmarkRow(
    string Method,
    Estimate RecallAt1,
    Estimate RecallAt10,
    Estimate MeanAveragePrecision,
    Estimate MeanReciprocalRank,
    Estimate RPrecision);

/// <summary>Methods beside each other on the same queries and pool.</summary>
public sealed record BenchmarkTable
{
    /// <summary>What was measured.</summary>
    public required string Title { get; init; }

    /// <summary>What makes an image relevant to a query.</summary>
    public required string Relevance { get; init; }

    /// <summary>Images in the pool.</summary>
    public required int PoolSize { get; init; }

    /// <summary>Queries that count.</summary>
    public required int Queries { get; init; }

    /// <summary>Queries left out because nothing in their pool is relevant.</summary>
    public required int SkippedQueries { get; init; }

    /// <summary>R@1 that a random order would reach.</summary>
    public required double ChanceRecallAt1 { get; init; }

    /// <summary>Seed of the bootstrap and of the order among equal scores.</summary>
    public required int Seed { get; init; }

    /// <summary>One row a method.</summary>
    public required IReadOnlyList<BenchmarkRow> Rows { get; init; }

    /// <summary>Indented JSON with camel-case names; intervals included.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, BenchmarkJson.Default.BenchmarkTable);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such table.</exception>
    public static BenchmarkTable FromJson(string json) =>
        JsonSerializer.Deserialize(json, BenchmarkJson.Default.BenchmarkTable) ?? throw new JsonException("The table is null.");

    /// <summary>A heading, the table (best of each column in bold) and a line that says what the numbers are.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"### {Title}\n\n| method | R@1 | R@10 | mAP |\n| --- | --- | --- | --- |\n");
        foreach (BenchmarkRow row in Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Method.Replace("|", "\\|", StringComparison.Ordinal)} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(row, r => r.RecallAt1)} | {Cell(row, r => r.RecallAt10)} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(row, r => r.MeanAveragePrecision)} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"| (random order) | {ChanceRecallAt1:0.000} | | |\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Queries:N0} queries against {PoolSize:N0} images; relevant: {Relevance}. ");
        text.Append("R@k: share of queries with a relevant image among the first k, the query itself excluded. ");
        text.Append(CultureInfo.InvariantCulture, $"In brackets 95 % bootstrap intervals over queries (seed {Seed}).");
        if (SkippedQueries > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" {SkippedQueries:N0} queries without a relevant image were left out.");
        }

        return text.Append('\n').ToString();
    }

    private string Cell(BenchmarkRow row, Func<BenchmarkRow, Estimate> column)
    {
        Estimate value = column(row);
        return value.Mean >= Rows.Max(other => column(other).Mean)
            ? string.Create(CultureInfo.InvariantCulture, $"**{value.Mean:0.000}** [{value.Low:0.000}, {value.High:0.000}]")
            : value.ToString();
    }
}

/// <summary>The files' JSON: NaN, where nothing was counted, is written as "NaN".</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(BenchmarkTable))]
internal sealed partial class BenchmarkJson : JsonSerializerContext;
