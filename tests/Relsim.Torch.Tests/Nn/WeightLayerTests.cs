using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Nn;

public class WeightLayerTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Bind_FromFile_ComputesWithItsWeights(ScalarType type)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("weights.safetensors");
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = rand(3, 4);
        Tensor bias = rand(3);
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["weight"] = weight, ["bias"] = bias }, null, type);
        using var layer = new LoraLinear(4, 3, bias: true);

        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            LoadReport report = ModuleWeights.Bind(layer, file, ScalarType.Float32);
            Assert.Equal(type == ScalarType.Float32 ? 0 : 2, report.Converted);
        }

        Tensor input = rand(2, 4);
        Tensor expected = nn.functional.linear(input, weight.to_type(type).to_type(ScalarType.Float32), bias.to_type(type).to_type(ScalarType.Float32));
        Assert.True(allclose(expected, layer.call(input), atol: 1e-6));
        Assert.All(layer.parameters(), parameter => Assert.Equal(DeviceType.CPU, parameter.device_type));
    }
}
