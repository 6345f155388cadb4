using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relsim.Evaluation.Judging;

/// <summary>The published <c>gpt_retrieval_scores.json</c>, and what we add: each answer, and how it was asked for.</summary>
internal sealed record PublishedJudgement(
    PublishedConfig Config, OrderedDictionary<string, PublishedSummary> Summary, OrderedDictionary<string, IReadOnlyList<PublishedPair>> DetailedResults)
{
    // Letters of all scripts as they are: the file is read by people too.
    private static readonly PublishedJudgementJson Readable = new(
        new JsonSerializerOptions(PublishedJudgementJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public string ToJson() => JsonSerializer.Serialize(this, Readable.PublishedJudgement);
}

internal sealed record PublishedConfig(
    string JsonPath, int TopK, IReadOnlyList<string> Methods, string Judge, string QuestionHash, double? Temperature, int Repeats, int Attempts, int MaxSide, int? Limit);

/// <summary>Scores are null where no pair has one.</summary>
internal sealed record PublishedSummary(int TotalPairs, int ValidPairs, double? AverageScore, double? MinScore, double? MaxScore);

/// <summary>A pair; its score is the mean of those of its answers, and null where there is none or an answer is missing.</summary>
internal sealed record PublishedPair(
    string QueryId, string QueryImage, string RetrievedImage, string Method, int Rank, string? Response, double? Score, string Status, IReadOnlyList<PublishedAnswer> Answers);

/// <summary>The answer that stands for one order and repeat, after so many attempts.</summary>
internal sealed record PublishedAnswer(string Order, int Repeat, string Outcome, double? Score, string Response, string? FinishReason, int Attempts, long? InputTokens, long? OutputTokens);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PublishedJudgement))]
internal sealed partial class PublishedJudgementJson : JsonSerializerContext;
