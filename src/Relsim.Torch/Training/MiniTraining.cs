using Relsim.Datasets;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using static TorchSharp.torch;

namespace Relsim.Torch.Training;

/// <summary>What a finished run left behind.</summary>
/// <param name="Folder">Holds model.safetensors, config.json and captions.txt (the model), best and last checkpoints, log.csv and tensorboard/.</param>
/// <param name="BestScore">Mean of the validation's fine R@1, family R@1 and text R@1.</param>
/// <param name="Parameters">Number of trained parameters.</param>
public sealed record MiniTrainingReport(string Folder, double BestScore, long Parameters);

/// <summary>Trains the mini model once, from the first step to the last: a stage of <see cref="MiniRecipe"/>.</summary>
public static class MiniTraining
{
    /// <summary>File name of a model's weights within its folder.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>File name of a model's configuration within its folder.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>
    /// Trains and exports. <paramref name="batches"/> gives the batch of a step (called on another thread, ahead of time);
    /// <paramref name="validation"/> holds pictures and wordings that it never gives;
    /// <paramref name="captions"/> are what the finished model gives its reasons in;
    /// <paramref name="start"/> is the weights file of a model of the same shape to begin with; <paramref name="teachers"/> are those of models of that shape
    /// that say how alike the pictures of problems are, in place of the problems' sides. Goes on where a killed run with the same seed stopped.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range, or the device is not there.</exception>
    /// <exception cref="WeightsException">The output folder holds a checkpoint of another run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the last checkpoint stands.</exception>
    public static MiniTrainingReport Run(
        MiniConfig config,
        TrainerOptions options,
        Func<long, MixedBatch> batches,
        IReadOnlyList<MixedBatch> validation,
        IReadOnlyList<string> captions,
        string? start = null,
        IReadOnlyList<string>? teachers = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(captions);
        options.Validate();
        random.manual_seed(unchecked((long)options.Seed));
        Device device = TorchDevice.Parse(options.Device);
        using MiniTeachers? taught = teachers is { Count: > 0 } ? new MiniTeachers(config, teachers, device) : null;
        using var task = new MiniTask(config, batches, validation, device, taught);
        if (start is not null)
        {
            using SafetensorsFile file = SafetensorsFile.Open(start);
            ModuleWeights.Load(task.Model, file);
        }

        double best = new Trainer(task, options).Run(progress, cancellationToken);
        // Half precision costs nothing measurable here and halves what ships.
        ModuleWeights.Save(task.Model, Path.Combine(options.Output, WeightsFile), storage: ScalarType.Float16);
        File.WriteAllText(Path.Combine(options.Output, ConfigFile), config.ToJson() + "\n");
        File.WriteAllLines(Path.Combine(options.Output, ModelCaptions.FileName), captions);
        return new MiniTrainingReport(options.Output, best, task.Model.parameters().Sum(p => p.numel()));
    }
}
