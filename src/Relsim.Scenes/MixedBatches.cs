using Relsim.Datasets;
using Relsim.Scenes.Problems;
using Relsim.Scenes.Transformations;

namespace Relsim.Scenes;

/// <summary>Scenes, problems and panels of one split: what one training step of the mini model sees.</summary>
/// <param name="split">Which subjects, styles, wordings and rules.</param>
/// <param name="size">Side of the pictures in pixels.</param>
/// <param name="seed">Another seed, other pictures.</param>
/// <param name="problems">Problems of a step, twelve pictures each.</param>
public sealed class MixedBatches(Split split, int size, ulong seed, int problems)
{
    private readonly SceneBatches _scenes = new(split, size, seed);
    private readonly PanelBatches _panels = new(split, size, SceneRandom.Combine(seed, 1));
    private readonly ProblemBatches _problems = new(split, size, SceneRandom.Combine(seed, 2), problems);

    /// <summary>The batch of a step: always the same one for the same step. Thread-safe.</summary>
    public MixedBatch At(long step) => new(_scenes.At(step), _panels.At(step), _problems.At(step));
}
