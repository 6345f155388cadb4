using System.Runtime.InteropServices;
using TorchSharp;

namespace Relsim.Torch.Native;

/// <summary>
/// Mixed precision for the operations of this thread until disposed: matrix products and convolutions of float32 tensors run in
/// bfloat16, everything sensitive stays float32 (at::autocast, the list of PyTorch's torch.autocast("cpu")).
/// </summary>
/// <remarks>
/// TorchSharp has no autocast, so libtorch's own C++ entry points are called. Where the compute type is float32, or the library does not
/// export them, the scope does nothing. The state belongs to the thread, hence a ref struct: it cannot cross an await.
/// Scopes nest; the outermost frees the cached bfloat16 copies of the weights. Leave the scope before backward.
/// </remarks>
internal readonly unsafe ref struct AutocastScope : IDisposable
{
    private const sbyte Cpu = 0; // c10::DeviceType::CPU
    private static readonly EntryPoints? Functions = EntryPoints.TryFind();

    private readonly byte enabledBefore;

    private AutocastScope(EntryPoints functions)
    {
        IsActive = true;
        enabledBefore = functions.IsEnabled(Cpu);
        _ = functions.IncrementNesting();
        functions.SetEnabled(Cpu, 1);
    }

    /// <summary>Whether the scope changed anything.</summary>
    public bool IsActive { get; }

    /// <summary>Opens a scope where <paramref name="type"/>, by default the runtime's compute type, is bfloat16; else an empty one.</summary>
    public static AutocastScope Enter(torch.ScalarType? type = null)
    {
        TorchRuntime.EnsureLoaded();
        return (type ?? TorchRuntime.ComputeType) == torch.ScalarType.BFloat16 && Functions is not null
            ? new AutocastScope(Functions)
            : default;
    }

    /// <summary>Puts back what was before.</summary>
    public void Dispose()
    {
        if (!IsActive || Functions is null)
        {
            return;
        }

        Functions.SetEnabled(Cpu, enabledBefore);
        if (Functions.DecrementNesting() == 0)
        {
            Functions.ClearCache();
        }
    }

    /// <summary>Functions of namespace at::autocast in libtorch_cpu, by the names that GCC and Clang give them.</summary>
    private sealed class EntryPoints
    {
        public required delegate* unmanaged[Cdecl]<sbyte, byte> IsEnabled { get; init; }

        public required delegate* unmanaged[Cdecl]<sbyte, byte, void> SetEnabled { get; init; }

        public required delegate* unmanaged[Cdecl]<int> IncrementNesting { get; init; }

        public required delegate* unmanaged[Cdecl]<int> DecrementNesting { get; init; }

        public required delegate* unmanaged[Cdecl]<void> ClearCache { get; init; }

        public static EntryPoints? TryFind()
        {
            if (!NativeLibrary.TryLoad("torch_cpu", typeof(AutocastScope).Assembly, null, out nint library)
                || !NativeLibrary.TryGetExport(library, "_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", out nint isEnabled)
                || !NativeLibrary.TryGetExport(library, "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", out nint setEnabled)
                || !NativeLibrary.TryGetExport(library, "_ZN2at8autocast17increment_nestingEv", out nint increment)
                || !NativeLibrary.TryGetExport(library, "_ZN2at8autocast17decrement_nestingEv", out nint decrement)
                || !NativeLibrary.TryGetExport(library, "_ZN2at8autocast11clear_cacheEv", out nint clearCache))
            {
                return null;
            }

            return new EntryPoints
            {
                IsEnabled = (delegate* unmanaged[Cdecl]<sbyte, byte>)isEnabled,
                SetEnabled = (delegate* unmanaged[Cdecl]<sbyte, byte, void>)setEnabled,
                IncrementNesting = (delegate* unmanaged[Cdecl]<int>)increment,
                DecrementNesting = (delegate* unmanaged[Cdecl]<int>)decrement,
                ClearCache = (delegate* unmanaged[Cdecl]<void>)clearCache,
            };
        }
    }
}
