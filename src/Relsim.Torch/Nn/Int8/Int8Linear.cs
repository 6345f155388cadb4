using System.Buffers;
using Relsim.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Nn.Int8;

/// <summary>
/// y = x W^T + b with W in bytes and every row of x rounded to bytes by a scale of its own. A row's result is the same, bit for bit, in any batch and by
/// any of the kernels: the sums of bytes are exact, and all else is done number by number. Letters: M rows, I inputs, O outputs, K channels apart.
/// </summary>
internal static unsafe class Int8Linear
{
    // Between, oneDNN lays the weights out anew for a product of matrices that is too small to pay for it; for one row it does not.
    private const int LeastRowsByDots = 2;
    private const int MostRowsByDots = 5;

    private const int TileOfOutputs = 32;
    private const int RowsOfRescaling = 16;
    private const long MostSums = 1 << 20; // of one slice of outputs: few enough to stay in the cache until they are rescaled

    /// <summary>The kernels that sum products of bytes.</summary>
    public enum Kernel
    {
        /// <summary>The fastest for the number of rows that this processor has.</summary>
        Fastest,

        /// <summary>libtorch's product of matrices.</summary>
        Product,

        /// <summary>Dot products with the processor's own instructions.</summary>
        Dots,

        /// <summary>Dot products that need none.</summary>
        Portable,
    }

    /// <summary>The layer's output [..., O] for input [..., I], in the input's type.</summary>
    /// <exception cref="ArgumentException">The last dimension is not I, or the input is not on the CPU.</exception>
    /// <exception cref="InvalidOperationException">A gradient is asked for, which rounding has not.</exception>
    public static Tensor Forward(Tensor input, Int8Weight weight, Tensor? bias, Kernel kernel = Kernel.Fastest)
    {
        Check(input, weight);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        bool half = input.dtype == ScalarType.BFloat16;
        Tensor x = (half ? input : input.to_type(ScalarType.Float32)).contiguous();         // [..., I]
        Tensor result = empty([.. input.shape[..^1], weight.Outputs], x.dtype);             // [..., O]
        Tensor? b = bias?.to_type(ScalarType.Float32).contiguous();                         // [O]
        if (half)
        {
            Run<BFloat16Format>(x, weight, b, result, kernel);
        }
        else
        {
            Run<SingleFormat>(x, weight, b, result, kernel);
        }

        return result.to_type(input.dtype).MoveToOuterDisposeScope();
    }

    private static void Check(Tensor input, Int8Weight weight)
    {
        if (input.shape[^1] != weight.Inputs || input.device_type != DeviceType.CPU || !input.is_floating_point())
        {
            throw new ArgumentException(
                $"{input.dtype} [{string.Join(", ", input.shape)}] on {input.device_type} is no input of a layer of bytes with {weight.Inputs} inputs on the CPU.",
                nameof(input));
        }

        if (input.requires_grad && is_grad_enabled())
        {
            throw new InvalidOperationException("A layer of bytes has no gradient; train with floating-point weights.");
        }
    }

    private static void Run<TFormat>(Tensor x, Int8Weight weight, Tensor? bias, Tensor result, Kernel kernel)
        where TFormat : IFloatFormat
    {
        int rows = (int)(x.numel() / weight.Inputs);
        Tensor q = empty([rows, weight.Inputs], ScalarType.Int8);                           // [M, I]
        Tensor scales = empty([rows]);                                                      // [M]
        Tensor others = empty([rows, weight.Apart.Length]);                                 // [M, K]
        Quantize<TFormat>(x, weight, q, scales, others, rows);
        var layer = new Int8Rescale.Layer(
            (nint)TensorMemory.Address(weight.Scales), bias is null ? 0 : (nint)TensorMemory.Address(bias), (nint)TensorMemory.Address(weight.OutlierWeight),
            weight.Apart.Length, weight.Outputs);
        var all = new Int8Rescale.Rows(0, 0, 0, (nint)TensorMemory.Address(scales), (nint)TensorMemory.Address(others), (nint)TensorMemory.Address(result));
        if (kernel == Kernel.Product || (kernel == Kernel.Fastest && rows is < LeastRowsByDots or > MostRowsByDots && IntegerProduct.IsAvailable))
        {
            MultiplyMatrices<TFormat>(q, weight, layer, all, rows);
        }
        else if (kernel == Kernel.Portable)
        {
            MultiplyRows<TFormat, PortableBytePairs>(q, weight, layer, all, rows);
        }
        else
        {
            MultiplyRows<TFormat, NativeBytePairs>(q, weight, layer, all, rows);
        }
    }

