using Relsim.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

/// <summary>A task whose scores, and whose losses where asked, are written down beforehand.</summary>
internal sealed class QuadraticTask : TrainingTask
{
    private readonly Quadratic model = new();
    private int validations;

    /// <summary>The score of each validation in turn; the last one repeats.</summary>
    public double[] Scores { get; init; } = [1];

    /// <summary>What the loss of a step is multiplied by.</summary>
    public Func<long, float> Scale { get; init; } = _ => 1;

    /// <summary>Called on the thread that prepares batches.</summary>
    public Action<long> Preparing { get; init; } = _ => { };

    /// <summary>The weights as every validation saw them.</summary>
    public List<double[]> Validated { get; } = [];

    public double[] Values => model.Values;

    public override nn.Module Model => model;

    public override string DecidingMetric => "score";

    public override object Prepare(long step)
    {
        Preparing(step);
        return step;
    }

    public override (Tensor Loss, IReadOnlyDictionary<string, double> Parts) Loss(object batch)
    {
        model.SetStatistic((long)batch);
        return (model.Loss(Scale((long)batch)), new Dictionary<string, double> { ["batch"] = (long)batch });
    }

    public override IReadOnlyDictionary<string, double> Validate()
    {
        Validated.Add(model.Values);
        return new Dictionary<string, double> { ["score"] = Scores[Math.Min(validations++, Scores.Length - 1)] };
    }

    public override void Dispose() => model.Dispose();
}
