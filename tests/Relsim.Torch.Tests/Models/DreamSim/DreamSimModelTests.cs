using Relsim.Torch.Models.DreamSim;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.DreamSim;

public sealed class DreamSimModelTests
{
    // README of the fixtures: embeddings 1e-4, unit vectors and cosines 1e-5.
    [Fact]
    [Trait("Kind", "Parity")]
    public void Forward_PixelsOfEveryFolder_GiveTheReferenceEmbeddingsAndDistances() => DreamSimReference.ForEach(reference =>
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        using DreamSimModel tuned = reference.Load(tuned: true);
        Tensor pixels = reference.Pixels();
        Tensor raw = tuned.Features(pixels), unit = tuned.call(pixels);
        AssertNear(reference, "embeddings_raw", raw, 1e-4);
        AssertNear(reference, "embeddings_normalized", unit, 1e-5);
        AssertNear(reference, "embeddings_normalized_f64", unit, 1e-5);
        AssertNear(reference, "distances", 1 - unit.matmul(unit.t()), 1e-5);
        Assert.Equal(tuned.Dimension, raw.shape[1]);

        using DreamSimModel untuned = reference.Load(tuned: false);
        AssertNear(reference, "embeddings_normalized_without_lora", untuned.call(pixels), 1e-5);
    });

    [Fact]
    public void Merge_OfEveryFolder_ChangesNoEmbedding() => DreamSimReference.ForEach(reference =>
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        DreamSimParts parts = DreamSimFolder.Find(reference.Folder).Load(ScalarType.Float32, CPU, reference.Heads);
        using DreamSimModel model = parts.Model;
        Tensor pixels = reference.Pixels();
        Tensor before = model.call(pixels);
        parts.Lora!.Merge();
        Assert.InRange((before - model.call(pixels)).abs().max().item<float>(), 0, 1e-5f);
        parts.Lora.Unmerge();
        Assert.Equal(0, (before - model.call(pixels)).abs().max().item<float>());
        Assert.All(parts.Lora.Paths, path => Assert.EndsWith(".attn.qkv", path, StringComparison.Ordinal));
        Assert.Equal(model.Extractors.Sum(extractor => extractor.Config.Depth), parts.Lora.Paths.Count());
    });

    [Fact]
    [Trait("Kind", "Shape")]
    public void StateDictionary_OfThePublishedEnsemble_HasTheNamesAndShapesOfItsFiles()
    {
        using var model = new DreamSimModel(Base(DreamSimBranch.Dino, 16), Base(DreamSimBranch.Clip, 16), Base(DreamSimBranch.OpenClip, 16));
        Dictionary<string, Tensor> state = model.state_dict();
        Assert.Equal(1792, model.Dimension);
        Assert.Equal(224, model.ImageSize);
        Assert.Equal((3 * 150) + (2 * 3), state.Count);
        Assert.Equal([1, 197, 768], state["extractor_list.0.model.pos_embed"].shape);
        Assert.Equal([1, 1, 768], state["extractor_list.2.model.cls_token"].shape);
        Assert.Equal([768, 3, 16, 16], state["extractor_list.0.model.patch_embed.proj.weight"].shape);
        Assert.Equal([2304, 768], state["extractor_list.1.model.blocks.11.attn.qkv.weight"].shape);
        Assert.Equal([3072], state["extractor_list.1.model.blocks.0.mlp.fc1.bias"].shape);
        Assert.Equal([768], state["extractor_list.2.model.pos_drop.weight"].shape);
        Assert.Equal([768, 512], state["extractor_list.2.proj.weight"].shape);
        Assert.DoesNotContain("extractor_list.0.model.pos_drop.weight", state.Keys);
        Assert.DoesNotContain("extractor_list.0.proj.weight", state.Keys);
        Assert.Equal(85_798_656, state.Where(pair => pair.Key.StartsWith("extractor_list.0.", StringComparison.Ordinal)).Sum(pair => pair.Value.numel())); // ViT-B/16 without a classifier
    }

    [Fact]
    [Trait("Kind", "Shape")]
    public void StateDictionary_OfAPublishedSingleClip_HasPatchesOf32Pixels()
    {
        using var model = new DreamSimModel(Base(DreamSimBranch.OpenClip, 32));
        Assert.Equal(512, model.Dimension);
        Assert.Equal([1, 50, 768], model.state_dict()["extractor_list.0.model.pos_embed"].shape);
        Assert.Equal([768, 3, 32, 32], model.state_dict()["extractor_list.0.model.patch_embed.proj.weight"].shape);
    }

    [Fact]
    public void Forward_Batch_GivesWhatSingleImagesGive()
    {
        using var folder = new TinyDreamSim("ensemble");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        using DreamSimModel model = folder.Load();
        using var generator = new Generator(5);
        Tensor pixels = rand(4, 3, model.ImageSize, model.ImageSize, generator: generator);
        Tensor batch = model.call(pixels);
        for (int i = 0; i < 4; i++)
        {
            Assert.InRange((batch[i] - model.call(pixels.narrow(0, i, 1))[0]).abs().max().item<float>(), 0, 1e-6f);
        }
    }

    [Fact]
    public void Forward_ManyCalls_LeavesNoTensorAlive()
    {
        using var folder = new TinyDreamSim("ensemble");
        using IDisposable inference = inference_mode();
        using DreamSimModel model = folder.Load();
        using Tensor pixels = zeros(2, 3, model.ImageSize, model.ImageSize);
        model.call(pixels).Dispose();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 10; i++)
        {
            model.call(pixels).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    private static VitConfig Base(DreamSimBranch branch, int patch) => new()
    {
        Branch = branch,
        Width = 768,
        Depth = 12,
        Heads = 12,
        Inner = 3072,
        Patch = patch,
        Grid = 224 / patch,
        Projection = branch == DreamSimBranch.Dino ? 0 : 512,
    };

    private static void AssertNear(DreamSimReference reference, string name, Tensor actual, double tolerance)
    {
        using Tensor expected = reference.Golden.Read(name);
        Assert.Equal(expected.shape, actual.shape);
        double worst = (expected.to_type(ScalarType.Float64) - actual.to_type(ScalarType.Float64)).abs().max().item<double>();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Path.GetFileName(reference.Folder)} {name}: {worst:E2}");
        Assert.InRange(worst, 0, tolerance);
    }
}
