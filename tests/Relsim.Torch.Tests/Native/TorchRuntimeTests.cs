using System.Runtime.InteropServices;
using Relsim.Torch.Native;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Native;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void EnsureLoaded_CalledFromManyThreads_TensorOperationsWork()
    {
        Parallel.For(0, 8, _ => TorchRuntime.EnsureLoaded());

        using Tensor matrix = ones(3, 4);
        using Tensor sum = matrix.sum();

        Assert.Equal(12f, sum.item<float>());
    }

    [Fact]
    public void Describe_Linux_UsesTheCompatibleCopyOnlyWhereTheShippedFileDoesNotLoad()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The compatibility step exists on Linux only.");

        bool loadsAsShipped = NativeLibrary.TryLoad(TorchLibraries.Find("libLibTorchSharp.so"), out _);

        Assert.Equal(loadsAsShipped, TorchRuntime.Describe().CompatibilityReason is null);
    }

    [Fact]
    public void Describe_Always_NamesVersionThreadsAndInstructionSets()
    {
        TorchDescription description = TorchRuntime.Describe();

        Assert.StartsWith("2.", description.LibtorchVersion, StringComparison.Ordinal);
        Assert.Equal(TorchRuntime.Threads, description.Threads);
        Assert.NotEmpty(description.InstructionSets);
        Assert.True(description.ComputeType is "bfloat16" or "float32");
    }

    [Fact]
    public void ComputeType_LinuxX64_FollowsTheProcessorFlagsOfTheKernel()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Needs /proc/cpuinfo of an x64 Linux.");

        string flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal));
        bool native = flags.Contains("avx512_bf16", StringComparison.Ordinal) || flags.Contains("amx_bf16", StringComparison.Ordinal);

        Assert.Equal(native ? ScalarType.BFloat16 : ScalarType.Float32, TorchRuntime.ComputeType);
    }

    [Fact]
    public void Threads_Set_IsWhatTorchUses()
    {
        int before = TorchRuntime.Threads;
        try
        {
            TorchRuntime.Threads = before + 1;
            Assert.Equal(before + 1, get_num_threads());
        }
        finally
        {
            TorchRuntime.Threads = before;
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => TorchRuntime.Threads = 0);
    }
}
