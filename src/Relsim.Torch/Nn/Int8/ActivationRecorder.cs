using Relsim.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn.Int8;

/// <summary>
/// The largest magnitude of each input channel of every linear layer of a module, over the calls made while the recorder lives. From it come the channels to
/// set apart.
/// </summary>
/// <remarks>Layers must be called by `call`, which runs hooks. Not thread-safe: one call at a time.</remarks>
internal sealed class ActivationRecorder : IDisposable
{
    private readonly Dictionary<string, Tensor> peaks = new(StringComparer.Ordinal);
    private readonly List<Action> removals = [];

    /// <summary>Starts to record <paramref name="module"/>, whose results stay as they are.</summary>
    public ActivationRecorder(Module module)
    {
        foreach ((string name, LoraLinear layer) in LayersOf(module))
        {
            removals.Add(layer.register_forward_pre_hook((_, input) => Record(name, input)).remove);
        }
    }

    /// <summary>The linear layers of a module, by the names that its state dictionary gives them.</summary>
    public static IEnumerable<(string Name, LoraLinear Layer)> LayersOf(Module module) =>
        module.named_modules().Where(part => part.module is LoraLinear).Select(part => (part.name, (LoraLinear)part.module));

    /// <summary>The channels to set apart of each layer that was called, by the layer's name, ascending.</summary>
    /// <param name="threshold">How many times the median magnitude a channel must exceed; above 1.</param>
    /// <param name="mostShare">The largest share of a layer's channels; the largest magnitudes come first.</param>
    public IReadOnlyDictionary<string, int[]> Outliers(double threshold = 6, double mostShare = 0.01) =>
        peaks.ToDictionary(entry => entry.Key, entry => Choose(TensorMemory.ToArray<float>(entry.Value), threshold, mostShare), StringComparer.Ordinal);

    /// <summary>Stops recording.</summary>
    public void Dispose()
    {
        removals.ForEach(remove => remove());
        removals.Clear();
        foreach (Tensor peak in peaks.Values)
        {
            peak.Dispose();
        }

        peaks.Clear();
    }

    /// <summary>The channels whose magnitude stands out, ascending.</summary>
    internal static int[] Choose(IReadOnlyList<float> magnitudes, double threshold, double mostShare)
    {
        double limit = threshold * magnitudes.Order().ElementAt(magnitudes.Count / 2);
        return [.. Enumerable.Range(0, magnitudes.Count)
            .Where(i => magnitudes[i] > limit)
            .OrderByDescending(i => magnitudes[i])
            .Take((int)(mostShare * magnitudes.Count))
            .Order()];
    }

    private Tensor Record(string name, Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor now = input.detach().flatten(0, -2).abs().amax([0L]).to(ScalarType.Float32, CPU); // [..., I] -> [I]
        if (peaks.TryGetValue(name, out Tensor? peak))
        {
            using Tensor before = peak;
            now = now.maximum(before);
        }

        peaks[name] = now.DetachFromDisposeScope();
        return input;
    }
}
