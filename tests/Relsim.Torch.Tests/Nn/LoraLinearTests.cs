using Relsim.Torch.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Nn;

public sealed class LoraLinearTests
{
    private const double Scale = 0.75;

    [Fact]
    public void Forward_WithAdapter_AddsTheScaledProductOfBothFactors()
    {
        using DisposeScope scope = NewDisposeScope();
        using LoraLinear layer = Layer(ScalarType.Float32);
        Tensor input = rand(2, 4, 6, ScalarType.Float64);
        Tensor before = layer.call(input.to_type(ScalarType.Float32));
        Join(layer, ScalarType.Float32);
        (Tensor a, Tensor b) = layer.Adapter;

        Tensor expected = before + (Scale * input.matmul(a.to_type(ScalarType.Float64).t()).matmul(b.to_type(ScalarType.Float64).t()));

        Assert.True(allclose(expected.to_type(ScalarType.Float32), layer.call(input.to_type(ScalarType.Float32)), atol: 1e-5));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16, ScalarType.Float16)]
    public void Forward_AdapterOfAnotherType_ComputesThePathInItsTypeAndGivesTheBaseType(ScalarType type, ScalarType adapter)
    {
        using DisposeScope scope = NewDisposeScope();
        using LoraLinear layer = Layer(type);
        Tensor input = rand(3, 6).to_type(type);
        Tensor plain = layer.call(input);
        Join(layer, adapter);
        (Tensor a, Tensor b) = layer.Adapter;

        Tensor result = layer.call(input);

        Tensor path = input.to_type(adapter).matmul(a.t()).matmul(b.t()) * Scale;
        Assert.Equal(type, result.dtype);
        Assert.True(allclose((plain + path).to_type(ScalarType.Float32), result.to_type(ScalarType.Float32), rtol: 2e-2, atol: 2e-2));
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 5e-2)]
    public void Merge_ThenUnmerge_ComputesTheSameAndRestoresTheWeightBitForBit(ScalarType type, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        using LoraLinear layer = Layer(type);
        Join(layer, ScalarType.Float32);
        Tensor input = rand(5, 6).to_type(type);
        Tensor original = layer.get_parameter("weight")!;
        Tensor copy = original.clone();
        Tensor unmerged = layer.call(input);

        LoraDrift drift = layer.Merge();
        Tensor merged = layer.call(input);

        Assert.True(layer.IsMerged);
        Assert.True(allclose(unmerged.to_type(ScalarType.Float32), merged.to_type(ScalarType.Float32), rtol: tolerance, atol: tolerance));
        Assert.False(copy.eq(layer.get_parameter("weight")!).all().item<bool>());
        Assert.True(copy.eq(original).all().item<bool>()); // the weight itself was never written
        Assert.Equal(type == ScalarType.Float32, drift.Relative == 0);
        Assert.InRange(drift.Relative, 0, 1.0 / 256); // half a unit of bfloat16's last place

        layer.Unmerge();

        Assert.False(layer.IsMerged);
        Assert.Same(original, layer.get_parameter("weight")!);
        Assert.True(unmerged.eq(layer.call(input)).all().item<bool>());
    }

    [Fact]
    public void Merge_InBFloat16_ReportsWhatRoundingTook()
    {
        using DisposeScope scope = NewDisposeScope();
        using var layer = new LoraLinear(1, 2, bias: false);
        layer.Bind("weight", tensor([1f, 1f]).view(2, 1).to_type(ScalarType.BFloat16));
        layer.Attach(ones(1, 1), tensor([0.5f, 0.001f]).view(2, 1), 1);

        LoraDrift drift = layer.Merge();

        double exact = Math.Sqrt((1.5 * 1.5) + (1.001 * 1.001)); // 1.001 becomes 1 in bfloat16, 1.5 stays
        Assert.Equal(0.001, drift.RoundingNorm, 1e-6);
        Assert.Equal(0.001 / exact, drift.Relative, 1e-6);
        Assert.Equal(0.001 / Math.Sqrt(0.25 + 1e-6), drift.RelativeToChange, 1e-6);
        Assert.Equal(0.5, drift.LargestChange, 1e-6);
    }

    [Fact]
    public void Attach_Trainable_GradientsReachBothFactorsAndTheyAreParameters()
    {
        using DisposeScope scope = NewDisposeScope();
        using LoraLinear layer = Layer(ScalarType.Float32);
        Join(layer, ScalarType.Float32, trainable: true);

        layer.call(rand(3, 6)).square().sum().backward();

        string[] trained = [.. layer.named_parameters().Where(named => named.parameter.requires_grad).Select(named => named.name)];
        Assert.Equal(["lora_A", "lora_B"], trained);
        Assert.True(layer.Adapter.A.grad!.abs().sum().item<float>() > 0);
        Assert.True(layer.Adapter.B.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Detach_Merged_LeavesTheBaseAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        using LoraLinear layer = Layer(ScalarType.Float32);
        Tensor input = rand(3, 6);
        Tensor before = layer.call(input);
        Join(layer, ScalarType.Float32);
        layer.Merge();

        layer.Detach();

        Assert.False(layer.HasAdapter);
        Assert.True(before.eq(layer.call(input)).all().item<bool>());
        Assert.Equal(["weight", "bias"], layer.named_parameters().Select(named => named.name));
        Join(layer, ScalarType.Float32); // another may join
    }

    [Fact]
    public void To_AnotherType_MovesTheAdapterAndAMergedWeightToo()
    {
        using DisposeScope scope = NewDisposeScope();
        using LoraLinear layer = Layer(ScalarType.BFloat16);
        Join(layer, ScalarType.BFloat16);
        layer.Merge();

        layer.to(ScalarType.Float32);
        layer.Unmerge();

        Assert.Equal(ScalarType.Float32, layer.call(rand(3, 6)).dtype);
        Assert.All(layer.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
        Assert.Equal(["bias", "lora_A", "lora_B", "weight"], layer.named_parameters().Select(named => named.name).Order());
    }

    [Fact]
    public void Misuse_IsAnError()
    {
        using DisposeScope scope = NewDisposeScope();
        using LoraLinear layer = Layer(ScalarType.Float32);
        Assert.Throws<InvalidOperationException>(() => layer.Merge());
        Assert.Throws<InvalidOperationException>(() => layer.Adapter);
        Assert.Contains("[3, 6]", Assert.Throws<ArgumentException>(() => layer.Attach(ones(2, 5), ones(3, 2), 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => layer.Attach(ones(2, 6), ones(3, 4), 1));
        Assert.Throws<ArgumentException>(() => layer.Attach(ones(2, 6), ones(3, 2, ScalarType.BFloat16), 1));
        Join(layer, ScalarType.Float32);
        Assert.Throws<InvalidOperationException>(() => Join(layer, ScalarType.Float32));
        layer.Merge();
        Assert.Throws<InvalidOperationException>(() => layer.Merge());
        Assert.Throws<InvalidOperationException>(() => layer.Bind("weight", ones(3, 6)));
    }

    [Fact]
    public void Calls_WithAdapter_LeaveNoTensorsBehind()
    {
        using LoraLinear layer = Layer(ScalarType.BFloat16);
        using Tensor input = rand(3, 6).to_type(ScalarType.BFloat16);
        using (NewDisposeScope())
        {
            Join(layer, ScalarType.Float32);
        }

        layer.call(input).Dispose();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5; i++)
        {
            layer.call(input).Dispose();
            layer.Merge();
            layer.call(input).Dispose();
            layer.Unmerge();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    private static LoraLinear Layer(ScalarType type)
    {
        var layer = new LoraLinear(6, 3, bias: true);
        layer.Bind("weight", rand(3, 6).to_type(type).DetachFromDisposeScope());
        layer.Bind("bias", rand(3).to_type(type).DetachFromDisposeScope());
        return layer;
    }

    private static void Join(LoraLinear layer, ScalarType type, bool trainable = false) =>
        layer.Attach(rand(2, 6).to_type(type), rand(3, 2).to_type(type), Scale, trainable);
}
