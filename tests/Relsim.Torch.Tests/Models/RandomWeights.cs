using Relsim.Torch.Models.Lpips;
using Relsim.Torch.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Tests.Models;

/// <summary>Values for modules that have shapes alone.</summary>
internal static class RandomWeights
{
    /// <summary>Gives every layer normal values, scaled by its number of inputs so that nothing explodes; heads of LPIPS positive ones, as the published are.</summary>
    public static void Fill(Module module, ulong seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(seed);
        foreach (WeightLayer layer in module.named_modules().Select(named => named.module).OfType<WeightLayer>())
        {
            foreach ((string name, Parameter shaped) in layer.named_parameters(recurse: false).ToArray())
            {
                Tensor values = randn(shaped.shape, generator: generator) * Math.Sqrt(2.0 / (shaped.numel() / shaped.shape[0]));
                layer.Bind(name, (layer is LpipsHead ? values.abs() : values).DetachFromDisposeScope());
            }
        }
    }
}
