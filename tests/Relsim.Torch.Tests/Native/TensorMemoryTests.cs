using Relsim.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Native;

public sealed class TensorMemoryTests
{
    [Fact]
    public void ToArray_TransposedTensor_IsRowByRowAndLeavesItUsable()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tensor = torch.tensor([1f, 2f, 3f, 4f, 5f, 6f], [2, 3]).t();

        Assert.Equal([1f, 4f, 2f, 5f, 3f, 6f], TensorMemory.ToArray<float>(tensor));
        Assert.Equal(21f, tensor.sum().item<float>());
    }

    [Fact]
    public void ToArray_Integers_AreWhole()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.Equal([long.MaxValue, -1], TensorMemory.ToArray<long>(torch.tensor([long.MaxValue, -1L])));
        Assert.Equal([7], TensorMemory.ToArray<int>(torch.tensor([7])));
        Assert.Empty(TensorMemory.ToArray<double>(zeros(0, ScalarType.Float64)));
    }

    [Fact]
    public void ToArray_ElementsOfAnotherType_IsAnErrorThatNamesIt()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.Contains("Int32", Assert.Throws<ArgumentException>(() => TensorMemory.ToArray<float>(torch.tensor([1]))).Message, StringComparison.Ordinal);
    }
}
