using Relsim.Datasets;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Weights;

namespace Relsim.Torch.Training;

/// <summary>One stage of a recipe: a schedule from the weights of the stage before.</summary>
/// <param name="Name">Names its folder.</param>
/// <param name="Steps">Optimiser steps of each branch.</param>
/// <param name="LearningRate">Highest learning rate.</param>
/// <param name="WarmupSteps">Steps over which the learning rate rises.</param>
/// <param name="AverageDecay">Share of the old value in the running average of the weights.</param>
/// <param name="Problems">Problems of a step, beside its scenes and panels.</param>
/// <param name="Branches">
/// Runs on pictures of their own. Where they began with the same weights, the next stage begins with the mean of what they reached; where each began with random
/// ones, with the best of them, as no mean of those is a model.
/// </param>
/// <param name="Teachers">Names an earlier stage whose branches say how alike the pictures of problems are; null: the problems' sides say it.</param>
/// <param name="StartShare">Share of the weights that the stage begins with in those that it ends with.</param>
public sealed record MiniStage(
    string Name, long Steps, double LearningRate, long WarmupSteps, double AverageDecay, int Problems, int Branches = 1, string? Teachers = null, double StartShare = 0);

/// <summary>How a mini model is made from random weights: what <c>relsim train mini</c> runs. Reasons and results are in docs/recipes/mini.md.</summary>
public static class MiniRecipe
{
    private const int SeedsOfARun = 100;
    private const int SeedsOfAStage = 10;

    /// <summary>
    /// The recipe: three long runs, three short ones from the best one's end whose weights are averaged, one from that, and half of one
    /// that learns from all three of the first.
    /// </summary>
    public static IReadOnlyList<MiniStage> Stages { get; } =
    [
        new("base", 2400, 2e-3, 300, .999, 24, 3),
        new("branch", 1200, 1e-3, 50, .998, 12, 3),
        new("single", 1500, 6e-4, 50, .998, 9),
        new("student", 1800, 1e-3, 50, .998, 12, Teachers: "base", StartShare: .5),
    ];

    /// <summary>
    /// Runs the stages one after the other and exports the last one's model to the folder of <paramref name="options"/>, whose steps and rates the
    /// stages replace. Each stage has its checkpoints in a folder of its own: a killed run started again goes on.
    /// </summary>
    /// <param name="config">The model.</param>
    /// <param name="stages">What to run: <see cref="Stages"/>, or others.</param>
    /// <param name="options">Output folder, seed and device.</param>
    /// <param name="pictures">The batches of a seed, with so many problems in each.</param>
    /// <param name="validation">Pictures and wordings that training never gives.</param>
    /// <param name="captions">What the finished model gives its reasons in.</param>
    /// <param name="start">Weights to begin the first of the stages with; null: random ones.</param>
    /// <param name="progress">Where a run, by its name, reports.</param>
    /// <param name="cancellationToken">Ends the run; its last checkpoint stands.</param>
    /// <exception cref="ArgumentException">An option is out of range, the device is not there, or a stage's teachers are not an earlier stage.</exception>
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
        RequireTeachers(stages);
        string? weights = start;
        Dictionary<string, string[]> reached = [];
        for (int stage = 0; stage < stages.Count - 1; stage++)
        {
            MiniStage now = stages[stage];
            MiniTrainingReport[] ends = [.. Enumerable.Range(0, now.Branches).Select(branch =>
            {
                string name = now.Branches == 1 ? now.Name : $"{now.Name}-{branch + 1}";
                return Train(now, stage, branch, name, Path.Combine(options.Output, name));
            })];
            reached[now.Name] = [.. ends.Select(WeightsOf)];
            if (weights is null || ends.Length == 1)
            {
                weights = WeightsOf(ends.MaxBy(end => end.BestScore)!);
            }
            else
            {
                weights = Path.Combine(options.Output, $"{now.Name}.safetensors");
                ModelSoup.Average(reached[now.Name], weights);
            }
        }

        return Train(stages[^1], stages.Count - 1, 0, stages[^1].Name, options.Output);

        static string WeightsOf(MiniTrainingReport end) => Path.Combine(end.Folder, MiniTraining.WeightsFile);

        MiniTrainingReport Train(MiniStage now, int stage, int branch, string name, string folder)
        {
            ulong seed = unchecked(((options.Seed - 1) * SeedsOfARun) + 1 + (ulong)((stage * SeedsOfAStage) + branch));
            TrainerOptions scheduled = options with
            {
                Output = folder,
                Steps = now.Steps,
                LearningRate = now.LearningRate,
                WarmupSteps = now.WarmupSteps,
                AverageDecay = now.AverageDecay,
                Seed = seed,
            };
            MiniStart? from = weights is null ? null : new MiniStart(weights, now.StartShare, now.Teachers is null ? null : reached[now.Teachers]);
            return MiniTraining.Run(config, scheduled, pictures(seed, now.Problems), validation, captions, from, progress?.Invoke(name), cancellationToken);
        }
    }

    private static void RequireTeachers(IReadOnlyList<MiniStage> stages)
    {
        for (int stage = 0; stage < stages.Count; stage++)
        {
            if (stages[stage].Teachers is { } teachers && !stages.Take(stage).Any(earlier => earlier.Name == teachers))
            {
                throw new ArgumentException($"No stage before '{stages[stage].Name}' is called '{teachers}', whose models are to teach it.", nameof(stages));
            }
        }
    }
}
