using System.Text.Json;
using Relsim.Evaluation.Study;

namespace Relsim.Cli.Tests.Commands;

public sealed class EvaluateStudyCommandTests : IDisposable
{
    private const string Votes = """
        question,rater,method_a,method_b,vote,query,candidate_a,candidate_b
        q1,ann,relsim,dino,a,1,11.png,21.png
        q1,ben,dino,relsim,b,1,21.png,11.png
        q2,ann,relsim,dino,b,2,12.png,22.png
        q2,ben,relsim,dino,tie,2,12.png,22.png
        """;

    private const string Judge = """
        {"config": {"model": "m"}, "summary": {}, "detailed_results": {
          "relsim": [{"query_id": 1, "retrieved_image": "11.png", "rank": 1, "score": 8}, {"query_id": 2, "retrieved_image": "12.png", "rank": 1, "score": 6}],
          "dino": [{"query_id": 1, "retrieved_image": "21.png", "rank": 1, "score": 2}, {"query_id": 2, "retrieved_image": "22.png", "rank": 1, "score": 5}]}}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Study_VotesAndJudge_PrintsAndWritesBothReports()
    {
        string votes = _folder.Write("votes.csv", Votes), judge = _folder.Write("judge.json", Judge), output = _folder["out"];

        CliResult text = await Cli.RunAsync("evaluate", "study", votes, "--judge", judge, "--output", output);
        CliResult json = await Cli.RunAsync("evaluate", "study", votes, "--judge", judge, "--json");

        Assert.Equal((ExitCodes.Ok, ExitCodes.Ok), (text.ExitCode, json.ExitCode));
        Assert.Contains("| relsim | dino | 4 | 2 (50.0 %", text.Output, StringComparison.Ordinal);
        StudyReport report = StudyReport.FromJson(await File.ReadAllTextAsync(Path.Combine(output, "study.json"), TestContext.Current.CancellationToken));
        Assert.Equal(report.ToMarkdown().Trim(), (await File.ReadAllTextAsync(Path.Combine(output, "study.md"), TestContext.Current.CancellationToken)).Trim());
        Assert.Equal(2.0 / 3, report.Judge!.Accuracy.Mean, 1e-12);
        JsonElement row = json.Json.GetProperty("comparisons")[0];
        Assert.Equal(0.5, row.GetProperty("wins_a").GetProperty("share").GetDouble());
        Assert.Equal(report.Judge.Accuracy.Mean, json.Json.GetProperty("judge").GetProperty("accuracy").GetProperty("mean").GetDouble());
    }

    [Fact]
    public async Task Study_NothingButTies_PrintsWhatIsUndefined()
    {
        string votes = _folder.Write("votes.csv", "method_a,method_b,wins_a,ties,wins_b\nx,y,0,3,0\n");

        CliResult text = await Cli.RunAsync("evaluate", "study", votes);
        CliResult json = await Cli.RunAsync("evaluate", "study", votes, "--json");

        Assert.Contains("Every vote is a tie", text.Output, StringComparison.Ordinal);
        Assert.Equal("NaN", json.Json.GetProperty("comparisons")[0].GetProperty("sign_test").GetString());
        Assert.Equal(JsonValueKind.Null, json.Json.GetProperty("strengths").ValueKind);
    }

    [Fact]
    public async Task Study_BadInputs_NameFileAndReason()
    {
        string good = _folder.Write("votes.csv", Votes), bad = _folder.Write("bad.csv", Votes + "\nq3,ann,relsim,dino,maybe,,,"), json = _folder.Write("judge.json", "{}");
        (string[] Args, string Reason)[] wrong =
        [
            ([bad], $"{bad}, line 6: the vote is 'maybe'"),
            ([_folder["gone.csv"]], _folder["gone.csv"]),
            ([good, "--judge", json], $"{json}: these are no results of a judge"),
        ];
        foreach ((string[] args, string reason) in wrong)
        {
            CliResult result = await Cli.RunAsync(["evaluate", "study", .. args]);

            Assert.Equal(ExitCodes.Failed, result.ExitCode);
            Assert.Contains(reason, result.Error, StringComparison.Ordinal);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
            Assert.Empty(result.Output);
        }

        Assert.Equal(ExitCodes.Usage, (await Cli.RunAsync("evaluate", "study", good, "--tie-band", "-1")).ExitCode);
    }

    [Fact]
    public async Task Study_Help_DocumentsBothForms()
    {
        CliResult help = await Cli.RunAsync("evaluate", "study", "--help");

        Assert.Contains("question,rater,method_a,method_b,vote", help.Output, StringComparison.Ordinal);
        Assert.Contains("method_a,method_b,wins_a,ties,wins_b", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("votes.csv", "votes.csv: there is no such file.")]
    [InlineData("missing/votes.csv", "A folder of it is missing;")]
    public async Task Study_FileThatIsNotThere_SaysWhereItWasLookedFor(string name, string expected)
    {
        using TemporaryFolder folder = new();
        CliResult result = await Cli.RunAsync("evaluate", "study", folder[name]);
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Contains(Environment.CurrentDirectory, result.Error, StringComparison.Ordinal);
    }
}
