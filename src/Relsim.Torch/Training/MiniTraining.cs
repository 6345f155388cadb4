using Relsim.Datasets;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Training;

/// <summary>What a finished run left behind.</summary>
/// <param name="Folder">Holds model.safetensors, config.json and captions.txt (the model), best and last checkpoints, log.csv and tensorboard/.</param>
/// <param name="BestScore">Mean of the finished model's validation metrics: R@1 fine, by family, of texts and of panels, and side-2AFC, as far as there are such pictures.</param>
/// <param name="Parameters">Number of trained parameters.</param>
public sealed record MiniTrainingReport(string Folder, double BestScore, long Parameters);

/// <summary>What a run begins with, and what it is blended with at its end.</summary>
/// <param name="Weights">Weights file of a model of the same shape.</param>
/// <param name="BlendWith">Weights file of an earlier model of the same training, of which the finished one takes a share; null: none.</param>
/// <param name="Share">That share, 0 to 1.</param>
public sealed record MiniStart(string Weights, string? BlendWith = null, double Share = 0);

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
    /// <paramref name="start"/> is what to begin with; null: random weights. Goes on where a killed run with the same seed stopped.
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
        MiniStart? start = null,
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
        using var task = new MiniTask(config, batches, validation, device);
        if (start is not null)
        {
            ModuleWeights.Load(task.Model, start.Weights);
        }

        double best = new Trainer(task, options).Run(progress, cancellationToken);
        if (start is { BlendWith: { } earlier })
        {
            WeightBlend.MoveTowards(task.Model, earlier, start.Share);
            IReadOnlyDictionary<string, double> metrics = task.Validate();
            progress?.Report(new TrainingProgress(options.Steps, options.Steps, double.NaN, double.NaN, metrics));
            best = metrics[task.DecidingMetric];
        }

        // Half precision costs nothing measurable here and halves what ships.
        ModuleWeights.Save(task.Model, Path.Combine(options.Output, WeightsFile), storage: ScalarType.Float16);
        File.WriteAllText(Path.Combine(options.Output, ConfigFile), config.ToJson() + "\n");
        File.WriteAllLines(Path.Combine(options.Output, ModelCaptions.FileName), captions);
        return new MiniTrainingReport(options.Output, best, task.Model.parameters().Sum(p => p.numel()));
    }
}
