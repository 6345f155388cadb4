using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

public sealed class VisionTowerTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4; // of the reference folder's own description

    // Two images of 12 x 10 patches (windows of four lengths) and 8 x 8 (one), and two frames between.
    private static readonly GridThw[] Grids = [new(1, 12, 10), new(2, 4, 6), new(1, 8, 8)];

    [Fact]
    [Trait("Kind", "Parity")]
    public void Forward_ReferenceImages_EveryStageIsTheReferences() =>
        Assert.All(VisionReference.All(), reference =>
        {
            using var scope = NewDisposeScope();
            using VisionTower tower = reference.Load();
            using SafetensorsFile file = reference.Open("vision_internals.safetensors");
            using VisionLayout layout = VisionLayout.Create(reference.Config, VisionReference.Grids(file, "image_grid_thw"));
            HashSet<string> seen = [];

            Tensor embeddings = tower.Forward(reference.InternalPixels(), layout, (name, stage) =>
            {
                if (file.Tensors.ContainsKey(name))
                {
                    Compare($"{Path.GetFileName(reference.Folder)} {name}", stage, file.Read(name));
                    seen.Add(name);
                }
            });

            Compare($"{Path.GetFileName(reference.Folder)} image_embeds", embeddings, file.Read("image_embeds"));
            string[] stages = [.. file.Tensors.Keys.Where(key => key is "patch_embed" or "merger_windowed_order" || key.StartsWith("block.", StringComparison.Ordinal))];
            Assert.Equal(stages.Order(), seen.Order());
        });

    [Fact]
    [Trait("Kind", "Parity")]
    public void Forward_ReferenceCases_ImageEmbeddingsAreTheReferences() =>
        Assert.All(VisionReference.All(), reference =>
        {
            using var scope = NewDisposeScope();
            using VisionTower tower = reference.Load();
            string[] cases = [.. reference.ImageCases()];
            Assert.NotEmpty(cases);
            foreach (string name in cases)
            {
                using SafetensorsFile file = reference.Open($"case_{name}.safetensors");
                using VisionLayout layout = VisionLayout.Create(reference.Config, VisionReference.Grids(file, "image_grid_thw"));
                Compare($"{Path.GetFileName(reference.Folder)} {name}", tower.call(reference.CasePixels(name), layout), file.Read("image_embeds"));
            }
        });

    [Fact]
    [Trait("Kind", "Parity")]
    public void PadInner_ReferenceImages_EmbeddingsAreStillTheReferences() =>
        Assert.All(VisionReference.All(), reference =>
        {
            using var scope = NewDisposeScope();
            using VisionTower tower = reference.Load();
            using SafetensorsFile file = reference.Open("vision_internals.safetensors");
            using VisionLayout layout = VisionLayout.Create(reference.Config, VisionReference.Grids(file, "image_grid_thw"));

            tower.PadInner();

            Compare($"{Path.GetFileName(reference.Folder)} padded", tower.call(reference.InternalPixels(), layout), file.Read("image_embeds"));
        });

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 0.02)]
    public void PadInner_AnyType_IsTheUnpaddedResult(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using VisionTower plain = TinyVision.Tower(type), padded = TinyVision.Tower(type);
        using VisionLayout layout = VisionLayout.Create(TinyVision.Config, Grids);
        Tensor patches = TinyVision.Patches(layout.Patches, 1);

        padded.PadInner();

        Assert.Equal(128, padded.state_dict()["blocks.0.mlp.gate_proj.weight"].shape[0]);
        Tensor expected = plain.call(patches, layout);
        Assert.InRange(VisionReference.LargestDifference(padded.call(patches, layout), expected) / Largest(expected), 0, tolerance);
    }

    [Fact]
    public void PadInner_AdapterInTheMlp_IsRefused()
    {
        using VisionTower tower = TinyVision.Tower();
        LoraLinear up = Assert.IsType<LoraLinear>(tower.named_modules().Single(part => part.name == "blocks.1.mlp.up_proj").module);
        up.Attach(zeros(2, up.Inputs), zeros(up.Outputs, 2), 1);

        Assert.Throws<InvalidOperationException>(tower.PadInner);

        Assert.All(
            tower.state_dict().Where(pair => pair.Key.EndsWith("gate_proj.weight", StringComparison.Ordinal)),
            pair => Assert.Equal(TinyVision.Config.IntermediateSize, pair.Value.shape[0]));
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 0.02)]
    public void Forward_SeveralImages_EachIsAsIfAlone(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using VisionTower tower = TinyVision.Tower(type);
        Tensor[] patches = [.. Grids.Select((grid, i) => TinyVision.Patches(grid.T * grid.H * grid.W, i))];
        using VisionLayout together = VisionLayout.Create(TinyVision.Config, Grids);

        Tensor batch = tower.call(cat(patches, 0), together);

        long start = 0;
        for (int i = 0; i < Grids.Length; i++)
        {
            using VisionLayout layout = VisionLayout.Create(TinyVision.Config, [Grids[i]]);
            Tensor alone = tower.call(patches[i], layout);
            Assert.InRange(VisionReference.LargestDifference(batch.narrow(0, start, alone.shape[0]), alone) / Largest(alone), 0, tolerance);
            start += alone.shape[0];
        }

        Assert.Equal(batch.shape[0], start);
    }

    [Fact]
    public void Forward_BFloat16_IsNearFloat32()
    {
        using var scope = NewDisposeScope();
        using VisionTower exact = TinyVision.Tower(), rounded = TinyVision.Tower(ScalarType.BFloat16);
        using VisionLayout layout = VisionLayout.Create(TinyVision.Config, Grids);
        Tensor patches = TinyVision.Patches(layout.Patches, 1);

        Tensor expected = exact.call(patches, layout);
        Tensor actual = rounded.call(patches, layout);

        Assert.Equal(ScalarType.BFloat16, actual.dtype);
        Assert.InRange(VisionReference.LargestDifference(actual, expected) / Largest(expected), 0, 0.05);
    }

    [Fact]
    public void Forward_ManyCalls_LeavesNoTensorBehind()
    {
        using VisionTower tower = TinyVision.Tower();
        Run(tower);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (int i = 0; i < 5; i++)
        {
            Run(tower);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(119, 1176)]
    [InlineData(120, 588)]
    public void Forward_PatchesOfAnotherLayout_SaysBothShapes(int count, int length)
    {
        using VisionTower tower = TinyVision.Tower();
        using VisionLayout layout = VisionLayout.Create(TinyVision.Config, Grids[..1]);
        using Tensor patches = zeros(count, length);

        ArgumentException e = Assert.Throws<ArgumentException>(() => tower.call(patches, layout));

        Assert.Contains($"[{count}, {length}]", e.Message, StringComparison.Ordinal);
        Assert.Contains("[120, 1176]", e.Message, StringComparison.Ordinal);
    }

    private static void Run(VisionTower tower)
    {
        using VisionLayout layout = VisionLayout.Create(TinyVision.Config, Grids);
        using Tensor patches = TinyVision.Patches(layout.Patches, 1);
        using Tensor embeddings = tower.call(patches, layout);
    }

    private static double Largest(Tensor tensor)
    {
        using Tensor most = tensor.to_type(ScalarType.Float64).abs().max();
        return most.item<double>();
    }

    private void Compare(string name, Tensor actual, Tensor expected)
    {
        double difference = VisionReference.LargestDifference(actual, expected);
        output.WriteLine($"{name}: {difference:E1}");
        Assert.True(difference <= Tolerance, $"{name} is off by {difference:E2}.");
    }
}
