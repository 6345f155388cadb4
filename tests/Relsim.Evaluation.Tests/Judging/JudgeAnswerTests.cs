using System.Globalization;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.AI;
using Relsim.Evaluation.Judging;

namespace Relsim.Evaluation.Tests.Judging;

public sealed class JudgeAnswerTests
{
    [Theory]
    [InlineData("""{"score": 7}""", 7)]
    [InlineData("""  {"score":10}  """, 10)]
    [InlineData("""{"score": 0.0}""", 0)]
    [InlineData("""{"score": -0}""", 0)]
    [InlineData("""{"score": 2.5e0}""", 2.5)]
    public void ReadObject_OneScore_IsRead(string text, double expected) => Assert.Equal(expected, JudgeAnswer.ReadObject(text));

    [Theory]
    [InlineData("7")]
    [InlineData("""{"score": "7"}""")]
    [InlineData("""{"score": null}""")]
    [InlineData("""{"score": 10.01}""")]
    [InlineData("""{"score": -1}""")]
    [InlineData("""{"score": 1e400}""")]
    [InlineData("""{"score": NaN}""")]
    [InlineData("""{"score": 7, "score": 8}""")]
    [InlineData("""{"score": 7, "reason": "both fall"}""")]
    [InlineData("""{"Score": 7}""")]
    [InlineData("""[{"score": 7}]""")]
    [InlineData("""{"score": 7} {"score": 7}""")]
    [InlineData("""The answer: {"score": 7}""")]
    [InlineData("""```json {"score": 7} ```""")]
    [InlineData("""{"score": 7,}""")]
    [InlineData("""{"score": 07}""")]
    [InlineData("{}")]
    public void ReadObject_AnythingElse_IsGarbage(string text) => Assert.Null(JudgeAnswer.ReadObject(text));

    [Theory]
    [InlineData("7", 7)]
    [InlineData(" 10\n", 10)]
    [InlineData("6.25", 6.25)]
    public void ReadNumber_OneNumber_IsRead(string text, double expected) => Assert.Equal(expected, JudgeAnswer.ReadNumber(text));

    [Theory]
    [InlineData("7/10")]
    [InlineData("11")]
    [InlineData("10.5")]
    [InlineData("-1")]
    [InlineData("+7")]
    [InlineData("NaN")]
    [InlineData("7,5")]
    [InlineData("7.")]
    [InlineData(".5")]
    [InlineData("1e1")]
    [InlineData("٧")]
    [InlineData("7 8")]
    [InlineData("Score: 7")]
    [InlineData("""{"score": 7}""")]
    public void ReadNumber_AnythingElse_IsGarbage(string text) => Assert.Null(JudgeAnswer.ReadNumber(text));

    [Fact]
    public void Read_ScoresOfTheScale_ComeBack() => Gen.Double[0, 10].Sample(score =>
    {
        string json = JsonSerializer.Serialize(new { score });
        string plain = Math.Round(score, 6).ToString("0.######", CultureInfo.InvariantCulture);
        return JudgeAnswer.ReadObject(json) == score && JudgeAnswer.ReadNumber(plain) == double.Parse(plain, CultureInfo.InvariantCulture);
    });

    [Fact]
    public void Read_ScoresBesideTheScale_AreGarbage() => Gen.OneOf(Gen.Double[-1e6, -1e-6], Gen.Double[10.000001, 1e6]).Sample(score =>
        JudgeAnswer.ReadObject(JsonSerializer.Serialize(new { score })) is null
        && JudgeAnswer.ReadNumber(score.ToString("0.######", CultureInfo.InvariantCulture)) is null);

    [Fact]
    public void Read_ScoreWithAnythingAround_IsGarbage() => Gen.Select(Gen.Int[0, 10], Gen.Char.Array[1, 6], Gen.Bool).Sample((score, letters, before) =>
    {
        string around = new([.. letters.Where(letter => !char.IsWhiteSpace(letter))]);
        string json = $$"""{"score": {{score}}}""";
        bool isStillOne = around.Length == 0;
        bool objectIsRead = JudgeAnswer.ReadObject(before ? around + json : json + around) is not null;
        // A digit beside a number makes another number: that one may be on the scale.
        bool numberIsRead = JudgeAnswer.ReadNumber(before ? around + score : score + around) is { } read
            && !(around.All(letter => char.IsAsciiDigit(letter) || letter == '.') && read <= 10);
        return objectIsRead == isStillOne && (!numberIsRead || isStillOne);
    });

    [Fact]
    public void Read_AnyText_NeverThrowsAndScoresOnlyTheScale() => Gen.Select(Gen.String, Gen.Bool).Sample((text, structured) =>
    {
        var answer = JudgeAnswer.Read(new ChatResponse(new ChatMessage(ChatRole.Assistant, text)), structured);
        return (answer.Outcome == JudgeOutcome.Score) == answer.Score is >= 0 and <= 10;
    });

    [Theory]
    [InlineData("""{"score": 7}""", "content_filter", "Refusal")]
    [InlineData("""{"score": 1}""", "length", "Garbage")]
    [InlineData("", "length", "Garbage")]
    [InlineData("", "stop", "Refusal")]
    [InlineData(" \n", null, "Refusal")]
    [InlineData("I'm sorry, but I cannot compare these.", "stop", "Refusal")]
    [InlineData("I can’t help with that.", "stop", "Refusal")]
    [InlineData("Both pictures show 7 cats.", "stop", "Garbage")]
    [InlineData("""{"score": 7}""", "stop", "Score")]
    public void Read_FinishAndText_TellRefusalFromGarbage(string text, string? finish, string expected)
    {
        var response = new ChatResponse(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = finish is null ? null : new ChatFinishReason(finish) };

        var answer = JudgeAnswer.Read(response, structured: true);

        Assert.Equal(expected, answer.Outcome.ToString());
        Assert.Equal(expected == "Score", answer.Score is not null);
    }

    [Fact]
    public void Read_RefusalBesideAScore_IsARefusal()
    {
        var message = new ChatMessage(ChatRole.Assistant, [new TextContent("""{"score": 7}"""), new ErrorContent("No.") { ErrorCode = "Refusal" }]);

        var answer = JudgeAnswer.Read(new ChatResponse(message), structured: true);

        Assert.Equal((JudgeOutcome.Refusal, null, "No."), (answer.Outcome, answer.Score, answer.Text));
    }
}
