using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

public sealed class ModelSoupTests
{
    [Fact]
    public void Average_ThreeFiles_IsTheirMeanAndTheFirstOnesCounts()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        string[] files =
        [
            Written(folder, "a", ("weight", tensor([1f, -1f])), ("count", tensor(4L))),
            Written(folder, "b", ("weight", tensor([2f, -2f])), ("count", tensor(5L))),
            Written(folder, "c", ("weight", tensor([6f, -6f])), ("count", tensor(6L))),
        ];

        ModelSoup.Average(files, folder.File("soup.safetensors"));

        using SafetensorsFile soup = SafetensorsFile.Open(folder.File("soup.safetensors"));
        Assert.Equal([3f, -3f], soup.Read("weight").to_type(ScalarType.Float32).data<float>().ToArray());
        Assert.Equal(ScalarType.Float16, soup.Tensors["weight"].Type);
        Assert.Equal(4, soup.Read("count").item<long>());
    }

    [Fact]
    public void Average_TensorThatOnlyOneFileHas_IsAnErrorThatNamesIt()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        string[] files = [Written(folder, "a", ("weight", ones(2))), Written(folder, "b", ("weight", ones(2)), ("bias", ones(1)))];

        foreach (string[] order in new[] { files, [.. files.Reverse()] })
        {
            WeightsException e = Assert.Throws<WeightsException>(() => ModelSoup.Average(order, folder.File("soup.safetensors")));

            Assert.Contains(order[1], e.Message, StringComparison.Ordinal);
            Assert.Contains("bias", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Average_OtherShape_IsAnErrorThatNamesTheTensor()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        string[] files = [Written(folder, "a", ("weight", ones(2))), Written(folder, "b", ("weight", ones(3)))];

        Assert.Contains("weight", Assert.Throws<WeightsException>(() => ModelSoup.Average(files, folder.File("soup.safetensors"))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("soup.safetensors")));
    }

    private static string Written(TemporaryFolder folder, string name, params (string Name, Tensor Value)[] tensors)
    {
        string path = folder.File($"{name}.safetensors");
        SafetensorsWriter.Write(path, tensors.ToDictionary(t => t.Name, t => t.Value));
        return path;
    }
}
