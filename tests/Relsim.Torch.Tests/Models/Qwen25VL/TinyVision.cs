using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

/// <summary>A small tower of random weights, for what needs no reference.</summary>
internal static class TinyVision
{
    public static Qwen25VLVisionConfig Config { get; } = new()
    {
        Depth = 3,
        HiddenSize = 48,
        IntermediateSize = 70,
        NumHeads = 3,
        OutHiddenSize = 40,
        PatchSize = 14,
        SpatialMergeSize = 2,
        TemporalPatchSize = 2,
        WindowSize = 112,
        FullattBlockIndexes = [1],
        TokensPerSecond = 2,
    };

    public static VisionTower Tower(ScalarType type = ScalarType.Float32)
    {
        using DisposeScope scope = NewDisposeScope();
        var tower = new VisionTower(Config);
        using var generator = new Generator(7);
        foreach (WeightLayer layer in tower.modules().OfType<WeightLayer>())
        {
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in layer.named_parameters(recurse: false).ToArray())
            {
                Tensor values = randn(parameter.shape, generator: generator) * 0.1f;
                layer.Bind(name, (layer is RmsNorm ? values + 1 : values).to_type(type).DetachFromDisposeScope());
            }
        }

        tower.eval();
        return tower;
    }

    public static Tensor Patches(int count, int seed)
    {
        using var generator = new Generator((ulong)seed);
        return randn([count, 1176], generator: generator);
    }
}
