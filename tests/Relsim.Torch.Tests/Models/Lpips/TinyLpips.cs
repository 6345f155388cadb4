using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Lpips;
using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Tests.Models.Lpips;

/// <summary>LPIPS with random weights, in files as they are published.</summary>
internal static class TinyLpips
{
    public static LpipsModel Model(LpipsNet net)
    {
        var model = new LpipsModel(net);
        Fill(model, seed: 2);
        return model;
    }

    /// <summary>Gives every layer values: normal ones scaled by their number of inputs, heads positive as the published ones.</summary>
    public static void Fill(Module module, ulong seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(seed);
        foreach ((string name, Module part) in module.named_modules())
        {
            if (part is WeightLayer layer)
            {
                foreach ((string parameter, var value) in layer.named_parameters(recurse: false).ToArray())
                {
                    Tensor random = randn(value.shape, generator: generator) * Math.Sqrt(2.0 / Math.Max(1, value.numel() / value.shape[0]));
                    layer.Bind(parameter, (layer is LpipsHead ? random.abs() : random).DetachFromDisposeScope());
                }
            }
        }
    }

    /// <summary>Writes a network as torchvision names it, with a classifier, and its heads as the authors name them.</summary>
    public static (string Backbone, string Heads) Write(TemporaryFolder folder, LpipsNet net, bool negative = false, string? without = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using LpipsModel model = Model(net);
        (string backbone, string heads) = (folder.File(Path.ChangeExtension(LpipsFiles.BackboneFiles(net)[0], ".safetensors")), folder.File(Path.ChangeExtension(LpipsFiles.HeadFiles(net)[0], ".safetensors")));
        Dictionary<string, Tensor> network = model.Backbone.state_dict();
        network["classifier.1.weight"] = zeros(4, 4);
        Dictionary<string, Tensor> weights = model.Heads.state_dict().ToDictionary(
            pair => $"lin{pair.Key.Split('.')[0]}.model.1.weight", pair => negative ? pair.Value * where(arange(pair.Value.shape[1]).fmod(3).eq(0), -1f, 1f).view(1, -1, 1, 1) : pair.Value);
        network.Remove(without ?? "");
        weights.Remove(without ?? "");
        SafetensorsWriter.Write(backbone, network, null, ScalarType.Float32);
        SafetensorsWriter.Write(heads, weights, null, ScalarType.Float32);
        return (backbone, heads);
    }
}
