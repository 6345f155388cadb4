using Relsim.Torch.Models.Mini;
using Relsim.Torch.Tests.Models.Mini;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

[Collection(SharedGenerator.Name)]
public sealed class WarmStartTests
{
    private static readonly string[] Beyond = ["pairs.", "objects.", "panels.", "relational_head.in_proj.weight"];

    private const int Trunk = (2 * 8 * 8) + 256; // length of the summaries at width 8

    [Fact]
    public void Load_SmallerModelOfTheSameMake_AnswersAsItDid()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        using MiniModel small = TinyMini.Model(TinyMini.Config() with { PairLength = 4 });
        using MiniModel large = TinyMini.Model(TinyMini.Config() with { PairLength = 12 });
        // What the large one has beyond the small one is not in the file.
        SafetensorsWriter.Write(folder.File("small.safetensors"), small.state_dict()
            .Where(pair => !Beyond.Any(part => pair.Key.StartsWith(part, StringComparison.Ordinal)))
            .Append(new("relational_head.in_proj.weight", small.state_dict()["relational_head.in_proj.weight"].narrow(1, 0, Trunk).contiguous()))
            .ToDictionary(pair => pair.Key, pair => pair.Value));

        using (SafetensorsFile file = SafetensorsFile.Open(folder.File("small.safetensors")))
        {
            WarmStart.Load(large, file);
        }

        Tensor images = rand(3, 3, 32, 32);
        Assert.Equal(small.EncodeImages(images).Attribute.data<float>().ToArray(), large.EncodeImages(images).Attribute.data<float>().ToArray());
        Tensor columns = large.state_dict()["relational_head.in_proj.weight"];
        Assert.Equal(0f, columns.narrow(1, Trunk, columns.shape[1] - Trunk).abs().max().item<float>());
        Assert.NotEqual(0f, columns.narrow(1, 0, Trunk).abs().max().item<float>());
    }

    [Fact]
    public void Load_WeightsOfAnotherWidth_IsAnErrorThatNamesTheTensor()
    {
        using var folder = new TemporaryFolder();
        using MiniModel other = TinyMini.Model(TinyMini.Config() with { Width = 16 });
        using MiniModel model = TinyMini.Model(TinyMini.Config());
        ModuleWeights.Save(other, folder.File("other.safetensors"));

        using SafetensorsFile file = SafetensorsFile.Open(folder.File("other.safetensors"));
        WeightsException error = Assert.Throws<WeightsException>(() => WarmStart.Load(model, file));

        Assert.Contains("other.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains("width", error.Message, StringComparison.Ordinal);
    }
}
