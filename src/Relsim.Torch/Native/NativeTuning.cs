using System.Runtime.InteropServices;

namespace Relsim.Torch.Native;

/// <summary>
/// Settings of the process that libtorch inherits, made before it loads. Each is left alone where the user's environment has its own.
/// </summary>
internal static partial class NativeTuning
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD of malloc.h
    private const int MmapThreshold = -3; // M_MMAP_THRESHOLD

    // glibc's highest value on 64 bits; larger tensors still go back to the system at once.
    private const int LargestFromHeap = 32 << 20;
    private const int KeptOfHeap = int.MaxValue; // the activations of a training step weigh a gigabyte

    /// <summary>Applies the settings on Linux; does nothing elsewhere.</summary>
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // OpenMP's threads spin for milliseconds after each operation. As soon as anything else runs on the processors (decoding, another
        // call, another program) they take its time: with two threads on two busy cores an image cost 7 to 40 ms of processor time, and
        // 5 to 6 with short spins, where one thread needs 4; training took 0.3 to 0.9 steps a second, and 1.4 to 1.5.
        SetUnlessSet("GOMP_SPINCOUNT", "1000", "OMP_WAIT_POLICY");

        // glibc gives the memory of large tensors back when they are freed and fetches it again, zeroed, in the next step: half of the time of a
        // training step, and 0.7 of 4.7 ms of an image embedded in batches of 32. Kept, that share falls to 0.0 on the main thread,
        // and from 1.2 to 0.7 ms on the pipeline's, whose heaps glibc unmaps piece by piece.
        if (IsUnset("MALLOC_MMAP_THRESHOLD_") && IsUnset("MALLOC_TRIM_THRESHOLD_") && IsUnset("GLIBC_TUNABLES"))
        {
            SetAllocator(MmapThreshold, LargestFromHeap);
            SetAllocator(TrimThreshold, KeptOfHeap);
        }
    }

    private static void SetUnlessSet(string name, string value, string alternative)
    {
        if (IsUnset(name) && IsUnset(alternative))
        {
            // .NET's own variables are a copy that native code never sees.
            _ = SetNativeVariable(name, value, 0);
        }
    }

    private static bool IsUnset(string name) => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));

    private static void SetAllocator(int parameter, int value)
    {
        try
        {
            _ = MallOpt(parameter, value);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library: slower, and no less correct.
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
