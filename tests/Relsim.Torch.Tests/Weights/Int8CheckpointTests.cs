using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Tests.Weights;

public class Int8CheckpointTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void WriteAndBind_Module_ComputesNearTheSource(ScalarType type)
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        string original = WriteOriginal(folder, type);
        string rounded = folder.File("int8.safetensors");
        using Sequential exact = Model();
        using Sequential model = Model();
        using (SafetensorsFile source = SafetensorsFile.Open(original))
        {
            ModuleWeights.Bind(exact, source, ScalarType.Float32);
            Assert.False(Int8Checkpoint.IsQuantized(source));
            Int8Checkpoint.Write(rounded, source, new Dictionary<string, int[]> { ["up"] = [2, 70], ["down"] = [] }, new Dictionary<string, string> { ["from"] = "test" });
        }

        using (SafetensorsFile file = SafetensorsFile.Open(rounded))
        {
            Assert.True(Int8Checkpoint.IsQuantized(file));
            Assert.Equal("test", file.Metadata["from"]);
            LoadReport report = Int8Checkpoint.Bind(model, file, ScalarType.Float32);
            Assert.Equal(file.Tensors.Count, report.Tensors);
            Assert.Equal(file.Tensors.Values.Sum(entry => entry.Length), report.Bytes);
        }

        Tensor input = randn(9, 100);
        Tensor expected = exact.call(input);
        double error = ((model.call(input) - expected).norm() / expected.norm()).item<float>();
        Assert.InRange(error, 1e-6, 3e-2);
        Assert.DoesNotContain(model.state_dict().Keys, name => name.EndsWith(".weight", StringComparison.Ordinal) && name != "norm.weight");
        Assert.All(model.children().OfType<LoraLinear>(), layer => Assert.True(layer.IsQuantized));
    }

    [Fact]
    public void Write_SomeLayers_LeavesTheOthersAsTheyWere()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        string rounded = folder.File("int8.safetensors");
        using (SafetensorsFile source = SafetensorsFile.Open(WriteOriginal(folder, ScalarType.BFloat16)))
        {
            Int8Checkpoint.Write(rounded, source, new Dictionary<string, int[]> { ["up"] = [1] });
            using SafetensorsFile file = SafetensorsFile.Open(rounded);
            foreach (string name in new[] { "down.weight", "down.bias", "up.bias", "norm.weight" })
            {
                Assert.Equal(ScalarType.BFloat16, file.Tensors[name].Type);
                Assert.True(source.Read(name).eq(file.Read(name)).all().item<bool>());
            }
        }

        using Sequential model = Model();
        using SafetensorsFile again = SafetensorsFile.Open(rounded);
        Int8Checkpoint.Bind(model, again);
        Assert.Equal([true, false], model.children().OfType<LoraLinear>().Select(layer => layer.IsQuantized));
    }

    [Fact]
    public void Write_NoSuchLayerOrNotFinite_NamesItAndLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        string path = folder.File("int8.safetensors");
        using SafetensorsFile source = SafetensorsFile.Open(WriteOriginal(folder, ScalarType.BFloat16));
        Assert.Contains("sideways", Assert.Throws<WeightsException>(
            () => Int8Checkpoint.Write(path, source, new Dictionary<string, int[]> { ["sideways"] = [] })).Message, StringComparison.Ordinal);
        string bad = folder.File("bad.safetensors");
        SafetensorsWriter.Write(bad, new Dictionary<string, Tensor> { ["up.weight"] = full([2, 2], float.NaN) });
        using SafetensorsFile broken = SafetensorsFile.Open(bad);

        Assert.Contains("up.weight", Assert.Throws<WeightsException>(
            () => Int8Checkpoint.Write(path, broken, new Dictionary<string, int[]> { ["up"] = [] })).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(path)!), file => file.Contains("int8", StringComparison.Ordinal));
    }

    [Fact]
    public void Bind_FileThatDoesNotFit_NamesTheTensor()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        string path = folder.File("int8.safetensors");
        using (SafetensorsFile source = SafetensorsFile.Open(WriteOriginal(folder, ScalarType.BFloat16)))
        {
            Int8Checkpoint.Write(path, source, new Dictionary<string, int[]> { ["up"] = [1] });
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        using Sequential other = Sequential(("up", new LoraLinear(50, 64, bias: true)));
        Assert.Contains("up.weight", Assert.Throws<WeightsException>(() => Int8Checkpoint.Bind(other, file)).Message, StringComparison.Ordinal);
        using Sequential nameless = Sequential(("across", new LoraLinear(100, 64, bias: true)));
        Assert.Contains("up.weight", Assert.Throws<WeightsException>(() => Int8Checkpoint.Bind(nameless, file)).Message, StringComparison.Ordinal);
        string lone = folder.File("lone.safetensors");
        SafetensorsWriter.Write(lone, new Dictionary<string, Tensor> { ["up.weight"] = zeros(2, 2, dtype: ScalarType.Int8) });
        using SafetensorsFile half = SafetensorsFile.Open(lone);
        using Sequential small = Sequential(("up", new LoraLinear(2, 2, bias: false)));
        Assert.Contains("up.weight_scale", Assert.Throws<WeightsException>(() => Int8Checkpoint.Bind(small, half)).Message, StringComparison.Ordinal);
    }

    private static Sequential Model() => Sequential(
        ("up", new LoraLinear(100, 64, bias: true)), ("norm", new RmsNorm(64, 1e-6)), ("down", new LoraLinear(64, 30, bias: true)));

    private static string WriteOriginal(TemporaryFolder folder, ScalarType type)
    {
        string path = folder.File("original.safetensors");
        var generator = new Generator(5);
        SafetensorsWriter.Write(
            path,
            new Dictionary<string, Tensor>
            {
                ["up.weight"] = randn([64, 100], generator: generator),
                ["up.bias"] = randn([64], generator: generator),
                ["down.weight"] = randn([30, 64], generator: generator),
                ["down.bias"] = randn([30], generator: generator),
                ["norm.weight"] = rand([64], generator: generator),
            },
            null,
            type);
        return path;
    }
}
