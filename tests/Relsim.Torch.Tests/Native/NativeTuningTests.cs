using System.Runtime.InteropServices;

namespace Relsim.Torch.Tests.Native;

public sealed partial class NativeTuningTests
{
    [Fact]
    public void EnsureLoaded_Linux_OpenMpFindsTheSpinCountUnlessTheUserHasSetOne()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The setting is made on Linux only.");
        string? expected = Environment.GetEnvironmentVariable("GOMP_SPINCOUNT")
            ?? (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null ? "1000" : null);

        Assert.Equal(expected, Marshal.PtrToStringUTF8(GetNativeVariable("GOMP_SPINCOUNT")));
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetNativeVariable(string name);
}
