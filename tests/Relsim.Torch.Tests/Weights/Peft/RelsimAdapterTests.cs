using System.Text.Json;
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

    private void Check(string folder)
    {
        string parent = Path.GetDirectoryName(folder)!, name = Path.GetFileName(folder);
        using JsonDocument meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(parent, "meta.json")));
        string checkpoint = Path.Combine(parent, "..", meta.RootElement.GetProperty("base_model_dir").GetString()!);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using LoraAdapter adapter = LoraAdapter.Load(folder);
        using TensorSource weights = adapter.Over(CheckpointFolder.OpenFolder(checkpoint), meta.RootElement.GetProperty("len_tokenizer_after").GetInt64());
        using Qwen25VLModel model = Qwen25VLModel.Load(
            weights, Qwen25VLConfig.Read(Path.Combine(checkpoint, "config.json")), ScalarType.Float32, vocabularyFromSource: true);
        AttachedLora attached = adapter.Attach(model);
        using ProjectionFile projection = ProjectionFile.Open(Path.Combine(folder, ProjectionFile.FileName));
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(parent, $"golden_{name.Replace(Twin, "", StringComparison.Ordinal)}.safetensors"));

        int images = 0;
        foreach ((string image, Tensor pixels) in Pixels(parent))
        {
            Tensor unmerged = Project(model, projection, golden, image, pixels);
            double error = Largest(unmerged - golden.Read($"{image}.projected"));
            double cosine = Largest(Normalised(unmerged) - golden.Read($"{image}.embedding"));
            attached.Merge();
            double merged = Largest(Project(model, projection, golden, image, pixels) - unmerged);
            attached.Unmerge();
            output.WriteLine($"{name} image {image}: projected {error:e1}, embedding {cosine:e1}, merged {merged:e1}");

            Assert.InRange(error, 0, 1e-4);
            Assert.InRange(cosine, 0, 1e-5);
            Assert.InRange(merged, 0, 1e-4);
            Assert.Equal(0, Largest(Project(model, projection, golden, image, pixels) - unmerged));
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

    private static Tensor Project(Qwen25VLModel model, ProjectionFile projection, SafetensorsFile golden, string image, Tensor pixels)
    {
        TokenBatch batch = Qwen25VLReference.Batch(golden, $"{image}.");
        Relsim.Imaging.GridThw[] grids = VisionReference.Grids(golden, $"{image}.image_grid_thw");
        using SequenceLayout layout = SequenceLayout.Create(model.Config, batch, RopeIndex.Create(model.Config, batch, grids), ForwardPlan.Full);
        Tensor hidden = model.HiddenStates(layout, model.EmbedImages(pixels, grids), ForwardPlan.Full); // [N, D]
        int query = batch.Tokens(0).ToList().IndexOf(projection.QueryTokenId);
        return nn.functional.linear(
            hidden.narrow(0, query, 1), projection.Read("weight").to_type(ScalarType.Float32), projection.Read("bias").to_type(ScalarType.Float32)); // [1, E]
    }

    private static Tensor Normalised(Tensor values) => values / values.norm(1, keepdim: true);

    private static double Largest(Tensor difference) => difference.abs().max().to_type(ScalarType.Float64).item<double>();
}
