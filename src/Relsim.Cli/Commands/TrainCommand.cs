using System.CommandLine;
using System.Globalization;
using Relsim.Datasets;
using Relsim.Scenes;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Training;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim train mini</c>: trains the model that ships with the program.</summary>
internal static class TrainCommand
{
    private const int ValidationBatches = 12;
    private const ulong ValidationSeed = 0x5EED;
    private const long SceneSteps = 4600;
    private const double SceneLearningRate = 2e-3;

    public static Command Create()
    {
        var train = new Command("train", "Train a model.");
        train.Subcommands.Add(CreateMini());
        return train;
    }

    private static Command CreateMini()
    {
        var output = new Option<DirectoryInfo>("--output") { Description = "Folder for checkpoints, logs and the finished model.", Required = true };
        var steps = new Option<long>("--steps") { Description = "Steps of the second stage, on scenes, problems and panels (228 pictures each).", DefaultValueFactory = _ => new TrainerOptions { Output = "." }.Steps };
        var rate = new Option<double>("--learning-rate") { Description = "Highest learning rate of the second stage.", DefaultValueFactory = _ => new TrainerOptions { Output = "." }.LearningRate };
        var sceneSteps = new Option<long>("--scene-steps") { Description = "Steps of the first stage, on scenes alone (96 pictures each); 0 leaves it out.", DefaultValueFactory = _ => SceneSteps };
        var start = new Option<FileInfo?>("--from") { Description = "Weights to begin the second stage with instead of the first stage's: model.safetensors of a mini model of the same width." };
        var seed = new Option<ulong>("--seed") { Description = "Seed of weights, pictures and augmentation.", DefaultValueFactory = _ => 1 };
        var width = new Option<int>("--width") { Description = "Channels of the first stage of the network.", DefaultValueFactory = _ => MiniConfig.Default.Width };
        var mini = new Command("mini", "Train the mini model on procedural pictures, in two stages; a killed run started again goes on.") { output, steps, rate, sceneSteps, start, seed, width };
        mini.SetAction((parse, cancellation) =>
        {
            MiniConfig config = MiniConfig.Default with { Width = parse.GetValue(width) };
            var options = new TrainerOptions
            {
                Output = parse.GetValue(output)!.FullName,
                Steps = parse.GetValue(steps),
                LearningRate = parse.GetValue(rate),
                Seed = parse.GetValue(seed),
            };
            Output printed = Output.Of(parse);
            var lines = new Lines(printed);
            string? weights = parse.GetValue(start)?.FullName;
            if (weights is null && parse.GetValue(sceneSteps) > 0)
            {
                TrainerOptions first = options with { Output = Path.Combine(options.Output, "scenes"), Steps = parse.GetValue(sceneSteps), LearningRate = SceneLearningRate };
                SceneBatches scenes = new(Split.Train, config.ImageSize, options.Seed), held = new(Split.Validation, config.ImageSize, ValidationSeed);
                Train(config, first, step => new MixedBatch(scenes.At(step)), step => new MixedBatch(held.At(step)), null, lines, cancellation);
                weights = Path.Combine(first.Output, MiniTraining.WeightsFile);
            }

            MixedBatches mixed = new(Split.Train, config.ImageSize, options.Seed), judged = new(Split.Validation, config.ImageSize, ValidationSeed);
            MiniTrainingReport report = Train(config, options, mixed.At, judged.At, weights, lines, cancellation);
            printed.Write(report, console => console.Write(new Text(string.Create(
                CultureInfo.InvariantCulture, $"Best score {report.BestScore:F4}; {report.Parameters:N0} parameters in {report.Folder}\n"))));
            return Task.FromResult(ExitCodes.Ok);
        });
        return mini;
    }

    private static MiniTrainingReport Train(
        MiniConfig config, TrainerOptions options, Func<long, MixedBatch> batches, Func<long, MixedBatch> held, string? start, Lines lines, CancellationToken cancellation)
    {
        MixedBatch[] validation = [.. Enumerable.Range(0, ValidationBatches).Select(i => held(i))];
        return MiniTraining.Run(config, options, batches, validation, SceneLabels.TrainedCaptions(), start, lines, cancellation);
    }

    private sealed class Lines(Output output) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => output.Note(value.Validation is null
            ? string.Create(CultureInfo.InvariantCulture, $"step {value.Step}/{value.Steps}  loss {value.Loss:F3}  {value.Rate:F2} steps/s")
            : $"step {value.Step}/{value.Steps}  validation  " + string.Join("  ", value.Validation.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:F3}"))));
    }
}
