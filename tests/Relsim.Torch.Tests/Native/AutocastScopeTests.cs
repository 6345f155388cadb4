using Relsim.Torch.Native;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Native;

public sealed class AutocastScopeTests
{
    [Fact]
    public void Enter_BFloat16_MultipliesInBFloat16UntilTheOutermostScopeEnds()
    {
        using (AutocastScope outer = AutocastScope.Enter(ScalarType.BFloat16))
        {
            Assert.SkipUnless(outer.IsActive, "This build of libtorch does not export autocast's entry points.");
            using (AutocastScope.Enter(ScalarType.BFloat16))
            {
                Assert.Equal(ScalarType.BFloat16, TypeOfProduct());
            }

            Assert.Equal(ScalarType.BFloat16, TypeOfProduct());
        }

        Assert.Equal(ScalarType.Float32, TypeOfProduct());
    }

    [Fact]
    public void Enter_Float32_ChangesNothing()
    {
        using AutocastScope scope = AutocastScope.Enter(ScalarType.Float32);

        Assert.False(scope.IsActive);
        Assert.Equal(ScalarType.Float32, TypeOfProduct());
    }

    private static ScalarType TypeOfProduct()
    {
        using Tensor matrix = ones(4, 4);
        using Tensor product = matrix.matmul(matrix);
        return product.dtype;
    }
}
