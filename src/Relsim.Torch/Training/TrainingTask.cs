using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Training;

/// <summary>A model with its loss: what the trainer drives. Batches are a function of the step alone, so a resumed run sees what the first would have seen.</summary>
internal abstract class TrainingTask : IDisposable
{
    /// <summary>The module whose parameters are trained.</summary>
    public abstract Module Model { get; }

    /// <summary>Makes the batch of a step; called ahead of time on another thread.</summary>
    public abstract object Prepare(long step);

    /// <summary>The loss of a prepared batch (a scalar with a graph) and the parts worth logging.</summary>
    public abstract (Tensor Loss, IReadOnlyDictionary<string, double> Parts) Loss(object batch);

    /// <summary>Metrics on data never trained on; the model is in evaluation mode. Higher is better.</summary>
    public abstract IReadOnlyDictionary<string, double> Validate();

    /// <summary>The metric that decides which weights are kept.</summary>
    public abstract string DecidingMetric { get; }

    /// <summary>Frees the model.</summary>
    public abstract void Dispose();
}
