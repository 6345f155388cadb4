using System.CommandLine;
using Relsim.Evaluation.Reports;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim evaluate report DIR</c>: one page of all that a folder's evaluations found.</summary>
internal static class EvaluateReportCommand
{
    public static Command Create()
    {
        var defaults = new EvaluationReportOptions();
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "Folder of an evaluation: whichever of retrieval, judge, study and calibration results it holds is shown." };
        var output = new Option<FileInfo?>("--output", "-o") { Description = $"The page (default: {EvaluationReport.FileName} in the folder)." };
        var highlight = new Option<string?>("--highlight") { Description = "The method that stands out (default: relsim, or mini where there is none)." };
        var queries = new Option<int>("--queries") { Description = "Queries shown with their hits, 0 to 100.", DefaultValueFactory = _ => defaults.Queries };
        var hits = new Option<int>("--hits") { Description = "Hits shown of each method, 1 to 20.", DefaultValueFactory = _ => defaults.Hits };
        var command = new Command("report", "Write one self-contained HTML page of an evaluation's folder: sentences, tables, charts, hits, and where every number comes from.") { folder, output, highlight, queries, hits };
        queries.RequireBetween(0, 100);
        hits.RequireBetween(1, 20);
        command.SetAction(parse =>
        {
            var options = new EvaluationReportOptions { Highlight = parse.GetValue(highlight), Queries = parse.GetValue(queries), Hits = parse.GetValue(hits) };
            string path = EvaluationReport.Write(parse.GetValue(folder)!.FullName, parse.GetValue(output)?.FullName, options);
            Output.Of(parse).Write(new { report = path }, console => console.Write(new Spectre.Console.Text($"Open {Output.ShortPath(path)}\n")));
            return ExitCodes.Ok;
        });
        return command;
    }
}
