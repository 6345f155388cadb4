using System.Text.Json;
using Relsim.Torch.Nn;
using Relsim.Torch.Tests.Weights.Pickle;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights.Peft;

[Trait("Kind", "Parity")]
public sealed class LoraAdapterReferenceTests
{
    [Theory]
    [InlineData(ScalarType.Float32, 1e-4)]
    [InlineData(ScalarType.BFloat16, 6e-2)]
    public void Merge_EveryReferenceAdapter_ComputesTheSameAndUnmergesBitForBit(ScalarType type, double tolerance) => Assert.All(Folders(), folder =>
    {
        using DisposeScope scope = NewDisposeScope();
        using LoraAdapter adapter = LoraAdapter.Load(folder);
        using LayerTree model = LayerTree.Random(adapter.Layers.Values.Select(layer => (layer.Path, layer.Inputs, layer.Outputs)), type);
        AttachedLora attached = adapter.Attach(model);
        foreach (LoraLayer layer in adapter.Layers.Values)
        {
            LoraLinear linear = model.At(layer.Path);
            Tensor input = rand(3, layer.Inputs).to_type(type);
            Tensor original = linear.get_parameter("weight")!.clone();
            Tensor unmerged = linear.call(input).to_type(ScalarType.Float32);
            Tensor a = adapter.Source.Read(layer.KeyA).to_type(ScalarType.Float64), b = adapter.Source.Read(layer.KeyB).to_type(ScalarType.Float64);
            Tensor exact = input.to_type(ScalarType.Float64).matmul((original.to_type(ScalarType.Float64) + (layer.Scale * b.matmul(a))).t());
            AssertClose(exact, unmerged, tolerance);

            linear.Merge();
            AssertClose(exact, linear.call(input), tolerance);
            linear.Unmerge();
            Assert.True(original.eq(linear.get_parameter("weight")!).all().item<bool>());
        }

        MergeReport report = attached.Merge();
        Assert.Equal(adapter.Layers.Keys.Order(), report.Layers.Keys.Order());
        Assert.Equal(report.Layers.Values.Max(drift => drift.LargestChange), report.Total.LargestChange);
        Assert.InRange(report.Total.Relative, 0, type == ScalarType.Float32 ? 0 : 1.0 / 256);
        Assert.InRange(report.Total.Relative, report.Layers.Values.Min(drift => drift.Relative), report.Layers.Values.Max(drift => drift.Relative));
        attached.Unmerge();
        attached.Detach();
        Assert.All(adapter.Layers.Keys, path => Assert.False(model.At(path).HasAdapter));
    });

