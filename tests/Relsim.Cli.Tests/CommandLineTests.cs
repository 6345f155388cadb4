namespace Relsim.Cli.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_EveryCommand_DescribesItAndExitsZero()
    {
        Assert.All(Cli.AllCommands(), command => Assert.False(string.IsNullOrWhiteSpace(command.Command.Description)));
        foreach ((string[] path, System.CommandLine.Command command) in Cli.AllCommands())
        {
            CliResult result = await Cli.RunAsync([.. path, "--help"]);

            Assert.Equal(ExitCodes.Ok, result.ExitCode);
            Assert.Contains(command.Description!, result.Output, StringComparison.Ordinal);
            Assert.Empty(result.Error);
        }
    }

    [Fact]
    public void Options_EveryCommand_AreDescribed() => Assert.All(
        Cli.AllCommands().SelectMany(command => command.Command.Options),
        option => Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name));

    [Theory]
    [InlineData("Required command was not provided.")]
    [InlineData("search", "serch", "l.db")]
    [InlineData("'B'", "score", "a.png")]
    [InlineData("--jsn", "score", "a.png", "b.png", "--jsn")]
    [InlineData("-x", "score", "-x", "b.png")]
    [InlineData("--image, --text or --minus-text", "search", "l.db")]
    [InlineData("needs an --image", "search", "l.db", "--text", "x", "--attribute-weight", "0.5")]
    [InlineData("both 0", "search", "l.db", "--text", "x", "--relational-weight", "0")]
    [InlineData("--top-k must be at least 1", "search", "l.db", "--text", "x", "--top-k", "0")]
    [InlineData("--since", "search", "l.db", "--text", "x", "--since", "yesterday")]
    [InlineData("--output", "embed", "a.png")]
    [InlineData("looks", "embed", "a.png", "-o", "o.npz", "--space", "looks")]
    [InlineData("PATH", "library", "remove", "l.db")]
    public async Task Run_WrongUsage_SaysWhatAndExitsTwo(string expected, params string[] args)
    {
        CliResult result = await Cli.RunAsync(args);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Contains("--help'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NameThatBeginsWithADash_IsTakenAfterTwoDashes()
    {
        CliResult result = await Cli.RunAsync("library", "info", "--", "-l.db");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("-l.db: there is no such library", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AsAProcess_ExitsWithTheSameCodes()
    {
        using System.Diagnostics.Process child = Cli.Start("score", "a.png");
        string error = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Usage, child.ExitCode);
        Assert.Contains("'relsim score --help'", error, StringComparison.Ordinal);
    }
}
