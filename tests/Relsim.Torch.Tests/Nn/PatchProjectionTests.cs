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
    public void Forward_PatchesCutOfImages_IsTheConvolutionWithItsBias()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kernel = rand([5, 3, 4, 4]), bias = rand(5), images = rand(2, 3, 8, 12);
        using var layer = new PatchProjection(5, bias: true, 3, 4, 4);
        layer.Bind("weight", kernel.clone().DetachFromDisposeScope());
        layer.Bind("bias", bias.clone().DetachFromDisposeScope());

        Tensor expected = nn.functional.conv2d(images, kernel, bias, strides: [4, 4]).flatten(2).transpose(1, 2);

        Assert.True(allclose(expected, layer.call(PatchProjection.Cut(images, 4)), atol: 1e-5));
        Assert.Throws<ArgumentException>(() => PatchProjection.Cut(images, 5));
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