    private static void Quantize<TFormat>(Tensor x, Int8Weight weight, Tensor q, Tensor scales, Tensor others, int rows)
        where TFormat : IFloatFormat
    {
        byte* from = (byte*)TensorMemory.Address(x);
        sbyte* to = (sbyte*)TensorMemory.Address(q);
        float* scale = (float*)TensorMemory.Address(scales);
        float* apart = (float*)TensorMemory.Address(others);
        nint rowBytes = weight.Inputs * (nint)x.element_size();
        Threaded.For(rows, 4, (first, last) =>
        {
            for (nint m = first; m < last; m++)
            {
                scale[m] = Int8Activations.Quantize<TFormat>(
                    from + (m * rowBytes), weight.Kept, weight.Apart, to + (m * weight.Inputs), apart + (m * weight.Apart.Length));
            }
        });
    }

    /// <summary>A slice of the outputs at a time, for all rows.</summary>
    private static void MultiplyMatrices<TFormat>(Tensor q, Int8Weight weight, Int8Rescale.Layer layer, Int8Rescale.Rows all, int rows)
        where TFormat : IFloatFormat
    {
        int slice = (int)Math.Clamp(MostSums / Math.Max(rows, 1) / 64 * 64, 256, 8192);
        Tensor sums = empty([(long)rows * Math.Min(slice, weight.Outputs)], ScalarType.Int32);
        for (int first = 0; first < weight.Outputs; first += slice)
        {
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(slice, weight.Outputs - first);
            Tensor acc = sums.narrow(0, 0, (long)rows * count).view(rows, count);           // [M, O of the slice]
            IntegerProduct.Multiply(q, weight.Values.narrow(0, first, count), acc);
            Int8Rescale.Rows part = all with { Acc = (nint)TensorMemory.Address(acc), Width = count, First = first };
            Threaded.For(rows, RowsOfRescaling, (from, to) => Int8Rescale.Write<TFormat>(layer, part, from, to));
        }
    }

    /// <summary>A tile of the outputs at a time, for all rows; the threads share the tiles out.</summary>
    private static void MultiplyRows<TFormat, TPairs>(Tensor q, Int8Weight weight, Int8Rescale.Layer layer, Int8Rescale.Rows all, int rows)
        where TFormat : IFloatFormat
        where TPairs : IBytePairs
    {
        sbyte* x = (sbyte*)TensorMemory.Address(q);
        sbyte* w = (sbyte*)TensorMemory.Address(weight.Values);
        int outputs = weight.Outputs;
        int inputs = weight.Inputs;
        Threaded.For((outputs + TileOfOutputs - 1) / TileOfOutputs, 1, (firstTile, lastTile) =>
        {
            using IMemoryOwner<int> owner = MemoryPool<int>.Shared.Rent(rows * TileOfOutputs);
            using MemoryHandle memory = owner.Memory.Pin();
            for (int tile = firstTile; tile < lastTile; tile++)
            {
                int first = tile * TileOfOutputs;
                int count = Math.Min(TileOfOutputs, outputs - first);
                Int8Dots.Multiply<TPairs>(x, rows, w + ((nint)first * inputs), count, inputs, (int*)memory.Pointer);
                Int8Rescale.Write<TFormat>(layer, all with { Acc = (nint)memory.Pointer, Width = count, First = first }, 0, rows);
            }
        });
    }
}
