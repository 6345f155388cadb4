using System.CommandLine;
using System.Globalization;
using Relsim.Datasets;
using Relsim.Scenes;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Training;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim train mini</c>: trains a model of the kind that ships with the program.</summary>
internal static class TrainCommand
{
    private const int ValidationBatches = 12;
    private const int ValidationProblems = 9;
    private const ulong ValidationSeed = 0x5EED;

    public static Command Create()
    {
        var train = new Command("train", "Train a model.");
        train.Subcommands.Add(CreateMini());
        return train;
    }

    private static Command CreateMini()
    {
        var output = new Option<DirectoryInfo>("--output") { Description = "Folder for checkpoints, logs and the finished model.", Required = true };
        var device = new Option<string?>("--device") { Description = "Where to train: cpu (default), cuda or cuda:N." };
        var share = new Option<double>("--share") { Description = "Share of the recipe's steps to take: 1 is the whole, less is a trial.", DefaultValueFactory = _ => 1 };
        share.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<double>() is not > 0)
            {
                result.AddError("--share must be above 0.");
            }
        });
        var start = new Option<DirectoryInfo?>("--from") { Description = "Take the recipe's last stage alone, from the mini model in this folder, and of its shape; nothing is blended then." };
        var seed = new Option<ulong>("--seed") { Description = "Seed of weights, pictures and augmentation.", DefaultValueFactory = _ => 1 };
        var width = new Option<int>("--width") { Description = "Channels of the first stage of the network; not with --from, which has its own.", DefaultValueFactory = _ => MiniConfig.Default.Width };
        var mini = new Command("mini", "Train the mini model on procedural pictures; a killed run started again goes on.") { output, device, share, start, seed, width };
        mini.SetAction((parse, cancellation) =>
        {
            string? from = parse.GetValue(start)?.FullName;
            MiniConfig config = from is null ? MiniConfig.Default with { Width = parse.GetValue(width) } : MiniConfig.Read(Path.Combine(from, MiniTraining.ConfigFile));
            var options = new TrainerOptions { Output = parse.GetValue(output)!.FullName, Seed = parse.GetValue(seed), Device = parse.GetValue(device) };
            IEnumerable<MiniStage> stages = from is null ? MiniRecipe.Stages : [MiniRecipe.Stages[^1] with { Blend = null }];
            var judged = new MixedBatches(Split.Validation, config.ImageSize, ValidationSeed, ValidationProblems);
            Output printed = Output.Of(parse);
            MiniTrainingReport report = MiniRecipe.Run(
                config,
                [.. stages.Select(stage => stage with { Steps = Math.Max(1, (long)(stage.Steps * parse.GetValue(share))) })],
                options,
                (pictures, problems) => new MixedBatches(Split.Train, config.ImageSize, pictures, problems).At,
                [.. Enumerable.Range(0, ValidationBatches).Select(i => judged.At(i))],
                SceneLabels.TrainedCaptions(),
                from is null ? null : Path.Combine(from, MiniTraining.WeightsFile),
                run => new Lines(printed, run),
                cancellation);
            printed.Write(report, console => console.Write(new Text(string.Create(
                CultureInfo.InvariantCulture, $"Best score {report.BestScore:F4}; {report.Parameters:N0} parameters in {report.Folder}\n"))));
            return Task.FromResult(ExitCodes.Ok);
        });
        return mini;
    }

    private sealed class Lines(Output output, string run) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => output.Note(value.Validation is null
            ? string.Create(CultureInfo.InvariantCulture, $"{run}  step {value.Step}/{value.Steps}  loss {value.Loss:F3}  {value.Rate:F2} steps/s")
            : $"{run}  step {value.Step}/{value.Steps}  validation  " + string.Join("  ", value.Validation.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:F3}"))));
    }
}
