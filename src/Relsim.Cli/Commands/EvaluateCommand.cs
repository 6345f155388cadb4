using System.CommandLine;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim evaluate</c>: a table of contents of what can be measured.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var command = new Command("evaluate", "Measure models and methods.");
        command.Subcommands.Add(EvaluateScenesCommand.Create());
        command.Subcommands.Add(EvaluateRetrievalCommand.Create());
        command.Subcommands.Add(EvaluateJudgeCommand.Create());
        command.Subcommands.Add(EvaluateStudyCommand.Create());
        command.Subcommands.Add(EvaluateCalibrateCommand.Create());
        command.Subcommands.Add(EvaluateReportCommand.Create());
        command.Subcommands.Add(EvaluatePublishedCommand.Create());
        return command;
    }
}
