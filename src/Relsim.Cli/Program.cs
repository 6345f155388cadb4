using System.CommandLine;
using Relsim.Cli.Commands;

var root = new RootCommand("Relational visual similarity: which pictures share a logic, whatever they look like.")
{
    EvaluateCommand.Create(),
    ScenesCommand.Create(),
    TrainCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
