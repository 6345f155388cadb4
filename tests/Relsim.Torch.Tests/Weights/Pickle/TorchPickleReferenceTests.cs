using System.IO.Compression;
using System.Text.Json;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Pickle;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights.Pickle;

[Trait("Kind", "Parity")]
public sealed class TorchPickleReferenceTests
{
    [Theory]
    [InlineData("*.pt")]
    [InlineData("*.pth")]
    [InlineData("*.pth.tar")]
    public void Open_EveryReferenceFile_AllTensorsAreReadable(string pattern) =>
        Assert.All(ReferenceFolder.Files(pattern), path =>
        {
            using var file = TorchPickle.Open(path);
            PickledTensor[] tensors = [.. Tensors(file.Root)];
            Assert.NotEmpty(tensors);
            foreach (PickledTensor pickled in tensors)
            {
                using Tensor tensor = file.Read(pickled);
                Assert.Equal(pickled.Shape, tensor.shape);
                Assert.True(tensor.is_contiguous());
                using Tensor finite = tensor.isfinite().all();
                Assert.True(finite.item<bool>());
            }
        });

    [Fact]
    public void Read_EveryZipFile_GivesTheBytesThatAnotherZipReaderFinds() =>
        Assert.All(ReferenceFolder.Files("*.pt").Concat(ReferenceFolder.Files("*.pth.tar")), path =>
        {
            using var file = TorchPickle.Open(path);
            using ZipArchive zip = ZipFile.OpenRead(path);
            foreach (PickledTensor pickled in Tensors(file.Root).Where(tensor => tensor.IsContiguous && tensor.Count == tensor.Storage.Count))
            {
                ZipArchiveEntry entry = Assert.Single(zip.Entries, entry => entry.FullName.EndsWith($"/data/{pickled.Storage.Key}", StringComparison.Ordinal));
                using Stream stream = entry.Open();
                byte[] expected = new byte[entry.Length];
                stream.ReadExactly(expected);
                using Tensor tensor = file.Read(pickled);
                Assert.Equal(expected, tensor.bytes.ToArray());
            }
        });

    [Fact]
    public void Read_LpipsHeads_HaveTheChannelsOfTheirNetworks()
    {
        foreach (string meta in ReferenceFolder.Files("meta.json").Where(path => Path.GetFileName(Path.GetDirectoryName(path)) == "lpips"))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(meta));
            foreach (JsonProperty network in document.RootElement.GetProperty("feature_shapes").EnumerateObject())
            {
                string path = Assert.Single(Directory.GetFiles(Path.GetDirectoryName(meta)!, $"{network.Name}.pth", SearchOption.AllDirectories));
                using var heads = StateDictSource.Open(path);
                long[][] expected = [.. network.Value.EnumerateArray().Select(shape => new long[] { 1, shape[1].GetInt64(), 1, 1 })];
                Assert.Equal(expected, heads.Tensors.OrderBy(head => head.Key, StringComparer.Ordinal).Select(head => head.Value.Shape.ToArray()));
                foreach (string name in heads.Tensors.Keys)
                {
                    using Tensor head = heads.Read(name);
                    Assert.All(head.data<float>().ToArray(), weight => Assert.InRange(weight, 0, 10)); // LPIPS clamps its heads at zero
                }
            }
        }
    }

    [Fact]
    public void Open_EveryProjection_FitsItsFolderAndItsTwin()
    {
        foreach (string path in ReferenceFolder.Files(ProjectionFile.FileName))
        {
            using var projection = ProjectionFile.Open(path);
            string folder = Path.GetDirectoryName(path)!;
            using JsonDocument added = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "added_tokens.json")));
            Assert.Equal(added.RootElement.GetProperty("<|query|>").GetInt32(), projection.QueryTokenId);
            Assert.Equal(projection.EmbeddingSize, projection.Tensors["bias"].Shape[0]);

            string twin = Path.Combine($"{folder}_newkeys", ProjectionFile.FileName);
            if (File.Exists(twin))
            {
                using var other = ProjectionFile.Open(twin);
                Assert.Equal(projection.QueryTokenId, other.QueryTokenId);
                AssertSameValues(projection, other, name => name);
            }
        }
    }

    internal static void AssertSameValues(TensorSource expected, TensorSource actual, Func<string, string> rename)
    {
        Assert.Equal(expected.Tensors.Count, actual.Tensors.Count);
        foreach (string name in expected.Tensors.Keys)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor left = expected.Read(name).to_type(ScalarType.Float32), right = actual.Read(rename(name)).to_type(ScalarType.Float32);
            Assert.True(left.shape.SequenceEqual(right.shape) && left.eq(right).all().item<bool>(), name);
        }
    }

    private static IEnumerable<PickledTensor> Tensors(object? value) => value switch
    {
        PickledTensor tensor => [tensor],
        Dictionary<object, object?> dictionary => dictionary.Values.SelectMany(Tensors),
        List<object?> list => list.SelectMany(Tensors),
        object?[] tuple => tuple.SelectMany(Tensors),
        _ => [],
    };
}
