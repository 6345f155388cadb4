using System.Text.Json;
using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Tests.Models.Qwen25VL;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights.Peft;

/// <summary>Each of the reference's relsim folders on its base model, from pixels to the embedding.</summary>
[Trait("Kind", "Parity")]
public sealed class RelsimAdapterTests(ITestOutputHelper output)
{
    private const string Twin = "_newkeys";

    [Fact]
    public void Embedding_EveryRelsimFolder_EqualsTheReferenceMergedOrNot()
    {
        foreach (string projection in ReferenceFolder.Files(ProjectionFile.FileName))
        {
            Check(Path.GetDirectoryName(projection)!);
        }
    }

    [Fact]
    public void Backward_TrainingStep_GivesTheReferencesGradientsOfBothFactors()
    {
        foreach (string path in ReferenceFolder.Files("golden_train_step.safetensors"))
        {
            string parent = Path.GetDirectoryName(path)!;
            using JsonDocument meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(parent, "meta.json")));
            using DisposeScope scope = NewDisposeScope();
            string folder = Path.Combine(parent, meta.RootElement.GetProperty("train").GetProperty("start_checkpoint").GetString()!);
            using LoraAdapter adapter = LoraAdapter.Load(folder);
            using Qwen25VLModel model = Load(adapter, parent, meta);
            adapter.Attach(model, trainable: true);
            using ProjectionFile projection = ProjectionFile.Open(Path.Combine(folder, ProjectionFile.FileName));
            using SafetensorsFile golden = SafetensorsFile.Open(path);

            Tensor embeddings = Project(model, projection, golden, "", golden.Read("pixel_values"));
            embeddings.backward([golden.Read("grad.image_emb")]);

            Assert.InRange(Largest(embeddings - golden.Read("image_emb")), 0, 1e-4);
            Dictionary<string, Tensor> factors = model.named_parameters().Where(named => named.parameter.requires_grad).ToDictionary(named => named.name, named => (Tensor)named.parameter);
            Assert.Equal(2 * adapter.Layers.Count, factors.Count);
            foreach (LoraLayer layer in adapter.Layers.Values)
            {
                CheckGradient(golden, layer.KeyA, factors[$"{layer.Path}.lora_A"]);
                CheckGradient(golden, layer.KeyB, factors[$"{layer.Path}.lora_B"]);
            }
        }
    }

    private void CheckGradient(SafetensorsFile golden, string key, Tensor factor)
    {
        Tensor expected = golden.Read($"grad.base_model.{key.Replace(".weight", ".default.weight", StringComparison.Ordinal)}");
        double error = (factor.grad! - expected).norm().item<float>() / expected.norm().item<float>();
        output.WriteLine($"{key}: {error:e1}");
        Assert.InRange(error, 0, 1e-3);
    }

    private static Qwen25VLModel Load(LoraAdapter adapter, string parent, JsonDocument meta)
    {
        string checkpoint = Path.Combine(parent, "..", meta.RootElement.GetProperty("base_model_dir").GetString()!);
        using TensorSource weights = adapter.Over(CheckpointFolder.OpenFolder(checkpoint), meta.RootElement.GetProperty("len_tokenizer_after").GetInt64());
        return Qwen25VLModel.Load(weights, Qwen25VLConfig.Read(Path.Combine(checkpoint, "config.json")), ScalarType.Float32, vocabularyFromSource: true);
    }

    private void Check(string folder)
    {
        string parent = Path.GetDirectoryName(folder)!, name = Path.GetFileName(folder);
        using JsonDocument meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(parent, "meta.json")));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using LoraAdapter adapter = LoraAdapter.Load(folder);
        using Qwen25VLModel model = Load(adapter, parent, meta);
        AttachedLora attached = adapter.Attach(model);
        using ProjectionFile projection = ProjectionFile.Open(Path.Combine(folder, ProjectionFile.FileName));
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(parent, $"golden_{name.Replace(Twin, "", StringComparison.Ordinal)}.safetensors"));

        int images = 0;
        foreach ((string image, Tensor pixels) in Pixels(parent))
        {
            Tensor unmerged = Project(model, projection, golden, $"{image}.", pixels);
            double error = Largest(unmerged - golden.Read($"{image}.projected"));
            double cosine = Largest(Normalised(unmerged) - golden.Read($"{image}.embedding"));
            attached.Merge();
            double merged = Largest(Project(model, projection, golden, $"{image}.", pixels) - unmerged);
            attached.Unmerge();
            output.WriteLine($"{name} image {image}: projected {error:e1}, embedding {cosine:e1}, merged {merged:e1}");

            Assert.InRange(error, 0, 1e-4);
            Assert.InRange(cosine, 0, 1e-5);
            Assert.InRange(merged, 0, 1e-4);
            Assert.Equal(0, Largest(Project(model, projection, golden, $"{image}.", pixels) - unmerged));
            images++;
        }

        Assert.True(images > 0, name);
    }

    /// <summary>The patches of the images that one of the folder's files holds, by the image's name in all of them.</summary>
    private static IEnumerable<(string Image, Tensor Pixels)> Pixels(string parent)
    {
        const string suffix = ".pixel_values";
        foreach (string path in Directory.GetFiles(parent, "golden_adapter*.safetensors"))
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            foreach (string key in file.Tensors.Keys.Where(key => key.EndsWith(suffix, StringComparison.Ordinal)).ToArray())
            {
                yield return (key[..^suffix.Length], file.Read(key));
            }
        }
    }

    /// <summary>The projected hidden states at the query tokens [B, E] of a padded batch.</summary>
    private static Tensor Project(Qwen25VLModel model, ProjectionFile projection, SafetensorsFile golden, string prefix, Tensor pixels)
    {
        TokenBatch batch = Qwen25VLReference.Batch(golden, prefix);
        GridThw[] grids = VisionReference.Grids(golden, $"{prefix}image_grid_thw");
        using SequenceLayout layout = SequenceLayout.Create(model.Config, batch, RopeIndex.Create(model.Config, batch, grids), ForwardPlan.Full);
        Tensor hidden = model.HiddenStates(layout, model.EmbedImages(pixels, grids), ForwardPlan.Full); // [N, D]
        IEnumerable<int> packed = Enumerable.Range(0, batch.Rows).SelectMany(row => batch.Tokens(row));
        long[] queries = [.. packed.Select((id, place) => (id, place)).Where(token => token.id == projection.QueryTokenId).Select(token => (long)token.place)];
        return nn.functional.linear(
            hidden.index_select(0, tensor(queries)), projection.Read("weight").to_type(ScalarType.Float32), projection.Read("bias").to_type(ScalarType.Float32)); // [B, E]
    }

    private static Tensor Normalised(Tensor values) => values / values.norm(1, keepdim: true);

    private static double Largest(Tensor difference) => difference.abs().max().to_type(ScalarType.Float64).item<double>();
}
