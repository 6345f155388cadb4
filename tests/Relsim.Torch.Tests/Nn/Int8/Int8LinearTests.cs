using Relsim.Torch.Native;
using Relsim.Torch.Nn;
using Relsim.Torch.Nn.Int8;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Nn.Int8;

public class Int8LinearTests
{
    private const double MostError = 2e-2;

    public static TheoryData<int, int, int, int> Shapes()
    {
        var data = new TheoryData<int, int, int, int>();
        foreach ((int inputs, int outputs) in new[] { (1, 1), (63, 5), (64, 32), (67, 33), (130, 64), (256, 95), (1280, 200) })
        {
            for (int rows = 1; rows <= 17; rows++)
            {
                data.Add(rows, inputs, outputs, rows % 3);
            }
        }

        return data;
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Forward_NormalNumbers_IsNearTheFloatLayer(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, Tensor bias) = Make(40, 700, 300);
        using var weight = Int8Weight.Quantize(w, []);

        Tensor result = Int8Linear.Forward(x.to_type(type), weight, bias.to_type(type));

        Assert.Equal(type, result.dtype);
        Assert.InRange(Error(result, nn.functional.linear(x, w, bias)), 1e-6, MostError);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_AnyKernel_GivesTheSameBits(int rows, int inputs, int outputs, int outliers)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, Tensor bias) = Make(rows, inputs, outputs);
        using var weight = Int8Weight.Quantize(w, [.. Enumerable.Range(0, Math.Min(outliers, inputs - 1)).Select(k => k * 2)]);
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            Tensor input = x.to_type(type);
            Tensor portable = Int8Linear.Forward(input, weight, bias, Int8Linear.Kernel.Portable);

