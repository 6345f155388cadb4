using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Judging;

/// <summary>What a judge said about the methods: written as <c>judge-report.json</c>. Equal for equal answers, whenever and however they came in.</summary>
public sealed record JudgeReport
{
    // Letters of all scripts as they are: the file is read by people too.
    private static readonly JudgeReportJson Readable = new(
        new JsonSerializerOptions(JudgeReportJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The service and model asked, as it was named: <c>openai:gpt-4o</c>.</summary>
    public required string Judge { get; init; }

    /// <summary>The models that answered, as the service calls them, sorted; empty where it does not say.</summary>
    public required IReadOnlyList<string> ServedBy { get; init; }

    /// <summary>SHA-256 of all that makes the question: its wording, the form of the answer, the size of the pictures.</summary>
    public required string QuestionHash { get; init; }

    /// <summary>Temperature asked for; null is the service's own.</summary>
    public double? Temperature { get; init; }

    /// <summary>How often each pair was asked about in each of its two orders.</summary>
    public required int Repeats { get; init; }

    /// <summary>Hits judged of each query.</summary>
    public required int TopK { get; init; }

    /// <summary>Seed of the intervals.</summary>
    public required int Seed { get; init; }

    /// <summary>Whether every answer is in; false where the budget was reached or answers failed.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The methods, in the order of the input.</summary>
    public required IReadOnlyList<JudgedMethod> Methods { get; init; }

    /// <summary>Each method against each later one, on the queries that both have scores for.</summary>
    public required IReadOnlyList<JudgedDifference> Differences { get; init; }

    /// <summary>How much the score depends on which picture comes first.</summary>
    public required OrderConsistency OrderConsistency { get; init; }

    /// <summary>How much it changes when the same is asked again; null with one repeat.</summary>
    public RepeatConsistency? RepeatConsistency { get; init; }

    /// <summary>What the answers cost, whenever they were paid.</summary>
    public required JudgeUsage Usage { get; init; }

    /// <summary>Pictures that could not be read, by path.</summary>
    public required IReadOnlyList<JudgeImageError> ImageErrors { get; init; }

    /// <summary>Indented JSON with camel-case names; NaN stands as "NaN".</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Readable.JudgeReport);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is no such JSON.</exception>
    public static JudgeReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, JudgeReportJson.Default.JudgeReport) ?? throw new JsonException("null is no judge report.");

    /// <summary>The tables as markdown.</summary>
    public string ToMarkdown()
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.AppendLine(culture, $"### Scores of the judge {Judge}, 0-10, with 95 % intervals over queries").AppendLine();
        text.AppendLine("| method | score | queries | pairs | scored | refused | garbage | failed | picture unreadable |").AppendLine("|---|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (JudgedMethod method in Methods)
        {
            text.AppendLine(culture, $"| {method.Name} | {method.Score} | {method.Score.Queries} | {method.Pairs} | {method.Scored} | {method.Refused} | {method.Garbage} | {method.Failed} | {method.Unreadable} |");
        }

        if (Differences.Count > 0)
        {
            text.AppendLine().AppendLine("### Paired differences").AppendLine();
            text.AppendLine("| first | second | difference | queries | p | p (Holm) |").AppendLine("|---|---|---|--:|--:|--:|");
            foreach (JudgedDifference difference in Differences)
            {
                text.AppendLine(culture, $"| {difference.First} | {difference.Second} | {difference.Difference} | {difference.Difference.Queries} | {difference.PValue:0.0000} | {difference.HolmPValue:0.0000} |");
            }
        }

        text.AppendLine().AppendLine("### Consistency of the judge").AppendLine();
        text.AppendLine(culture, $"Both orders of {OrderConsistency.Pairs} pairs: mean absolute difference {OrderConsistency.MeanAbsoluteDifference:0.000}, equal {OrderConsistency.ShareEqual:0.0 %}, correlation {OrderConsistency.Correlation:0.000}.");
        if (RepeatConsistency is { } repeated)
        {
            text.AppendLine(culture, $"{Repeats} repeats of {repeated.Pairs} ordered pairs: mean standard deviation {repeated.MeanStandardDeviation:0.000}, all equal {repeated.ShareEqual:0.0 %}.");
        }

        string cost = Usage.Cost is { } dollars ? string.Create(culture, $", ${dollars:0.0000}") : "";
        text.AppendLine().AppendLine(culture, $"{Usage.Calls} calls, {Usage.InputTokens} tokens in, {Usage.OutputTokens} out{cost}. Question {QuestionHash[..Math.Min(8, QuestionHash.Length)]}, seed {Seed}.");
        if (!IsComplete)
        {
            text.AppendLine("Not all answers are in.");
        }

        return text.ToString().ReplaceLineEndings("\n");
    }
}

/// <summary>What the judge thinks of one method.</summary>
/// <param name="Name">The method.</param>
/// <param name="Score">Mean over queries of the mean score of their pairs, 0-10, with its interval.</param>
/// <param name="Min">The lowest score of a pair; NaN where none was scored.</param>
/// <param name="Max">The highest score of a pair; NaN where none was scored.</param>
/// <param name="Pairs">Pairs to judge.</param>
/// <param name="Scored">Pairs with all answers in, at least one of them a score.</param>
/// <param name="Refused">Pairs without a score, at least one answer a refusal.</param>
/// <param name="Garbage">Pairs whose answers all were neither score nor refusal.</param>
/// <param name="Failed">Pairs of which an answer is missing: it failed, or was never asked for.</param>
/// <param name="Unreadable">Pairs with a picture that could not be read.</param>
/// <param name="RefusedAnswers">Answers that were refusals to the end.</param>
/// <param name="GarbageAnswers">Answers that were garbage to the end.</param>
public sealed record JudgedMethod(
    string Name, Estimate Score, double Min, double Max, int Pairs, int Scored, int Refused, int Garbage, int Failed, int Unreadable, int RefusedAnswers, int GarbageAnswers);

/// <summary>How much better one method is than another on the queries that both have.</summary>
/// <param name="First">The one.</param>
/// <param name="Second">The other.</param>
/// <param name="Difference">Mean of first minus second, with its interval.</param>
/// <param name="PValue">Two-sided bootstrap p-value of 'no difference'; NaN where they share no query.</param>
/// <param name="HolmPValue">The same, corrected for the number of differences.</param>
public sealed record JudgedDifference(string First, string Second, Estimate Difference, double PValue, double HolmPValue);

/// <summary>Scores of the same pair in both orders, over all pairs that have them.</summary>
/// <param name="Pairs">Pairs (each repeat is one) scored in both orders.</param>
/// <param name="MeanAbsoluteDifference">Mean of |score(a, b) - score(b, a)|; NaN without pairs.</param>
/// <param name="ShareEqual">Share of pairs with equal scores; NaN without pairs.</param>
/// <param name="Correlation">Pearson's correlation of the two; NaN where one of them does not vary.</param>
public sealed record OrderConsistency(int Pairs, double MeanAbsoluteDifference, double ShareEqual, double Correlation);

/// <summary>Scores of the same pair in the same order, asked for repeatedly.</summary>
/// <param name="Pairs">Ordered pairs with at least two scores.</param>
/// <param name="MeanStandardDeviation">Mean over pairs of the sample standard deviation within a pair; NaN without pairs.</param>
/// <param name="ShareEqual">Share of pairs whose scores are all equal; NaN without pairs.</param>
public sealed record RepeatConsistency(int Pairs, double MeanStandardDeviation, double ShareEqual);

/// <summary>What the answers of a result cost, those of earlier attempts included.</summary>
/// <param name="Calls">Answers that were paid for.</param>
/// <param name="InputTokens">Tokens in, as the service counted them.</param>
/// <param name="OutputTokens">Tokens out, as the service counted them.</param>
/// <param name="Uncounted">Answers among them for which the service named no tokens.</param>
/// <param name="Cost">Dollars; null where no prices were given.</param>
public sealed record JudgeUsage(int Calls, long InputTokens, long OutputTokens, int Uncounted, decimal? Cost);

/// <summary>A picture that could not be read.</summary>
/// <param name="Path">Its path, as the input has it.</param>
/// <param name="Reason">What is wrong and what to do about it.</param>
public sealed record JudgeImageError(string Path, string Reason);

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JudgeReport))]
internal sealed partial class JudgeReportJson : JsonSerializerContext;
