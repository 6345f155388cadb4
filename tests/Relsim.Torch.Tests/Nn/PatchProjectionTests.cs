using Relsim.Torch.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Nn;

public sealed class PatchProjectionTests
{
    [Fact]
    public void Forward_PatchesOfAVolume_IsTheConvolution()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kernel = rand([5, 3, 2, 4, 4]);
        Tensor patches = rand(7, 3 * 2 * 4 * 4);
        using var layer = new PatchProjection(5, 3, 2, 4, 4);
        layer.Bind("weight", kernel.clone().DetachFromDisposeScope());

        Tensor expected = nn.functional.conv3d(patches.view(7, 3, 2, 4, 4), kernel, strides: [2, 4, 4]).view(7, 5);

        Assert.True(allclose(expected, layer.call(patches), atol: 1e-5));
    }

    [Fact]
    public void Forward_WeightsOfAnotherType_ComputesInTheirs()
    {
        using DisposeScope scope = NewDisposeScope();
        using var layer = new PatchProjection(5, 3, 2, 4, 4);
        layer.Bind("weight", rand([5, 3, 2, 4, 4], ScalarType.BFloat16).DetachFromDisposeScope());

        Assert.Equal(ScalarType.BFloat16, layer.call(rand(7, 96)).dtype);
    }
}