            Assert.InRange(Error(portable, nn.functional.linear(x, w, bias)), 0, MostError);
            Assert.True(Same(portable, Int8Linear.Forward(input, weight, bias, Int8Linear.Kernel.Dots)));
            Assert.True(Same(portable, Int8Linear.Forward(input, weight, bias)));
            if (IntegerProduct.IsAvailable)
            {
                Assert.True(Same(portable, Int8Linear.Forward(input, weight, bias, Int8Linear.Kernel.Product)));
            }
        }
    }

    [Fact]
    public void Forward_ManyRowsAndOutputs_TakesSlicesTogether()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, Tensor bias) = Make(2100, 33, 700); // more sums than one slice holds
        using var weight = Int8Weight.Quantize(w, [5]);

        Tensor all = Int8Linear.Forward(x, weight, bias);

        Assert.True(Same(all, Int8Linear.Forward(x, weight, bias, Int8Linear.Kernel.Portable)));
    }

    [Fact]
    public void Forward_LoudChannels_NeedTheSideProduct()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, Tensor bias) = Make(24, 640, 320);
        int[] loud = [7, 300, 639];
        x.index_copy_(1, tensor(loud).to_type(ScalarType.Int64), x.index_select(1, tensor(loud).to_type(ScalarType.Int64)) * 30);
        Tensor expected = nn.functional.linear(x, w, bias);
        using var apart = Int8Weight.Quantize(w, loud);
        using var together = Int8Weight.Quantize(w, []);

        double with = Error(Int8Linear.Forward(x, apart, bias), expected);
        double without = Error(Int8Linear.Forward(x, together, bias), expected);

        Assert.InRange(with, 0, MostError);
        Assert.InRange(without, 2 * MostError, 1);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Forward_RowAlone_EqualsTheRowInABatch(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, Tensor bias) = Make(50, 333, 257);
        using var weight = Int8Weight.Quantize(w, [0, 100, 332]);
        Tensor input = x.to_type(type);
        Tensor whole = Int8Linear.Forward(input, weight, bias);
        for (int size = 1; size <= 17; size++)
        {
            int start = 50 - (2 * size);
            Tensor part = Int8Linear.Forward(input.narrow(0, start, size), weight, bias);
            Assert.True(Same(whole.narrow(0, start, size), part), $"{size} rows");
        }
    }

    [Fact]
    public void Forward_OneThreadOrMore_GivesTheSameBits()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, Tensor bias) = Make(30, 200, 300);
        using var weight = Int8Weight.Quantize(w, [9]);
        Tensor many = Int8Linear.Forward(x, weight, bias);

        using (new OneThreadScope())
        {
            Assert.True(Same(many, Int8Linear.Forward(x, weight, bias)));
        }

        Assert.True(Same(many, Int8Linear.Forward(x, weight, bias)));
    }

    [Fact]
    public void Forward_RowOfZeros_IsTheBias()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, _, Tensor bias) = Make(1, 70, 40);
        using var weight = Int8Weight.Quantize(w, []);

        Assert.True(Same(bias.unsqueeze(0), Int8Linear.Forward(zeros(1, 70), weight, bias)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Forward_NotFinite_StaysSo(float bad)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, Tensor bias) = Make(3, 70, 40);
        x[1, 69] = bad;
        using var weight = Int8Weight.Quantize(w, []);

        Tensor finite = Int8Linear.Forward(x, weight, bias).isfinite();

        Assert.False(finite[1].any().item<bool>());
        Assert.True(finite[0].all().item<bool>() && finite[2].all().item<bool>());
    }

    [Fact]
    public void Forward_LeadingDimensionsAndStrides_AreKept()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, Tensor bias) = Make(6, 40, 35);
        using var weight = Int8Weight.Quantize(w, []);
        Tensor flat = Int8Linear.Forward(x, weight, bias);

        Tensor turned = Int8Linear.Forward(x.t().contiguous().t().view(2, 3, 40), weight, bias);

        Assert.Equal([2, 3, 35], turned.shape);
        Assert.True(Same(flat, turned.view(6, 35)));
    }

    [Fact]
    public void Forward_GradientAsked_Throws()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, _) = Make(2, 8, 8);
        using var weight = Int8Weight.Quantize(w, []);

        Assert.Throws<InvalidOperationException>(() => Int8Linear.Forward(x.requires_grad_(), weight, null));
        Assert.Throws<ArgumentException>(() => Int8Linear.Forward(zeros(2, 9), weight, null));
    }

    [Fact]
    public void Forward_ManyCalls_LeavesNoTensors()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, Tensor bias) = Make(20, 64, 64);
        using var weight = Int8Weight.Quantize(w, [3]);
        Tensor first = x.narrow(0, 0, 1);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5; i++)
        {
            Int8Linear.Forward(x, weight, bias).Dispose();
            Int8Linear.Forward(first, weight, bias, Int8Linear.Kernel.Dots).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void LoraLinear_Quantized_KeepsItsAdapterAndLetsTheFloatsGo()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor x, _) = Make(12, 90, 60);
        using var layer = new LoraLinear(90, 60, bias: false);
        layer.Bind("weight", w.clone());
        layer.Attach(randn(4, 90), randn(60, 4), adapterScale: 0.1);
        Tensor expected = layer.call(x);

        layer.Quantize(Int8Weight.Quantize(w, [8]));

        Assert.True(layer.IsQuantized);
        Assert.Equal((90, 60), (layer.Inputs, layer.Outputs));
        Assert.DoesNotContain("weight", layer.named_parameters().Select(parameter => parameter.name));
        Assert.InRange(Error(layer.call(x), expected), 1e-6, MostError);
        Assert.Throws<InvalidOperationException>(layer.Merge);
        Assert.Throws<ArgumentException>(() => layer.Quantize(Int8Weight.Quantize(w.t(), [])));
        layer.Detach();
        layer.Attach(randn(4, 90), randn(60, 4), adapterScale: 0);
        Assert.Equal(DeviceType.CPU, layer.Device.type);
        Assert.InRange(Error(layer.call(x), nn.functional.linear(x, w)), 1e-6, MostError);
        layer.Bind("weight", w.clone());
        Assert.False(layer.IsQuantized);
        Assert.True(Same(nn.functional.linear(x, w), layer.call(x)));
    }

    [Fact]
    public void Quantize_ThenDequantize_IsWithinHalfAStep()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, _, _) = Make(1, 50, 20);
        w[3] = 0;
        using var weight = Int8Weight.Quantize(w, [4]);

        Tensor error = (weight.Dequantize() - w).abs();

        Assert.True(error.le((weight.Scales.unsqueeze(1) * 0.501) + w.abs() / 256).all().item<bool>());
        Assert.Equal(0, error[3].max().item<float>());
        Assert.False(weight.Values.index_select(1, tensor(4L)).any().item<bool>());
    }

    [Fact]
    public void Constructor_PartsThatDoNotFit_Throws()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = zeros(4, 6, dtype: ScalarType.Int8);
        Tensor scales = ones(4);
        Tensor none = zeros(0, dtype: ScalarType.Int32);
        Tensor side = zeros(0, 4, dtype: ScalarType.BFloat16);

        Assert.Throws<ArgumentException>(() => new Int8Weight(values.to_type(ScalarType.Int32), scales, none, side));
        Assert.Throws<ArgumentException>(() => new Int8Weight(values, ones(5), none, side));
        Assert.Throws<ArgumentException>(() => new Int8Weight(values, scales, none, zeros(1, 4, dtype: ScalarType.BFloat16)));
        Assert.Throws<ArgumentException>(() => new Int8Weight(values, scales, tensor([6]), zeros(1, 4, dtype: ScalarType.BFloat16)));
        Assert.Throws<ArgumentException>(() => new Int8Weight(values, scales, tensor([2, 1]), zeros(2, 4, dtype: ScalarType.BFloat16)));
        Assert.Throws<ArgumentException>(() => Int8Weight.Quantize(full([2, 2], float.NaN), []));
    }

    private static (Tensor Weight, Tensor Input, Tensor Bias) Make(int rows, int inputs, int outputs)
    {
        var generator = new Generator((ulong)((rows * 7919) + (inputs * 31) + outputs));
        return (randn([outputs, inputs], generator: generator) * 0.05, randn([rows, inputs], generator: generator), randn([outputs], generator: generator));
    }

    private static double Error(Tensor actual, Tensor expected) =>
        ((actual.to_type(ScalarType.Float32) - expected).norm() / expected.norm()).item<float>();

    private static bool Same(Tensor a, Tensor b) => a.dtype == b.dtype && a.shape.SequenceEqual(b.shape) && a.eq(b).all().item<bool>();
}
