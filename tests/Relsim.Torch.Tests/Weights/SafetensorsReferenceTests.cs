using Relsim.Torch.Weights;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights;

[Trait("Kind", "Parity")]
public sealed class SafetensorsReferenceTests
{
    [Fact]
    public void Open_EveryReferenceFile_TensorsHaveTheSizeOfTheirBytes() =>
        Assert.All(ReferenceFolder.Files("*.safetensors"), path =>
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            Assert.NotEmpty(file.Tensors);
            foreach (SafetensorsEntry entry in file.Tensors.Values)
            {
                using Tensor tensor = file.Read(entry.Name);
                Assert.Equal(entry.Type, tensor.dtype);
                Assert.Equal(entry.Shape, tensor.shape);
                Assert.Equal(entry.Length, tensor.numel() * tensor.element_size());
            }
        });
}
