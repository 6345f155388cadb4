using System.CommandLine;
using Relsim.Evaluation.Reports;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim evaluate published DATA --output DIR</c>: the paper's charts, drawn from its numbers in files.</summary>
internal static class EvaluatePublishedCommand
{
    public static Command Create()
    {
        var data = new Argument<DirectoryInfo>("DATA")
        {
            Description = $"Folder of {PublishedFigures.ScoresFile} (method,score,note) and {PublishedFigures.PreferenceFile} (method_a,method_b,wins_a,ties,wins_b): docs/results/published.",
        };
        var output = new Option<DirectoryInfo>("--output", "-o") { Description = "Folder of the charts, each as PNG and SVG.", Required = true };
        var command = new Command("published", "Draw the charts of published scores and preferences from data files.") { data, output };
        command.SetAction(parse =>
        {
            IReadOnlyList<string> files = PublishedFigures.Draw(parse.GetValue(data)!.FullName, parse.GetValue(output)!.FullName);
            Output.Of(parse).Write(new { files }, console => console.Write(new Spectre.Console.Text(string.Concat(files.Select(file => $"{Output.ShortPath(file)}\n")))));
            return ExitCodes.Ok;
        });
        return command;
    }
}
