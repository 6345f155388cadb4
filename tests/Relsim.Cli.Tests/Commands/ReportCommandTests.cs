namespace Relsim.Cli.Tests.Commands;

public sealed class ReportCommandTests
{
    private const string Counts = "method_a,method_b,wins_a,ties,wins_b\nrelsim,DreamSim,427,150,303\n";

    [Fact]
    public async Task EvaluateReport_OfAStudysFolder_WritesThePage()
    {
        using var folder = new TemporaryFolder();
        string votes = folder.Write("votes.csv", Counts);
        Assert.Equal(ExitCodes.Ok, (await Cli.RunAsync("evaluate", "study", votes, "--output", folder["run"])).ExitCode);
        CliResult result = await Cli.RunAsync("evaluate", "report", folder["run"], "--json");
        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        string page = result.Json.GetProperty("report").GetString()!;
        Assert.Equal(folder["run/report.html"], page);
        string text = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.Contains("48.5 %", text, StringComparison.Ordinal);
        Assert.Contains($"relsim evaluate study {votes} --output", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateReport_OfAFolderWithoutResults_SaysWhatToDo()
    {
        using var folder = new TemporaryFolder();
        CliResult empty = await Cli.RunAsync("evaluate", "report", folder.Path), many = await Cli.RunAsync("evaluate", "report", folder.Path, "--hits", "21");
        Assert.Equal((ExitCodes.Failed, ExitCodes.Usage), (empty.ExitCode, many.ExitCode));
        Assert.Contains("holds no result", empty.Error, StringComparison.Ordinal);
        Assert.Contains("from 1 to 20", many.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluatePublished_OfCounts_DrawsThem()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data/preference.csv", Counts);
        CliResult result = await Cli.RunAsync("evaluate", "published", folder["data"], "--output", folder["charts"]);
        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.True(File.Exists(folder["charts/published-preferences.svg"]));
        Assert.Contains("published-preferences.png", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluatePublished_OfAFaultyFile_NamesFileAndLine()
    {
        using var folder = new TemporaryFolder();
        string scores = folder.Write("judge-scores.csv", "method,score,note\nrelsim,eleven,\n");
        CliResult result = await Cli.RunAsync("evaluate", "published", folder.Path, "--output", folder["charts"]);
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains($"{scores}, line 2", result.Error, StringComparison.Ordinal);
    }
}
