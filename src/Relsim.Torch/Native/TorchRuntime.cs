using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace Relsim.Torch.Native;

/// <summary>The native tensor library in this process: loading, threads, and the number type that suits the processor.</summary>
/// <remarks>
/// The first use of any method of Relsim.Torch arms a hook that costs microseconds; the libraries load when the
/// runtime brings in the TorchSharp assembly, that is, before the first tensor operation and never for a command
/// that needs none. Only an application that uses TorchSharp before it uses this library has to call
/// <see cref="EnsureLoaded"/> first. Thread-safe.
/// </remarks>
public static class TorchRuntime
{
    private static readonly Lazy<string?> Loaded = new(TorchLibraries.Load);

    /// <summary>The threads that one tensor operation may use, at least 1; TorchSharp's default is one for each core.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value set is below 1.</exception>
    /// <exception cref="TorchLoadException">The native libraries do not load.</exception>
    public static int Threads
    {
        get
        {
            EnsureLoaded();
            return GetThreads();
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            EnsureLoaded();
            SetThreads(value);
        }
    }

    /// <summary>The type in which matrices are multiplied: bfloat16 where the processor has instructions for it, else float32.</summary>
    public static torch.ScalarType ComputeType =>
        ProcessorFeatures.HasBFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;

    /// <summary>Loads the native libraries; later calls do nothing.</summary>
    /// <exception cref="TorchLoadException">They are missing or do not fit the system; every call says so again.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>What was loaded, how, and on what kind of processor.</summary>
    /// <exception cref="TorchLoadException">The native libraries do not load.</exception>
    public static TorchDescription Describe()
    {
        EnsureLoaded();
        return new TorchDescription
        {
            LibtorchVersion = GetVersion(),
            CompatibilityReason = Loaded.Value,
            Threads = GetThreads(),
            ComputeType = ComputeType == torch.ScalarType.BFloat16 ? "bfloat16" : "float32",
            InstructionSets = ProcessorFeatures.InstructionSets,
        };
    }

    /// <summary>Arms the hook. A thrown error would surface as a failure to load TorchSharp, so it is kept for the next call.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The libraries must load before TorchSharp's first use; a caller could forget an explicit call.")]
    internal static void LoadWithTorchSharp()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (_, e) => LoadFor(e.LoadedAssembly.GetName().Name);
        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            LoadFor(assembly.GetName().Name);
        }
    }

    private static void LoadFor(string? assembly)
    {
        if (assembly != "TorchSharp")
        {
            return;
        }

        try
        {
            EnsureLoaded();
        }
        catch (TorchLoadException)
        {
            // TorchSharp's first call fails with its own message; EnsureLoaded gives ours.
        }
    }

    // Apart, so that the compiler of the callers does not touch TorchSharp before EnsureLoaded has run.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int GetThreads() => torch.get_num_threads();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SetThreads(int value) => torch.set_num_threads(value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string GetVersion() => torch.__version__;
}
