using Relsim.Torch.Native;

namespace Relsim.Torch.Training;

/// <summary>How long, how fast and where to train. <see cref="MiniRecipe"/> has the mini model's figures.</summary>
public sealed record TrainerOptions
{
    /// <summary>Folder for checkpoints and logs; created where missing.</summary>
    public required string Output { get; init; }

    /// <summary>Optimiser steps of the whole run; the learning rate falls to zero (half a cosine) at the last.</summary>
    public long Steps { get; init; } = 2200;

    /// <summary>Highest learning rate of AdamW, up to 1.</summary>
    public double LearningRate { get; init; } = 1.2e-3;

    /// <summary>Steps over which the learning rate rises from zero.</summary>
    public long WarmupSteps { get; init; } = 200;

    /// <summary>Decoupled weight decay of matrices and kernels; biases and norms have none.</summary>
    public double WeightDecay { get; init; } = 0.02;

    /// <summary>Largest norm of the whole gradient.</summary>
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Share of the old value in the running average of the weights; the average is what is validated and kept.</summary>
    public double AverageDecay { get; init; } = 0.998;

    /// <summary>Steps between validations and checkpoints.</summary>
    public long CheckpointEvery { get; init; } = 250;

    /// <summary>Validations without a better score after which the run stops.</summary>
    public int Patience { get; init; } = 8;

    /// <summary>Seed of the weights and of the augmentation.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Where it trains: "cpu" (default), "cuda" or "cuda:N".</summary>
    public string? Device { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message names it.</exception>
    /// <exception cref="ArgumentException">The device is unknown or not there.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Output);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LearningRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LearningRate, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(WarmupSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(WeightDecay);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ClipNorm);
        ArgumentOutOfRangeException.ThrowIfNegative(AverageDecay);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(AverageDecay, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CheckpointEvery);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Patience);
        TorchDevice.Require(Device);
    }

    /// <summary>The learning rate of a step: a linear rise, then half a cosine down to zero.</summary>
    public double RateAt(long step)
    {
        if (step < WarmupSteps)
        {
            return LearningRate * (step + 1) / WarmupSteps;
        }

        double progress = (double)(step - WarmupSteps) / Math.Max(1, Steps - WarmupSteps);
        return LearningRate * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, progress)));
    }
}

/// <summary>Where a run stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="Loss">Mean loss since the last report.</param>
/// <param name="Rate">Steps a second since the last report.</param>
/// <param name="Validation">Metrics, where this report follows a validation.</param>
public sealed record TrainingProgress(long Step, long Steps, double Loss, double Rate, IReadOnlyDictionary<string, double>? Validation);
