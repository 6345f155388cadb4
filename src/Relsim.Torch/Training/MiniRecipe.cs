using Relsim.Datasets;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Weights;

namespace Relsim.Torch.Training;

/// <summary>One stage of a recipe: a schedule from the weights of the stage before.</summary>
/// <param name="Name">Names its folder.</param>
/// <param name="Steps">Optimiser steps.</param>
/// <param name="LearningRate">Highest learning rate.</param>
/// <param name="WarmupSteps">Steps over which the learning rate rises.</param>
/// <param name="AverageDecay">Share of the old value in the running average of the weights.</param>
/// <param name="Problems">Problems of a step, beside its scenes and panels.</param>
/// <param name="Blend">What the weights that it ends with are blended with; null: nothing.</param>
public sealed record MiniStage(string Name, long Steps, double LearningRate, long WarmupSteps, double AverageDecay, int Problems, MiniBlend? Blend = null);

/// <summary>A share of an earlier stage's weights in a later one's.</summary>
/// <param name="Stage">Name of the earlier stage.</param>
/// <param name="Share">Its share, 0 to 1.</param>
public sealed record MiniBlend(string Stage, double Share);

/// <summary>How a mini model is made from random weights: what <c>relsim train mini</c> runs. Reasons and results are in docs/recipes/mini.md.</summary>
public static class MiniRecipe
{
    private const int SeedsOfARun = 100;
    private const int SeedsOfAStage = 10;

    /// <summary>
    /// The recipe: first many problems a step, then fewer, as scenes and texts go on gaining from more steps; at the end a share of the first stage's weights, which
    /// do best on pictures from elsewhere.
    /// </summary>
    public static IReadOnlyList<MiniStage> Stages { get; } =
    [
        new("base", 1900, 2e-3, 300, .999, 24),
        new("middle", 1700, 1e-3, 50, .998, 16),
        new("last", 1000, 1e-3, 50, .998, 12, new MiniBlend("base", .2)),
    ];

    /// <summary>
    /// Runs the stages one after the other and exports the last one's model to the folder of <paramref name="options"/>, whose steps and rates the
    /// stages replace. Each earlier stage has its checkpoints in a folder of its own: a killed run started again goes on.
    /// </summary>
    /// <param name="config">The model.</param>
    /// <param name="stages">What to run: <see cref="Stages"/>, or others.</param>
    /// <param name="options">Output folder, seed and device.</param>
    /// <param name="pictures">The batches of a seed, with so many problems in each.</param>
    /// <param name="validation">Pictures and wordings that training never gives.</param>
    /// <param name="captions">What the finished model gives its reasons in.</param>
    /// <param name="start">Weights to begin the first of the stages with; null: random ones.</param>
    /// <param name="progress">Where a stage, by its name, reports.</param>
    /// <param name="cancellationToken">Ends the run; its last checkpoint stands.</param>
    /// <exception cref="ArgumentException">An option is out of range, the device is not there, or a stage is blended with one that does not come before it.</exception>
    /// <exception cref="WeightsException">A folder holds a checkpoint of another run.</exception>
    public static MiniTrainingReport Run(
        MiniConfig config,
        IReadOnlyList<MiniStage> stages,
        TrainerOptions options,
        Func<ulong, int, Func<long, MixedBatch>> pictures,
        IReadOnlyList<MixedBatch> validation,
        IReadOnlyList<string> captions,
        string? start = null,
        Func<string, IProgress<TrainingProgress>>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stages);
        ArgumentOutOfRangeException.ThrowIfZero(stages.Count);
        ArgumentNullException.ThrowIfNull(pictures);
        RequireBlends(stages);
        string? weights = start;
        Dictionary<string, string> reached = [];
        for (int stage = 0; stage < stages.Count - 1; stage++)
        {
            MiniTrainingReport end = Train(stage, Path.Combine(options.Output, stages[stage].Name));
            weights = reached[stages[stage].Name] = Path.Combine(end.Folder, MiniTraining.WeightsFile);
        }

        return Train(stages.Count - 1, options.Output);

        MiniTrainingReport Train(int stage, string folder)
        {
            MiniStage now = stages[stage];
            ulong seed = unchecked(((options.Seed - 1) * SeedsOfARun) + 1 + (ulong)(stage * SeedsOfAStage));
            TrainerOptions scheduled = options with
            {
                Output = folder,
                Steps = now.Steps,
                LearningRate = now.LearningRate,
                WarmupSteps = now.WarmupSteps,
                AverageDecay = now.AverageDecay,
                Seed = seed,
            };
            MiniStart? from = weights is null ? null : now.Blend is { } blend ? new MiniStart(weights, reached[blend.Stage], blend.Share) : new MiniStart(weights);
            return MiniTraining.Run(config, scheduled, pictures(seed, now.Problems), validation, captions, from, progress?.Invoke(now.Name), cancellationToken);
        }
    }

    private static void RequireBlends(IReadOnlyList<MiniStage> stages)
    {
        for (int stage = 0; stage < stages.Count; stage++)
        {
            if (stages[stage].Blend is { } blend && !stages.Take(stage).Any(earlier => earlier.Name == blend.Stage))
            {
                throw new ArgumentException($"No stage before '{stages[stage].Name}' is called '{blend.Stage}', whose weights it is to be blended with.", nameof(stages));
            }
        }
    }
}
