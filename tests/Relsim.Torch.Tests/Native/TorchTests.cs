using System.Runtime.CompilerServices;
using Relsim.Torch.Native;

namespace Relsim.Torch.Tests.Native;

/// <summary>Tests use TorchSharp before they touch the library, so the load is asked for when the test program starts.</summary>
internal static class TorchTests
{
    [ModuleInitializer]
    internal static void LoadTorch()
    {
        TorchRuntime.EnsureLoaded();
        TorchRuntime.Threads = 1; // test classes run side by side; threads of one tiny operation would only wait for each other
    }
}
