using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn.Int8;

/// <summary>What rounding to bytes would cost each linear layer of a model of floating-point weights, on the activations that it meets.</summary>
internal static class Int8Errors
{
    /// <summary>
    /// Relative error of each layer that <paramref name="run"/> calls: the norm of the difference over the norm of the exact output, all calls together.
    /// The model's results stay as they are; a layer's rounded weight is in memory while the layer is called.
    /// </summary>
    /// <param name="model">The model; its layers hold floating-point weights.</param>
    /// <param name="outliers">The channels to set apart, by layer name; none where a layer is not named.</param>
    /// <param name="run">Calls the model, by `call`, which runs hooks.</param>
    /// <exception cref="InvalidOperationException">A layer is in bytes already.</exception>
    public static IReadOnlyDictionary<string, double> Measure(Module model, IReadOnlyDictionary<string, int[]> outliers, Action run)
    {
        Dictionary<string, (double Error, double Size)> sums = new(StringComparer.Ordinal);
        List<Action> removals = [];
        try
        {
            foreach ((string name, LoraLinear layer) in ActivationRecorder.LayersOf(model))
            {
                Tensor weight = layer.get_parameter("weight") ?? throw new InvalidOperationException($"The layer {name} is in bytes already.");
                int[] apart = outliers.GetValueOrDefault(name, []);
                removals.Add(layer.register_forward_pre_hook((_, input) =>
                {
                    (double error, double size) = Compare(input, weight, apart);
                    (double Error, double Size) before = sums.GetValueOrDefault(name);
                    sums[name] = (before.Error + error, before.Size + size);
                    return input;
                }).remove);
            }

            run();
        }
        finally
        {
            removals.ForEach(remove => remove());
        }

        return sums.ToDictionary(entry => entry.Key, entry => entry.Value.Size == 0 ? 0 : Math.Sqrt(entry.Value.Error / entry.Value.Size), StringComparer.Ordinal);
    }

    /// <summary>Squared norms of the difference and of the exact output, both of float32 activations, so that bfloat16's own rounding is left out.</summary>
    private static (double Error, double Size) Compare(Tensor input, Tensor weight, int[] apart)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var rounded = Int8Weight.Quantize(weight, apart);
        Tensor x = input.detach().to_type(ScalarType.Float32);                       // [..., I]
        Tensor exact = functional.linear(x, weight.to_type(ScalarType.Float32));     // [..., O]
        Tensor difference = Int8Linear.Forward(x, rounded, null) - exact;            // [..., O]
        return (difference.pow(Two).sum(ScalarType.Float64).item<double>(), exact.pow(Two).sum(ScalarType.Float64).item<double>());
    }
}
