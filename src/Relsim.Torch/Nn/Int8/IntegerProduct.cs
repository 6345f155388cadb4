using System.Runtime.InteropServices;
using Relsim.Torch.Native;
using static TorchSharp.torch;

namespace Relsim.Torch.Nn.Int8;

/// <summary>
/// libtorch's product of int8 matrices into int32 (aten::_int_mm.out). TorchSharp has no method for it, so the C++ entry point is called.
/// </summary>
/// <remarks>
/// Used where the processor sums products of bytes exactly (VNNI): without, oneDNN's kernels for x64 saturate pairs of products to 16 bits. Elsewhere, and
/// where the library does not export it, <see cref="Int8Dots"/> does the work.
/// </remarks>
internal static unsafe class IntegerProduct
{
    private static readonly delegate* unmanaged[Cdecl]<nint, nint, nint, nint> Function = Find();

    /// <summary>Whether it may be called.</summary>
    public static bool IsAvailable => Function is not null;

    /// <summary>
    /// acc = q w^T for q [M, I] and w [O, I] into acc [M, O], all contiguous; an error of libtorch would end the process, so the caller vouches
    /// for types and shapes.
    /// </summary>
    public static void Multiply(Tensor q, Tensor w, Tensor acc)
    {
        using Tensor turned = w.t();
        _ = Function(q.Handle, turned.Handle, acc.Handle);
    }

    private static delegate* unmanaged[Cdecl]<nint, nint, nint, nint> Find()
    {
        TorchRuntime.EnsureLoaded();
        return ProcessorFeatures.InstructionSets.Any(name => name.EndsWith("VNNI", StringComparison.Ordinal))
            && NativeLibrary.TryLoad("torch_cpu", typeof(IntegerProduct).Assembly, null, out nint library)
            && NativeLibrary.TryGetExport(library, "_ZN2at4_ops11_int_mm_out4callERKNS_6TensorES4_RS2_", out nint function)
                ? (delegate* unmanaged[Cdecl]<nint, nint, nint, nint>)function
                : null;
    }
}
