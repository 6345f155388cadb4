using Relsim.Torch.Native;
using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;

namespace Relsim.Torch.Nn.Int8;

/// <summary>
/// The weight of a linear layer in signed bytes: W[o, i] ~ t[o] w[o, i], each output by a scale of its own, and a few input channels apart in
/// bfloat16, whose activations are too large to share a scale with the rest (Dettmers et al. 2022, LLM.int8(), section 3.2, with the channels
/// chosen beforehand). Owns its tensors. Letters: O outputs, I inputs, K channels set apart.
/// </summary>
internal sealed class Int8Weight : IDisposable
{
    private const long MostTogether = 1 << 24; // numbers rounded at a time: the head of a language model has half a thousand million
    private const int MostInputs = int.MaxValue / (128 * 128); // a sum of products stays within 32 bits

    private static readonly Scalar Most = 127;
    private static readonly Scalar Least = -127;

    /// <summary>Takes over tensors as a checkpoint holds them.</summary>
    /// <param name="values">w [O, I], int8; zero in the channels that are set apart.</param>
    /// <param name="scales">t [O], float32.</param>
    /// <param name="outlierIndex">Indices [K] of the channels set apart, int32, ascending.</param>
    /// <param name="outlierWeight">Their weights [K, O], bfloat16: the columns of W as rows.</param>
    /// <exception cref="ArgumentException">The types or shapes do not fit together, or the indices are not ascending or beyond I.</exception>
    public Int8Weight(Tensor values, Tensor scales, Tensor outlierIndex, Tensor outlierWeight)
    {
        Require(values.dtype == ScalarType.Int8 && values.dim() == 2 && values.shape[1] <= MostInputs, $"the values are {Describe(values)}.");
        Require(scales.dtype == ScalarType.Float32 && scales.dim() == 1 && scales.shape[0] == values.shape[0], $"the scales are {Describe(scales)}.");
        Require(outlierIndex.dtype == ScalarType.Int32 && outlierIndex.dim() == 1, $"the index of outliers is {Describe(outlierIndex)}.");
        Require(
            outlierWeight.dtype == ScalarType.BFloat16 && outlierWeight.dim() == 2 && outlierWeight.shape[0] == outlierIndex.shape[0]
                && outlierWeight.shape[1] == values.shape[0],
            $"the weights of {outlierIndex.shape[0]} outliers are {Describe(outlierWeight)}.");
        Require(
            ((Tensor[])[values, scales, outlierIndex, outlierWeight]).All(tensor => tensor.is_contiguous() && tensor.device_type == DeviceType.CPU),
            "a tensor is not contiguous on the CPU.");
        Apart = TensorMemory.ToArray<int>(outlierIndex);
        Require(
            Apart.Zip(Apart.Skip(1)).All(pair => pair.First < pair.Second) && Apart.All(i => i >= 0 && i < values.shape[1]),
            $"the index of outliers is not ascending within {values.shape[1]} channels.");
        Values = values.DetachFromDisposeScope();
        Scales = scales.DetachFromDisposeScope();
        OutlierIndex = outlierIndex.DetachFromDisposeScope();
        OutlierWeight = outlierWeight.DetachFromDisposeScope();
        Kept = new short[Inputs];
        Kept.AsSpan().Fill(-1);
        foreach (int channel in Apart)
        {
            Kept[channel] = 0;
        }
    }

    /// <summary>w [O, I].</summary>
    public Tensor Values { get; }

    /// <summary>t [O].</summary>
    public Tensor Scales { get; }

    /// <summary>[K].</summary>
    public Tensor OutlierIndex { get; }

    /// <summary>[K, O].</summary>
    public Tensor OutlierWeight { get; }

    /// <summary>I.</summary>
    public int Inputs => (int)Values.shape[1];

    /// <summary>O.</summary>
    public int Outputs => (int)Values.shape[0];

    /// <summary>The indices of the channels set apart.</summary>
    internal int[] Apart { get; }

    /// <summary>[I]: all bits, or none for a channel that is set apart.</summary>
    internal short[] Kept { get; }

    /// <summary>Rounds a floating-point weight [O, I], which stays the caller's; <paramref name="outliers"/>, ascending, are set apart.</summary>
    /// <exception cref="ArgumentException">The weight is no matrix of finite numbers, or the indices are not ascending or beyond I.</exception>
    public static Int8Weight Quantize(Tensor weight, IReadOnlyList<int> outliers)
    {
        TorchRuntime.EnsureLoaded();
        Require(weight.dim() == 2 && weight.is_floating_point(), $"the weight is {Describe(weight)}.");
        Require(outliers.All(i => i >= 0 && i < weight.shape[1]), $"an outlier is beyond {weight.shape[1]} channels.");
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        long outputs = weight.shape[0];
        Tensor index = tensor(outliers.ToArray(), ScalarType.Int32);                                // [K]
        Tensor apart = index.to_type(ScalarType.Int64);                                             // [K]
        Tensor values = empty(weight.shape, ScalarType.Int8);                                       // [O, I]
        Tensor scales = empty([outputs]);                                                           // [O]
        Tensor columns = empty([index.shape[0], outputs], ScalarType.BFloat16);                     // [K, O]
        long together = Math.Max(1, MostTogether / weight.shape[1]);
        for (long first = 0; first < outputs; first += together)
        {
            using DisposeScope part = NewDisposeScope();
            long count = Math.Min(together, outputs - first);
            Tensor w = weight.narrow(0, first, count).to(ScalarType.Float32, CPU, copy: true);      // [o, I]
            columns.narrow(1, first, count).copy_(w.index_select(1, apart).t());
            Require(w.isfinite().all().item<bool>(), "the weight has numbers that are not finite.");
            w.index_fill_(1, apart, Zero);
            Tensor scale = w.abs().amax([1L]).div_(Most);                                           // [o]
            scales.narrow(0, first, count).copy_(scale);
            w.div_(scale.masked_fill(scale.eq(Zero), One).unsqueeze(1)).round_().clamp_(Least, Most);
            values.narrow(0, first, count).copy_(w);
        }

        return new Int8Weight(values, scales, index, columns);
    }

    /// <summary>The weight that the bytes stand for, float32 [O, I]; the caller disposes it.</summary>
    public Tensor Dequantize()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor w = Values.to_type(ScalarType.Float32) * Scales.unsqueeze(1);                        // [O, I]
        w.index_copy_(1, OutlierIndex.to_type(ScalarType.Int64), OutlierWeight.to_type(ScalarType.Float32).t());
        return w.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Values.Dispose();
        Scales.Dispose();
        OutlierIndex.Dispose();
        OutlierWeight.Dispose();
    }

    private static string Describe(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException($"No weight in bytes can be made: {otherwise}");
        }
    }
}
