using System.CommandLine;
using System.Text;
using Relsim.Datasets;
using Relsim.Evaluation.Study;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim evaluate study VOTES.csv</c>: what people preferred, how far they agree, and how far a judge agrees with them.</summary>
internal static class EvaluateStudyCommand
{
    public static Command Create()
    {
        var votes = new Argument<string>("VOTES.csv")
        {
            Description = "One vote a row: question,rater,method_a,method_b,vote (a, b or tie) and, if known, query,candidate_a,candidate_b. "
                + "Or published counts, one comparison a row: method_a,method_b,wins_a,ties,wins_b.",
        };
        var judge = new Option<string?>("--judge") { Description = "Results of a judge on the same queries (the published judge JSON); the votes then need the column query." };
        var band = new Option<double>("--tie-band") { Description = "Scores of the judge this close are its tie.", DefaultValueFactory = _ => 0 };
        var seed = new Option<int>("--seed") { Description = "Seed of the bootstrap intervals.", DefaultValueFactory = _ => 1 };
        var output = new Option<DirectoryInfo?>("--output") { Description = "Folder for study.md, study.json and report.html." };
        band.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<double>() is not >= 0)
            {
                result.AddError("--tie-band must be 0 or more.");
            }
        });
        var command = new Command("study", "Statistics of a preference study: wins with intervals and tests, strengths, agreement of raters, and of a judge with them.")
        {
            votes, judge, band, seed, output,
        };
        command.SetAction(parse =>
        {
            VotesFile file = VotesFile.Read(parse.GetValue(votes)!);
            JudgeScores? scores = parse.GetValue(judge) is { } path ? JudgeScores.Read(path) : null;
            StudyReport report = StudyAnalysis.Run(file, scores, new StudyOptions { Seed = parse.GetValue(seed), TieBand = parse.GetValue(band) });
            if (parse.GetValue(output) is { } folder)
            {
                RunFolder.Begin(folder.FullName, parse, parse.GetValue(seed), [parse.GetValue(votes), parse.GetValue(judge)]);
                AtomicFile.Write(Path.Combine(folder.FullName, "study.md"), stream => stream.Write(Encoding.UTF8.GetBytes(report.ToMarkdown())));
                AtomicFile.Write(Path.Combine(folder.FullName, "study.json"), stream => stream.Write(Encoding.UTF8.GetBytes(report.ToJson())));
                _ = RunFolder.WriteReport(folder.FullName);
            }

            Output.Of(parse).Write(report, console => console.Write(new Spectre.Console.Text(report.ToMarkdown())));
            return ExitCodes.Ok;
        });
        return command;
    }
}
