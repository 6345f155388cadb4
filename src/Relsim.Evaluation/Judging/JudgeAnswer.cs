using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Relsim.Evaluation.Judging;

/// <summary>What an answer is.</summary>
internal enum JudgeOutcome
{
    /// <summary>A number from 0 to 10, and nothing else.</summary>
    Score,

    /// <summary>The model or the service would not answer.</summary>
    Refusal,

    /// <summary>Anything else.</summary>
    Garbage,
}

/// <summary>An answer as it is kept: what was said, what that is, and what it cost. Only a <see cref="JudgeOutcome.Score"/> has a score.</summary>
internal sealed partial record JudgeAnswer(
    JudgeOutcome Outcome, double? Score, string Text, string? FinishReason, long? InputTokens, long? OutputTokens, string? ServedBy)
{
    /// <summary>Reads an answer strictly: what is not one number of the scale, in the form asked for and whole, is never guessed at.</summary>
    public static JudgeAnswer Read(ChatResponse response, bool structured)
    {
        string text = response.Text;
        string? refusal = response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().FirstOrDefault()?.Message;
        double? score = null;
        JudgeOutcome outcome = JudgeOutcome.Garbage;
        if (response.FinishReason == ChatFinishReason.ContentFilter || refusal is not null)
        {
            outcome = JudgeOutcome.Refusal;
        }
        else if (response.FinishReason == ChatFinishReason.Length)
        {
            // Cut short: "1" may have been the beginning of "10".
            outcome = JudgeOutcome.Garbage;
        }
        else if (string.IsNullOrWhiteSpace(text) || Refusals().IsMatch(text))
        {
            outcome = JudgeOutcome.Refusal;
        }
        else if ((score = structured ? ReadObject(text) : ReadNumber(text)) is not null)
        {
            outcome = JudgeOutcome.Score;
        }

        return new JudgeAnswer(
            outcome, score, refusal ?? text, response.FinishReason?.Value, response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount, response.ModelId);
    }

    /// <summary>The number of <c>{"score": NUMBER}</c>, or null where the text is anything else.</summary>
    internal static double? ReadObject(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.EnumerateObject().ToArray() is [{ Name: "score" } only]
                && only.Value.ValueKind == JsonValueKind.Number && only.Value.TryGetDouble(out double score)
                    ? OnScale(score)
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The number that the text is, or null where it is anything else.</summary>
    internal static double? ReadNumber(string text) =>
        Number().IsMatch(text) ? OnScale(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)) : null;

    // Adding 0 turns -0 into 0.
    private static double? OnScale(double score) => score is >= 0 and <= 10 ? score + 0.0 : null;

    [GeneratedRegex(@"\A\s*[0-9]{1,2}(\.[0-9]{1,17})?\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"\A\W*(I['’]?m sorry|I am sorry|Sorry|I apologi[sz]e|I can['’]?t|I cannot|I can not|I['’]?m unable|I am unable|I won['’]?t|I will not)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Refusals();
}
