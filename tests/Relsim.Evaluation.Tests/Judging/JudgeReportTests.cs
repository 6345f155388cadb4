using System.Text.Json;
using Relsim.Evaluation.Judging;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Tests.Judging;

public sealed class JudgeReportTests
{
    private static readonly JudgeReport Report = new()
    {
        Judge = "openai:gpt-4o",
        ServedBy = ["gpt-4o-2024-08-06"],
        QuestionHash = new string('a', 64),
        Temperature = 0,
        Repeats = 2,
        TopK = 1,
        Seed = 1,
        IsComplete = false,
        Methods =
        [
            new JudgedMethod("relsim", new Estimate(6.77, 6.5, 7, 1000), 0, 10, 1000, 990, 5, 3, 2, 0, 11, 7),
            new JudgedMethod("empty", new Estimate(double.NaN, double.NaN, double.NaN, 0), double.NaN, double.NaN, 1, 0, 1, 0, 0, 0, 2, 0),
        ],
        Differences = [new JudgedDifference("relsim", "empty", new Estimate(double.NaN, double.NaN, double.NaN, 0), double.NaN, double.NaN)],
        OrderConsistency = new OrderConsistency(10, 0.5, 0.4, 0.9),
        RepeatConsistency = new RepeatConsistency(20, 0.1, 0.75),
        Usage = new JudgeUsage(4000, 1_000_000, 40_000, 0, 2.9m),
        ImageErrors = [new JudgeImageError("p/é.png", "no such file. Check the path and the permissions.")],
    };

    [Fact]
    public void FromJson_OfToJson_IsTheSame()
    {
        string json = Report.ToJson();

        Assert.Equal(json, JudgeReport.FromJson(json).ToJson());
        Assert.Equal(Report.Methods[0], JudgeReport.FromJson(json).Methods[0]);
        Assert.Equal(Report.Usage, JudgeReport.FromJson(json).Usage);
        Assert.Contains("p/é.png", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    public void FromJson_OtherJson_IsRefused(string json) => Assert.Throws<JsonException>(() => JudgeReport.FromJson(json));

    [Fact]
    public void ToMarkdown_Report_HoldsTheNumbers()
    {
        string text = Report.ToMarkdown();

        Assert.Contains("| relsim | 6.770 [6.500, 7.000] | 1000 | 1000 | 990 | 5 | 3 | 2 | 0 |", text, StringComparison.Ordinal);
        Assert.Contains("$2.9000", text, StringComparison.Ordinal);
        Assert.Contains("Not all answers are in.", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
    }
}
