using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Benchmarks.Mini;

/// <summary>
/// panels MANIFEST OUT.npz: what the panel path measures before anything is learnt, as embeddings; the hand-made row beside the model in docs/results/external.md.
/// </summary>
internal static class UntrainedPanels
{
    public static void Run(string manifest, string output)
    {
        TorchRuntime.EnsureLoaded();
        var preprocessor = new ImagePreprocessor(PreprocessingProfiles.Mini128);
        using var writer = new NpzWriter(output, PanelPath.FeatureLength);
        foreach (ImageInput input in ImageInputs.Expand([manifest]))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor image = ImageBatch.InUnitRange(ImageBatch.Of([preprocessor.Load(input.Path)], CPU));
            writer.Append(input.Id, null, PanelPath.Compare(image).flatten().data<float>().ToArray());
        }

        writer.Complete();
        Console.WriteLine($"{writer.Count} rows of {PanelPath.FeatureLength} numbers in {output}");
    }
}
