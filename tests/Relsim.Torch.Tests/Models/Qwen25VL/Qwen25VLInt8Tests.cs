using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Nn;
using Relsim.Torch.Nn.Int8;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

public class Qwen25VLInt8Tests
{
    private const double MostLayerError = 3e-2; // layers this small average less than the published model's 1e-2
    private const double MostHiddenError = 6e-2;

    [Fact]
    public void Bind_WholeModelInBytes_HiddenStatesAreNear()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        Qwen25VLConfig config = TinyLanguage.Config;
        string original = folder.File("model.safetensors"), rounded = folder.File("int8.safetensors");
        SafetensorsWriter.Write(original, Weights(config));
        using SafetensorsFile source = SafetensorsFile.Open(original);
        using Qwen25VLModel exact = Qwen25VLModel.Load(source, config);
        Tensor expected = Hidden(exact, out IReadOnlyDictionary<string, int[]> outliers);
        Dictionary<string, int[]> layers = ActivationRecorder.LayersOf(exact).ToDictionary(part => part.Name, part => outliers.GetValueOrDefault(part.Name, []));

        IReadOnlyDictionary<string, double> errors = Int8Errors.Measure(exact, layers, () => Hidden(exact, out _));
        Int8Checkpoint.Write(rounded, source, layers);
        using var model = new Qwen25VLModel(config);
        using (SafetensorsFile file = SafetensorsFile.Open(rounded))
        {
            Int8Checkpoint.Bind(model, file);
        }

        Assert.Equal(7 * config.NumHiddenLayers, errors.Count); // of the language model; the vision tower and the head were not called
        Assert.All(errors.Values, error => Assert.InRange(error, 1e-6, MostLayerError));
        Assert.All(ActivationRecorder.LayersOf(model), part => Assert.True(part.Layer.IsQuantized));
        Assert.InRange(((Hidden(model, out _) - expected).norm() / expected.norm()).item<float>(), 1e-6, MostHiddenError);
        Assert.Throws<InvalidOperationException>(() => Int8Errors.Measure(model, layers, () => { }));
    }

    private static Tensor Hidden(Qwen25VLModel model, out IReadOnlyDictionary<string, int[]> outliers)
    {
        TokenBatch batch = TokenBatch.Of([[.. Enumerable.Range(3, 30)]], 0);
        using SequenceLayout layout = SequenceLayout.Create(model.Config, batch, RopeIndex.Create(model.Config, batch, []), ForwardPlan.Full);
        using var recorder = new ActivationRecorder(model);
        Tensor hidden = model.HiddenStates(layout, null, ForwardPlan.Full);
        outliers = recorder.Outliers(mostShare: 0.05);
        return hidden;
    }

    private static Dictionary<string, Tensor> Weights(Qwen25VLConfig config)
    {
        using var model = new Qwen25VLModel(config);
        using var generator = new Generator(11);
        return model.state_dict().ToDictionary(
            entry => entry.Key,
            entry => entry.Value.dim() == 1 ? ones(entry.Value.shape) : randn(entry.Value.shape, generator: generator) / Math.Sqrt(entry.Value.shape[1]));
    }
}