    [Fact]
    public void Save_EveryReferenceAdapter_HasTheSameNamesTypesShapesAndBytes() => Assert.All(Folders(), folder =>
    {
        using var saved = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        using LoraAdapter adapter = LoraAdapter.Load(folder);
        using LayerTree model = LayerTree.Random(adapter.Layers.Values.Select(layer => (layer.Path, layer.Inputs, layer.Outputs)), ScalarType.Float32);

        adapter.Attach(model).Save(saved.FullName);

        using SafetensorsFile before = SafetensorsFile.Open(Path.Combine(folder, LoraAdapter.WeightsName));
        using SafetensorsFile after = SafetensorsFile.Open(saved.File(LoraAdapter.WeightsName));
        Assert.Equal(before.Metadata, after.Metadata);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, LoraAdapter.ConfigName)), File.ReadAllText(saved.File(LoraAdapter.ConfigName)));
        Assert.Equal(before.Tensors.Keys.Order(), after.Tensors.Keys.Order());
        foreach (SafetensorsEntry entry in before.Tensors.Values)
        {
            Assert.Equal(entry.Type, after.Tensors[entry.Name].Type);
            Assert.Equal(entry.Shape, after.Tensors[entry.Name].Shape);
            Assert.Equal(before.Read(entry.Name).bytes.ToArray(), after.Read(entry.Name).bytes.ToArray());
        }
    });

    [Fact]
    public void Load_AdapterAndItsTwinOfTheNewerTree_HoldTheSame()
    {
        foreach (string twin in Folders().Where(folder => folder.EndsWith("_newkeys", StringComparison.Ordinal)))
        {
            using LoraAdapter older = LoraAdapter.Load(twin[..^"_newkeys".Length]);
            using LoraAdapter newer = LoraAdapter.Load(twin);
            Dictionary<string, string> names = older.Layers.Values.SelectMany(layer => new[] { (layer.KeyA, newer.Layers[layer.Path].KeyA), (layer.KeyB, newer.Layers[layer.Path].KeyB) })
                .Concat(older.Tables.Select(table => (table.Value, newer.Tables[table.Key])))
                .ToDictionary(pair => pair.Item1, pair => pair.Item2);
            TorchPickleReferenceTests.AssertSameValues(older.Source, newer.Source, name => names[name]);
        }
    }

    [Fact]
    public void Over_EveryRelsimAdapter_GivesTheRowsOfItsTokenizer()
    {
        foreach (string path in ReferenceFolder.Files("meta.json").Where(path => Path.GetFileName(Path.GetDirectoryName(path)) == "relsim"))
        {
            using JsonDocument meta = JsonDocument.Parse(File.ReadAllBytes(path));
            long rows = meta.RootElement.GetProperty("len_tokenizer_after").GetInt64();
            string checkpoint = Path.Combine(Path.GetDirectoryName(path)!, "..", meta.RootElement.GetProperty("base_model_dir").GetString()!);
            foreach (string folder in Folders().Where(folder => Path.GetDirectoryName(folder) == Path.GetDirectoryName(path)))
            {
                CheckTables(folder, checkpoint, rows);
            }
        }
    }

    private static void CheckTables(string folder, string checkpoint, long rows)
    {
        using DisposeScope scope = NewDisposeScope();
        using LoraAdapter adapter = LoraAdapter.Load(folder);
        using TensorSource plain = CheckpointFolder.OpenFolder(checkpoint);
        using TensorSource over = adapter.Over(CheckpointFolder.OpenFolder(checkpoint), rows);
        Assert.Equal(plain.Tensors.Keys.Order(), over.Tensors.Keys.Order());
        foreach (string name in (string[])["model.embed_tokens.weight", "lm_head.weight"])
        {
            Tensor expected = adapter.Tables.TryGetValue(name, out string? key) ? adapter.Source.Read(key) : plain.Read(name).narrow(0, 0, rows);
            Tensor actual = over.Read(name);
            Assert.Equal(rows, over.Tensors[name].Shape[0]);
            Assert.True(actual.is_contiguous() && actual.eq(expected).all().item<bool>(), name);
        }

        using var model = new LayerTree();
        foreach (SafetensorsEntry entry in over.Tensors.Values.Where(entry => entry.Shape.Count == 2 && entry.Name.EndsWith("proj.weight", StringComparison.Ordinal)))
        {
            string module = entry.Name[..^".weight".Length];
            model.Add(module, entry.Shape[1], entry.Shape[0], over.Tensors.ContainsKey($"{module}.bias"));
        }

        HashSet<string> parameters = [.. model.state_dict().Keys];
        ModuleWeights.Bind(model, over, ScalarType.Float32, new WeightLoadOptions { Rename = name => parameters.Contains(name) ? name : null });
        Assert.Equal(adapter.Layers.Keys.Order(), adapter.Attach(model).Paths.Order());
    }

    private static void AssertClose(Tensor exact, Tensor actual, double tolerance)
    {
        double difference = (exact - actual.to_type(ScalarType.Float64)).abs().max().item<double>();
        double scale = exact.abs().max().item<double>();
        Assert.InRange(difference, 0, tolerance * scale);
    }

    private static IEnumerable<string> Folders() => ReferenceFolder.Files(LoraAdapter.ConfigName).Select(path => Path.GetDirectoryName(path)!);
}
