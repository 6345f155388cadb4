using System.Globalization;
using TorchSharp;

namespace Relsim.Torch.Native;

/// <summary>Where tensors lie and are computed with, by the names that users give: "cpu", "cuda" or "cuda:N".</summary>
internal static class TorchDevice
{
    private const string NumberedCuda = "cuda:";

    /// <summary>The device of a name; null is the processor.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static torch.Device Parse(string? name) => CudaIndex(name) is { } index ? torch.device(DeviceType.CUDA, index) : torch.CPU;

    /// <summary>Number of a CUDA device, or null for the processor.</summary>
    /// <exception cref="ArgumentException">The name is unknown; the message says which are known.</exception>
    public static int? CudaIndex(string? name)
    {
        if (name is null or "cpu")
        {
            return null;
        }

        if (name == "cuda")
        {
            return 0;
        }

        return name.StartsWith(NumberedCuda, StringComparison.Ordinal) && int.TryParse(name.AsSpan(NumberedCuda.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? index
            : throw new ArgumentException($"The device '{name}' is unknown. Known: cpu, cuda, cuda:N (the number of the device, from 0).");
    }

    /// <summary>Checks that this machine has the device.</summary>
    /// <exception cref="ArgumentException">The name is unknown or the device is not there; the message says what to do.</exception>
    public static void Require(string? name)
    {
        if (CudaIndex(name) is not { } device)
        {
            return;
        }

        TorchRuntime.EnsureLoaded();
        int count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        if (device >= count)
        {
            throw new ArgumentException(count == 0
                ? $"The device {name} is not there: this libtorch has no CUDA, or the machine has no GPU that it can use. Take the device cpu, or build with a libtorch that has CUDA."
                : $"The device {name} is not there: the machine has {count}, numbered from 0.");
        }
    }
}
