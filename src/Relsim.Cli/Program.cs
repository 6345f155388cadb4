using System.CommandLine;
using Relsim.Cli.Commands;

namespace Relsim.Cli;

internal static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.RunAsync(CreateRoot(), args, Console.Out, Console.Error);

    public static RootCommand CreateRoot() => new("Relational visual similarity: which pictures share a logic, whatever they look like.")
    {
        DemoCommand.Create(),
        ScoreCommand.Create(),
        ExplainCommand.Create(),
        SearchCommand.Create(),
        LibraryCommand.Create(),
        ServeCommand.Create(),
        McpCommand.Create(),
        EmbedCommand.Create(),
        CaptionCommand.Create(),
        ScenesCommand.Create(),
        TrainCommand.Create(),
        EvaluateCommand.Create(),
        ModelsCommand.Create(),
        DoctorCommand.Create(),
        Output.JsonOption,
    };
}
