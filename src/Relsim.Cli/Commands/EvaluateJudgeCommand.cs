using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.AI;
using Relsim.Evaluation.Judging;
using Relsim.Evaluation.Services;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim evaluate judge RETRIEVED.json --judge SPEC --output DIR</c>: a vision model as judge of retrieved pairs.</summary>
internal static class EvaluateJudgeCommand
{
    private const string CacheName = "judge-cache.db";
    private const string ServiceTemperature = "default";

    private static readonly JudgeOptions Defaults = new() { Judge = "none" };
    private static readonly BackoffOptions Spread = new();

    public static Command Create()
    {
        var parts = new Parts();
        var command = new Command(
            "judge",
            "Let a vision model score retrieved pairs from 0 to 10 by their shared logic. Writes judge.json, judge-report.json, judge.md and report.html; a run that was stopped goes on where it was, and no answer is paid twice.");
        parts.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            Output output = Output.Of(parse);
            ServiceSpec spec = parts.Judge.Find(parse)!;
            string folder = parse.GetValue(parts.Output)!;
            using RelationalJudge judge = RelationalJudge.Open(
                parse.GetValue(parts.Retrieved)!, parse.GetValue(parts.Cache) ?? Path.Combine(folder, CacheName), parts.Read(parse, spec), cancellation);
            if (parse.GetValue(parts.DryRun))
            {
                Print(output, judge.Forecast());
                return ExitCodes.Ok;
            }

            using IChatClient client = parts.Judge.Open(parse, spec);
            RunFolder.Begin(folder, parse, parse.GetValue(parts.Seed), [parse.GetValue(parts.Retrieved)]);
            using ProgressBar bar = output.StartProgress("Judging");
            JudgeRunReport run = await judge.RunAsync(
                client, new BackoffOptions { Concurrency = parse.GetValue(parts.Concurrency) }, bar.Report, cancellationToken: cancellation).ConfigureAwait(false);
            bar.Dispose();
            JudgeResults results = judge.Results();
            results.Write(folder);
            _ = RunFolder.WriteReport(folder);
            Print(output, folder, run, results.Report);
            return ExitCode(run, results.Report);
        });
        return command;
    }

    private static int ExitCode(JudgeRunReport run, JudgeReport report) => run switch
    {
        { Open: 0 } when report.ImageErrors.Count == 0 => ExitCodes.Ok,
        { BudgetReached: true } => ExitCodes.PartlyDone,
        _ => ExitCodes.Of(report.Methods.Sum(method => method.Pairs - method.Failed - method.Unreadable), 1),
    };

    private static void Print(Output output, JudgeForecast forecast) => output.Write(forecast, console =>
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        string cost = forecast is { Cost: { } dollars, MostCost: { } most } ? string.Create(culture, $" Cost: ${dollars:0.00}, at the most ${most:0.00}.") : " Cost: unknown without --price-in and --price-out.";
        console.WriteLine(string.Create(culture, $"Questions: {forecast.Questions}. Answered: {forecast.Questions - forecast.Calls}. Calls to make: {forecast.Calls}."));
        console.WriteLine(string.Create(
            culture, $"Tokens: {forecast.InputTokens} in, {forecast.OutputTokens} out ({(forecast.IsMeasured ? "by the answers so far" : "a rule of thumb")}), at the most {forecast.MostTokens}.{cost}"));
    });

    private static void Print(Output output, string folder, JudgeRunReport run, JudgeReport report)
    {
        foreach (JudgeImageError error in report.ImageErrors)
        {
            output.Note($"warning: {error.Path}: {error.Reason}");
        }

        foreach (string failure in run.Failures)
        {
            output.Note($"warning: no answer: {failure}");
        }

        if (run.Unconfirmed > 0)
        {
            output.Note($"warning: {run.Unconfirmed} calls were sent and not answered; the service may bill them.");
        }

        if (run.Open > 0)
        {
            string why = run.Stopped is { } stopped ? $" ({stopped})" : "";
            string next = run.BudgetReached ? "Run again with a higher budget to go on." : "Run again to ask for them.";
            output.Note($"warning: {run.Open} questions have no answer{why}. {next}");
        }

        var document = new
        {
            output = folder,
            report.IsComplete,
            run,
            report.Usage,
            Methods = report.Methods.Select(method => new
            {
                method.Name,
                Score = Known(method.Score.Mean),
                Low = Known(method.Score.Low),
                High = Known(method.Score.High),
                method.Score.Queries,
                method.Pairs,
                method.Scored,
                method.Refused,
                method.Garbage,
                method.Failed,
                method.Unreadable,
            }),
        };
        output.Write(document, console => PrintTable(console, folder, run, report));
    }

    private static void PrintTable(IAnsiConsole console, string folder, JudgeRunReport run, JudgeReport report)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        Table table = Output.CreateTable("METHOD", ">SCORE", ">LOW", ">HIGH", ">QUERIES", ">PAIRS", ">SCORED", ">REFUSED", ">GARBAGE", ">FAILED");
        foreach (JudgedMethod method in report.Methods)
        {
            double[] score = [method.Score.Mean, method.Score.Low, method.Score.High];
            int[] counts = [method.Score.Queries, method.Pairs, method.Scored, method.Refused, method.Garbage, method.Failed + method.Unreadable];
            table.AddTextRow([method.Name, .. score.Select(value => Output.Number((float?)Known(value))), .. counts.Select(count => count.ToString(culture))]);
        }

        console.Write(table);
        string cost = report.Usage.Cost is { } dollars ? string.Create(culture, $" Cost: ${dollars:0.0000}.") : "";
        console.WriteLine($"Calls: {report.Usage.Calls}, {run.Calls} of them now. Tokens: {report.Usage.InputTokens} in, {report.Usage.OutputTokens} out.{cost} Written to {folder}.");
    }

    private static double? Known(double value) => double.IsNaN(value) ? null : value;

    /// <summary>The arguments and options of the command.</summary>
    private sealed class Parts
    {
        public Argument<string> Retrieved { get; } = new("RETRIEVED") { Description = "The published retrieved_images.json: for each method, what it found for each query." };

        public ServiceOption Judge { get; } = new("--judge", "The judge", isRequired: true);

        public Option<string> Output { get; } = new("--output", "-o") { Description = "Folder for the results and the cache of answers.", Required = true };

        public Option<string?> Cache { get; } = new("--cache") { Description = $"File that keeps the answers (default: {CacheName} in the output folder)." };

        public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Tell the calls, tokens and cost that are left; ask nothing." };

        public Option<int> Concurrency { get; } = new("--concurrency") { Description = "Most calls at once; fewer while the service says that they are too many.", DefaultValueFactory = _ => Spread.Concurrency };

        private Option<string[]> Methods { get; } = new("--methods") { Description = "The methods to judge (default: all).", AllowMultipleArgumentsPerToken = true };

        private Option<int?> Limit { get; } = new("--limit") { Description = "Queries of each method, the first ones (default: all)." };

        private Option<int> TopK { get; } = Count("--top-k", "Hits of each query.", Defaults.TopK);

        private Option<int> Repeats { get; } = Count("--repeats", "How often each pair is asked about in each of its two orders.", Defaults.Repeats);

        private Option<int> Attempts { get; } = Count("--attempts", "How often a question is asked until a score comes; each time is paid.", Defaults.Attempts);

        private Option<int> MaxTokens { get; } = Count("--max-tokens", "Most tokens of an answer; a model that thinks first needs more.", Defaults.MaxOutputTokens);

        private Option<int> ImageTokens { get; } = Count("--image-tokens", "Most tokens that a picture may cost, for the budget's worst case.", Defaults.ImageTokens);

        private Option<int> MaxSide { get; } = new("--max-side")
        {
            Description = "Longest side of a picture in pixels: larger ones are sent scaled down, smaller ones as they are; 0 sends all in full size.",
            DefaultValueFactory = _ => Defaults.MaxSide,
        };

        private Option<string> Temperature { get; } = new("--temperature")
        {
            Description = $"Temperature; '{ServiceTemperature}' leaves it to the service, as some models demand.",
            DefaultValueFactory = _ => "0",
        };

        private Option<string?> Prompt { get; } = new("--prompt") { Description = "A file with the question to ask (default: our own)." };

        private Option<decimal?> PriceIn { get; } = new("--price-in") { Description = "Dollars for a million tokens in." };

        private Option<decimal?> PriceOut { get; } = new("--price-out") { Description = "Dollars for a million tokens out." };

        private Option<decimal?> Budget { get; } = new("--budget") { Description = "Dollars that all answers together may cost, earlier runs included; the run ends before." };

        private Option<long?> BudgetTokens { get; } = new("--budget-tokens") { Description = "Tokens that all answers together may cost, earlier runs included; the run ends before." };

        public Option<int> Seed { get; } = new("--seed") { Description = "Seed of the intervals.", DefaultValueFactory = _ => Defaults.Seed };

        public void AddTo(Command command)
        {
            MaxSide.RequireAtLeast(0);
            Concurrency.RequireAtLeast(1);
            command.Arguments.Add(Retrieved);
            Judge.AddTo(command);
            foreach (Option option in (Option[])
            [
                Output, Cache, Methods, Limit, TopK, Repeats, Attempts, MaxTokens, MaxSide, Temperature, Prompt, PriceIn, PriceOut, Budget, BudgetTokens,
                ImageTokens, Concurrency, Seed, DryRun,
            ])
            {
                command.Options.Add(option);
            }
        }

        public JudgeOptions Read(ParseResult parse, ServiceSpec spec) => new()
        {
            Judge = spec.ToString(),
            Methods = parse.GetValue(Methods) is { Length: > 0 } methods ? [.. methods.SelectMany(names => names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))] : null,
            Limit = parse.GetValue(Limit),
            TopK = parse.GetValue(TopK),
            Repeats = parse.GetValue(Repeats),
            Attempts = parse.GetValue(Attempts),
            MaxOutputTokens = parse.GetValue(MaxTokens),
            MaxSide = parse.GetValue(MaxSide),
            ImageTokens = parse.GetValue(ImageTokens),
            Temperature = ReadTemperature(parse.GetValue(Temperature)!),
            Question = parse.GetValue(Prompt) is { } file ? File.ReadAllText(file) : null,
            PriceIn = parse.GetValue(PriceIn),
            PriceOut = parse.GetValue(PriceOut),
            Budget = parse.GetValue(Budget),
            BudgetTokens = parse.GetValue(BudgetTokens),
            Seed = parse.GetValue(Seed),
        };

        private static double? ReadTemperature(string text) => text switch
        {
            ServiceTemperature => null,
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 0 => value,
            _ => throw new CommandException($"--temperature is a number from 0 on, or '{ServiceTemperature}', not '{text}'."),
        };

        private static Option<int> Count(string name, string description, int value)
        {
            var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
            option.RequireAtLeast(1);
            return option;
        }
    }
}
