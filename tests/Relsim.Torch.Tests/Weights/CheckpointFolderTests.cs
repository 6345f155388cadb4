using System.Text.Json;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights;

public sealed class CheckpointFolderTests
{
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";

    [Fact]
    [Trait("Kind", "Parity")]
    public void OpenFolder_EveryReferenceCheckpoint_GivesEveryTensor() =>
        Assert.All(
            ReferenceFolder.Files("model*.safetensors").Select(path => Path.GetDirectoryName(path)!).Distinct(),
            folder =>
            {
                using TensorSource source = CheckpointFolder.OpenFolder(folder);
                Assert.Equal(CountOfIndex(folder) ?? source.Tensors.Count, source.Tensors.Count);
                foreach (SafetensorsEntry entry in source.Tensors.Values)
                {
                    using Tensor tensor = source.Read(entry.Name);
                    Assert.Equal(entry.Shape, tensor.shape);
                }
            });

    [Fact]
    public void OpenFolder_TwoFilesOfMixedTypes_SharesTheBytesOfBoth()
    {
        using TemporaryFolder folder = TwoFiles("""{"metadata":{"total_size":1},"weight_map":{"a":"$1","b":"$2","c":"$2"}}""");
        Tensor kept;
        using (TensorSource source = CheckpointFolder.OpenFolder(folder.FullName))
        {
            Assert.Equal(folder.FullName, source.FilePath);
            Assert.Equal([ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16], source.Tensors.OrderBy(t => t.Key).Select(t => t.Value.Type));
            kept = source.Read("b");
            Assert.Equal("d", Assert.Throws<WeightsException>(() => source.Read("d")).TensorName);
        }

        using (kept)
        {
            using Tensor wide = kept.to_type(ScalarType.Float32);
            Assert.Equal([2f, 2f], wide.data<float>().ToArray());
        }
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"$1","b":"$2"}}""", "not in the index: c of $2")]
    [InlineData("""{"weight_map":{"a":"$1","b":"$2","c":"$2","d":"$1"}}""", "missing: d, which the index puts in $1")]
    [InlineData("""{"weight_map":{"a":"$2","b":"$2","c":"$1"}}""", "in another file: a, which the index puts in $2, is in $1")]
    [InlineData("""{"weight_map":{"a":"$1","b":"model-3.safetensors","c":"model-4.safetensors"}}""", "missing; get them again: model-3.safetensors, model-4.safetensors")]
    [InlineData("""{"weight_map":{"a":"../$1","b":"/etc/$2"}}""", "../$1, /etc/$2")]
    [InlineData("""{"weight_map":{"a":"..\\x.safetensors"}}""", "own folder")]
    [InlineData("""{"weight_map":{"a":"config.json"}}""", "own folder")]
    [InlineData("""{"weight_map":{"a":""}}""", "own folder")]
    [InlineData("""{"weight_map":{"a":"$1","a":"$2"}}""", "cannot be read")]
    [InlineData("""{"weight_map":{"a":1}}""", "tensor 'a'")]
    [InlineData("""{"weight_map":[]}""", "weight_map")]
    [InlineData("""[]""", "weight_map")]
    [InlineData("", "cannot be read")]
    public void OpenFolder_IndexThatDoesNotFit_SaysWhatDiffers(string index, string fault)
    {
        using TemporaryFolder folder = TwoFiles(index);

        WeightsException e = Assert.Throws<WeightsException>(() => CheckpointFolder.OpenFolder(folder.FullName));

        Assert.EndsWith(".index.json", e.FilePath, StringComparison.Ordinal);
        Assert.Contains(Named(fault), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenFolder_TensorInTwoFiles_IsAnErrorThatNamesBoth()
    {
        using TemporaryFolder folder = TwoFiles("""{"weight_map":{"a":"$1","b":"$2","c":"$2"}}""");
        using Tensor value = ones(2);
        SafetensorsWriter.Write(folder.File(First), new Dictionary<string, Tensor> { ["a"] = value, ["b"] = value });

        WeightsException e = Assert.Throws<WeightsException>(() => CheckpointFolder.OpenFolder(folder.FullName));

        Assert.Contains(Named("held twice: b, by $1 and $2"), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenFolder_WithoutCheckpoint_SaysWhatItLookedFor()
    {
        using var folder = new TemporaryFolder();

        WeightsException e = Assert.Throws<WeightsException>(() => CheckpointFolder.OpenFolder(folder.FullName));

        Assert.Contains("neither model.safetensors nor model.safetensors.index.json", e.Message, StringComparison.Ordinal);
        Assert.Throws<WeightsException>(() => CheckpointFolder.OpenFolder(folder.File("absent")));
    }

    [Fact]
    public void OpenFolder_FileThatIsALink_ReadsWhatItPointsTo()
    {
        using var folder = new TemporaryFolder();
        using Tensor value = arange(1000, ScalarType.Float32);
        SafetensorsWriter.Write(folder.File("blob"), new Dictionary<string, Tensor> { ["a"] = value });
        File.CreateSymbolicLink(folder.File("model.safetensors"), "blob");

        using TensorSource source = CheckpointFolder.OpenFolder(folder.FullName);
        using Tensor read = source.Read("a");

        using Tensor same = read.eq(value).all();
        Assert.True(same.item<bool>());
    }

    private static int? CountOfIndex(string folder)
    {
        string path = Path.Combine(folder, "model.safetensors.index.json");
        if (!File.Exists(path))
        {
            return null;
        }

        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(path));
        return index.RootElement.GetProperty("weight_map").EnumerateObject().Count();
    }

    private static TemporaryFolder TwoFiles(string index)
    {
        var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        SafetensorsWriter.Write(folder.File(First), new Dictionary<string, Tensor> { ["a"] = ones(2) });
        SafetensorsWriter.Write(
            folder.File(Second), new Dictionary<string, Tensor> { ["b"] = full(2, 2f, ScalarType.BFloat16), ["c"] = full(2, 3f, ScalarType.Float16) });
        File.WriteAllText(folder.File("model.safetensors.index.json"), Named(index));
        return folder;
    }

    private static string Named(string text) => text.Replace("$1", First, StringComparison.Ordinal).Replace("$2", Second, StringComparison.Ordinal);
}
