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

    public static Command Create()
    {
        var train = new Command("train", "Train a model.");
        train.Subcommands.Add(CreateMini());
        return train;
    }

    private static Command CreateMini()
    {
        var output = new Option<DirectoryInfo>("--output") { Description = "Folder for checkpoints, logs and the finished model.", Required = true };
        var steps = new Option<long>("--steps") { Description = "Optimiser steps of 96 pictures.", DefaultValueFactory = _ => new TrainerOptions { Output = "." }.Steps };
        var rate = new Option<double>("--learning-rate") { Description = "Highest learning rate.", DefaultValueFactory = _ => new TrainerOptions { Output = "." }.LearningRate };
        var seed = new Option<ulong>("--seed") { Description = "Seed of weights, pictures and augmentation.", DefaultValueFactory = _ => 1 };
        var width = new Option<int>("--width") { Description = "Channels of the first stage.", DefaultValueFactory = _ => MiniConfig.Default.Width };
        var mini = new Command("mini", "Train the mini model on procedural scenes; a killed run started again goes on.") { output, steps, rate, seed, width };
        mini.SetAction((parse, cancellation) =>
        {
            var options = new TrainerOptions
            {
                Output = parse.GetValue(output)!.FullName,
                Steps = parse.GetValue(steps),
                LearningRate = parse.GetValue(rate),
                Seed = parse.GetValue(seed),
            };
            MiniConfig config = MiniConfig.Default with { Width = parse.GetValue(width) };
            var batches = new SceneBatches(Split.Train, config.ImageSize, options.Seed);
            var held = new SceneBatches(Split.Validation, config.ImageSize, ValidationSeed);
            RelationalBatch[] validation = [.. Enumerable.Range(0, ValidationBatches).Select(i => held.At(i))];
            string[] captions = [.. SceneLabels.Texts(Split.Train).Where(text => !text.HeldOut).Select(text => text.Text)];
            Output printed = Output.Of(parse);
            MiniTrainingReport report = MiniTraining.Run(config, options, batches.At, validation, captions, new Lines(printed), cancellation);
            printed.Write(report, console => console.Write(new Text(string.Create(
                CultureInfo.InvariantCulture, $"Best score {report.BestScore:F4}; {report.Parameters:N0} parameters in {report.Folder}\n"))));
            return Task.FromResult(ExitCodes.Ok);
        });
        return mini;
    }

    private sealed class Lines(Output output) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => output.Note(value.Validation is null
            ? string.Create(CultureInfo.InvariantCulture, $"step {value.Step}/{value.Steps}  loss {value.Loss:F3}  {value.Rate:F2} steps/s")
            : $"step {value.Step}/{value.Steps}  validation  " + string.Join("  ", value.Validation.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:F3}"))));
    }
}
