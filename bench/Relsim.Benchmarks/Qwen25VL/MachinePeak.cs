using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Relsim.Torch.Native;
using Relsim.Torch.Nn.Int8;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Benchmarks.Qwen25VL;

/// <summary>What this machine can do at best just now: products of matrices and reading of memory.</summary>
internal static unsafe class MachinePeak
{
    private const int Rounds = 5;

    /// <summary>The highest rate of a bfloat16 product of this process's largest shapes, in operations a second.</summary>
    public static double BFloat16() => new[] { (276, 3584, 18944), (1024, 1280, 3840), (1024, 4096, 4096) }.Max(shape => BFloat16(shape.Item1, shape.Item2, shape.Item3));

    /// <summary>Operations a second of x W^T in bfloat16.</summary>
    public static double BFloat16(int rows, int inputs, int outputs) => Product(ScalarType.BFloat16, rows, inputs, outputs);

    /// <summary>Operations a second of x W^T in a floating-point type.</summary>
    public static double Product(ScalarType type, int rows, int inputs, int outputs)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(rows, inputs).to_type(type);
        Tensor w = randn(outputs, inputs).to_type(type);
        return 2.0 * rows * inputs * outputs / BestSeconds(() => nn.functional.linear(x, w).Dispose());
    }

    /// <summary>Operations a second of the product of bytes alone; not a number where the processor has none.</summary>
    public static double Int8(int rows, int inputs, int outputs)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor q = randint(-127, 128, [rows, inputs], dtype: ScalarType.Int8);
        Tensor w = randint(-127, 128, [outputs, inputs], dtype: ScalarType.Int8);
        Tensor sums = empty([rows, outputs], ScalarType.Int32);
        return IntegerProduct.IsAvailable ? 2.0 * rows * inputs * outputs / BestSeconds(() => IntegerProduct.Multiply(q, w, sums)) : double.NaN;
    }

    /// <summary>Operations a second of a whole layer in bytes: rounding of activations, product, rescaling, channels set apart.</summary>
    public static double Int8Layer(int rows, int inputs, int outputs, int outliers)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(rows, inputs).to_type(ScalarType.BFloat16);
        using Int8Weight weight = RandomWeight(inputs, outputs, outliers);
        return 2.0 * rows * inputs * outputs / BestSeconds(() => Int8Linear.Forward(x, weight, null).Dispose());
    }

    /// <summary>Seconds of a layer for a few rows, by each way to compute it: bfloat16, then the kernels for bytes.</summary>
    public static (double BFloat16, double Product, double Dots, double Portable) FewRows(int rows, int inputs, int outputs)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(rows, inputs).to_type(ScalarType.BFloat16);
        Tensor w = randn(outputs, inputs).to_type(ScalarType.BFloat16);
        using Int8Weight weight = RandomWeight(inputs, outputs, 0);
        double Time(Int8Linear.Kernel kernel) => BestSeconds(() => Int8Linear.Forward(x, weight, null, kernel).Dispose());
        return (
            BestSeconds(() => nn.functional.linear(x, w).Dispose()), IntegerProduct.IsAvailable ? Time(Int8Linear.Kernel.Product) : double.NaN,
            Time(Int8Linear.Kernel.Dots), Time(Int8Linear.Kernel.Portable));
    }

    /// <summary>Bytes a second read from memory by all threads of a tensor operation, from a buffer far larger than any cache.</summary>
    public static double ReadBandwidth()
    {
        nuint size = 1u << 29;
        byte* buffer = (byte*)NativeMemory.AlignedAlloc(size, 64);
        NativeMemory.Fill(buffer, size, 1);
        double best = BestSeconds(() => Threaded.For((int)(size >> 12), 64, (from, to) => Sum(buffer + ((nuint)from << 12), buffer + ((nuint)to << 12))));
        NativeMemory.AlignedFree(buffer);
        return size / best;
    }

    private static Int8Weight RandomWeight(int inputs, int outputs, int outliers)
    {
        using IDisposable scope = NewDisposeScope();
        return Int8Weight.Quantize(randn(outputs, inputs), [.. Enumerable.Range(0, outliers).Select(k => k * inputs / outliers)]);
    }

    private static void Sum(byte* from, byte* to)
    {
        Vector512<long> a = Vector512<long>.Zero, b = a, c = a, d = a;
        for (; from < to; from += 256)
        {
            a += Vector512.Load((long*)from);
            b += Vector512.Load((long*)(from + 64));
            c += Vector512.Load((long*)(from + 128));
            d += Vector512.Load((long*)(from + 192));
        }

        GC.KeepAlive(Vector512.Sum(a + b + c + d));
    }

    private static double BestSeconds(Action action)
    {
        using IDisposable noGradient = no_grad();
        double best = double.MaxValue;
        for (int round = 0; round <= Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = round == 0 ? best : Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds); // the first warms up
        }

        return best;
    }
}
