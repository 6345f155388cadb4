using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Lpips;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Lpips;

/// <summary>LPIPS with random weights, in files as they are published.</summary>
internal static class TinyLpips
{
    public static LpipsModel Model(LpipsNet net)
    {
        var model = new LpipsModel(net);
        RandomWeights.Fill(model, seed: 2);
        return model;
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
