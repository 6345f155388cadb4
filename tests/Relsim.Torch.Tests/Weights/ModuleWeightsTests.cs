using Relsim.Torch.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights;

public sealed class ModuleWeightsTests
{
    [Theory]
    [InlineData(ScalarType.Float32, 0)]
    [InlineData(ScalarType.Float16, 1e-3)]
    public void Load_AfterSave_RestoresParametersAndBuffers(ScalarType storage, double tolerance)
    {
        using var folder = new TemporaryFolder();
        using Sequential saved = Network(), loaded = Network();
        ModuleWeights.Save(saved, folder.File("a"), new Dictionary<string, string> { ["made"] = "here" }, storage);

        LoadReport report;
        using (SafetensorsFile file = SafetensorsFile.Open(folder.File("a")))
        {
            Assert.Equal("here", file.Metadata["made"]);
            report = ModuleWeights.Load(loaded, file);
        }

        Dictionary<string, Tensor> expected = saved.state_dict();
        Assert.Equal(expected.Count, report.Tensors);
        Assert.Equal(storage == ScalarType.Float32 ? 0 : expected.Values.Count(t => t.is_floating_point()), report.Converted);
        Assert.Contains(expected.Values, tensor => tensor.dtype == ScalarType.Int64); // batch normalisation's counter
        foreach ((string name, Tensor tensor) in loaded.state_dict())
        {
            using Tensor difference = (tensor - expected[name]).abs().max().to(float64);
            Assert.True(difference.item<double>() <= tolerance, name);
            Assert.Equal(expected[name].requires_grad, tensor.requires_grad);
        }
    }

    [Fact]
    public void Load_NamesAndShapesThatDoNotFit_ListsAllAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        using Tensor weight = ones(3, 3), extra = ones(1), count = ones(1);
        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["0.weight"] = weight, ["extra"] = extra, ["1.num_batches_tracked"] = count });
        using Sequential network = Network();
        using Tensor before = network.state_dict()["0.weight"].detach().clone();
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));

        WeightsException e = Assert.Throws<WeightsException>(() => ModuleWeights.Load(network, file));

        Assert.Contains("unexpected: extra", e.Message, StringComparison.Ordinal);
        Assert.Contains("missing: 0.bias", e.Message, StringComparison.Ordinal);
        Assert.Contains("missing: 1.running_mean", e.Message, StringComparison.Ordinal);
        Assert.Contains("0.weight is [2, 3] in the model and [3, 3] in the file", e.Message, StringComparison.Ordinal);
        using Tensor same = before.eq(network.state_dict()["0.weight"]).all();
        Assert.True(same.item<bool>());
    }

    [Fact]
    public void Load_IntegerBufferStoredAsFloat_IsAnError()
    {
        using var folder = new TemporaryFolder();
        using Sequential network = Network();
        Dictionary<string, Tensor> state = network.state_dict();
        using Tensor count = zeros(state["1.num_batches_tracked"].shape);
        state["1.num_batches_tracked"] = count;
        SafetensorsWriter.Write(folder.File("a"), state);
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));

        WeightsException e = Assert.Throws<WeightsException>(() => ModuleWeights.Load(network, file));

        Assert.Contains("1.num_batches_tracked is Int64 in the model and Float32 in the file", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithRename_MapsPrefixesAndLeavesOutWhatItIsToldTo()
    {
        using var folder = new TemporaryFolder();
        using Sequential saved = Network(), loaded = Network();
        using Tensor head = ones(1);
        Dictionary<string, Tensor> state = saved.state_dict().ToDictionary(pair => $"model.{pair.Key}", pair => pair.Value);
        state["head"] = head;
        SafetensorsWriter.Write(folder.File("a"), state);
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));

        LoadReport report = ModuleWeights.Load(
            loaded, file, new WeightLoadOptions { Rename = key => key.StartsWith("model.", StringComparison.Ordinal) ? key[6..] : null });

        Assert.Equal(["head"], report.Ignored);
        Assert.Equal(saved.state_dict().Count, report.Tensors);
    }

    [Fact]
    public void Load_TwoNamesForOneParameter_IsAnError()
    {
        using var folder = new TemporaryFolder();
        using var network = nn.Linear(3, 2, hasBias: false);
        using Tensor weight = ones(2, 3);
        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["one"] = weight, ["two"] = weight });
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));

        WeightsException e = Assert.Throws<WeightsException>(
            () => ModuleWeights.Load(network, file, new WeightLoadOptions { Rename = _ => "weight" }));

        Assert.Contains("named twice: weight, by one and two", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ManyTimes_LeavesNoTensorAlive()
    {
        using var folder = new TemporaryFolder();
        using Sequential network = Network();
        ModuleWeights.Save(network, folder.File("a"));
        LoadOnce(network, folder.File("a"));
        long before = LiveTensors();

        for (int i = 0; i < 20; i++)
        {
            LoadOnce(network, folder.File("a"));
            ModuleWeights.Save(network, folder.File("b"), storage: ScalarType.Float16);
        }

        Assert.Equal(before, LiveTensors());
    }

    private static void LoadOnce(Sequential network, string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        ModuleWeights.Load(network, file);
    }

    private static Sequential Network() => nn.Sequential(("0", nn.Linear(3, 2)), ("1", nn.BatchNorm1d(2)));

    // Of this thread alone: other tests run beside this one.
    private static long LiveTensors() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
