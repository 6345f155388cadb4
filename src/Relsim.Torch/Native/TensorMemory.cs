using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Relsim.Torch.Native;

/// <summary>Where a tensor's elements lie, for kernels written here.</summary>
internal static unsafe partial class TensorMemory
{
    /// <summary>The first element of a contiguous tensor on the CPU; valid while the tensor is.</summary>
    public static void* Address(Tensor tensor) => (void*)GetData(tensor.Handle);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint GetData(nint tensor);
}
