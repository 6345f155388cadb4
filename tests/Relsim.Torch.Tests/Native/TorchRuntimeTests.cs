using Relsim.Torch.Native;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Native;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void EnsureLoaded_CalledFromManyThreads_TensorOperationsWork()
    {
        Parallel.For(0, 8, _ => TorchRuntime.EnsureLoaded());

        using Tensor sum = ones(3, 4).sum();

        Assert.Equal(12f, sum.item<float>());
    }
}
