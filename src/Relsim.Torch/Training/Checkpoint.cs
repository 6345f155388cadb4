using System.Globalization;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Training;

/// <summary>Where a run stands, as far as it is not tensors.</summary>
internal sealed record TrainingState(long Step, double BestScore, int WorseInARow, ulong Seed)
{
    public static TrainingState Start(TrainerOptions options) => new(0, double.NegativeInfinity, 0, options.Seed);
}

/// <summary>
/// Two files in the run's folder: last.safetensors holds everything a run needs to go on (weights, optimiser, average, step),
/// best.safetensors the averaged weights that scored best. Both are replaced by rename only.
/// </summary>
internal sealed class Checkpoint(string folder, Module model, AdamW optimizer)
{
    private string Last => Path.Combine(folder, "last.safetensors");

    private string Best => Path.Combine(folder, "best.safetensors");

    public void Save(TrainingState state)
    {
        Dictionary<string, Tensor> tensors = model.state_dict().ToDictionary(pair => $"model.{pair.Key}", pair => pair.Value);
        foreach ((string name, Tensor value) in optimizer.State)
        {
            tensors[$"optimizer.{name}"] = value;
        }

        SafetensorsWriter.Write(Last, tensors, new Dictionary<string, string>
        {
            ["step"] = state.Step.ToString(CultureInfo.InvariantCulture),
            ["seed"] = state.Seed.ToString(CultureInfo.InvariantCulture),
            ["best_score"] = state.BestScore.ToString("R", CultureInfo.InvariantCulture),
            ["worse_in_a_row"] = state.WorseInARow.ToString(CultureInfo.InvariantCulture),
        });
    }

    public void SaveBest() => ModuleWeights.Save(model, Best);

    public void LoadBest() => ModuleWeights.Load(model, Best);

    /// <summary>
    /// Takes the run up where its last checkpoint left it; null where there is none. The number of steps may differ: the rest of
    /// the run then follows the new schedule.
    /// </summary>
    /// <exception cref="WeightsException">The checkpoint belongs to a run with another seed or model.</exception>
    public TrainingState? Resume(TrainerOptions options)
    {
        if (!File.Exists(Last))
        {
            return null;
        }

        using SafetensorsFile file = SafetensorsFile.Open(Last);
        var state = new TrainingState(
            Read<long>(file, "step"), Read<double>(file, "best_score"), Read<int>(file, "worse_in_a_row"), Read<ulong>(file, "seed"));
        if (state.Seed != options.Seed)
        {
            throw new WeightsException(
                Last, null, $"it belongs to a run with seed {state.Seed}, not {options.Seed}; use the same seed or another output folder");
        }

        ModuleWeights.Load(model, file, new WeightLoadOptions { Rename = key => key.StartsWith("model.", StringComparison.Ordinal) ? key["model.".Length..] : null });
        CopyOptimizer(file);
        optimizer.Step = state.Step;
        return state;
    }

    private T Read<T>(SafetensorsFile file, string key)
        where T : ISpanParsable<T> =>
        file.Metadata.TryGetValue(key, out string? text) && T.TryParse(text, CultureInfo.InvariantCulture, out T? value)
            ? value
            : throw new WeightsException(Last, null, $"its metadata hold no {key}, so it is not a training checkpoint; use another output folder");

    private void CopyOptimizer(SafetensorsFile file)
    {
        using IDisposable frozen = no_grad();
        foreach ((string name, Tensor value) in optimizer.State)
        {
            using Tensor saved = file.Read($"optimizer.{name}");
            value.copy_(saved);
        }
    }
}
