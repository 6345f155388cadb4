using Relsim.Imaging;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>The type in which a model's weights are kept and multiplied.</summary>
public enum WeightType
{
    /// <summary>16 bits, the published models' own.</summary>
    Bf16,

    /// <summary>32 bits: the most exact, the slowest and twice the memory.</summary>
    F32,

    /// <summary>8 bits with float outliers, CPU only: half the memory, a measured error.</summary>
    I8,
}

/// <summary>How a model is loaded. What is null is the model's own choice; the mini model refuses what means nothing to it.</summary>
public sealed record EncoderOptions
{
    /// <summary>Batch budget of a big model where <see cref="BatchTokens"/> is null: eight images of 448 x 448 pixels.</summary>
    public const int DefaultBatchTokens = 2048;

    /// <summary>Where it runs: "cpu" (default), "cuda" or "cuda:N".</summary>
    public string? Device { get; init; }

    /// <summary>Type of the weights; default: <see cref="WeightType.Bf16"/> where the processor multiplies it or float32 would not fit into the memory, else <see cref="WeightType.F32"/>; the default of LPIPS and DreamSim is <see cref="WeightType.F32"/>.</summary>
    public WeightType? DType { get; init; }

    /// <summary>Most tokens in a batch, padding included, at least 1; default <see cref="DefaultBatchTokens"/>. LPIPS and DreamSim count images, and choose by their size.</summary>
    public int? BatchTokens { get; init; }

    /// <summary>Name of the preprocessing profile; default: the one that the model was trained with.</summary>
    public string? Profile { get; init; }

    /// <summary>Folder or hub id of the model that an adapter changes; default: what the adapter names.</summary>
    public string? Base { get; init; }

    /// <summary>Folder or hub id of the model that embeds texts into an image model's space; default: none, or one beside the model.</summary>
    public string? TextModel { get; init; }

    /// <summary>Folder of pictures that show which channels 8-bit weights must keep in float; default: a few drawn ones. Meaningless for other types.</summary>
    public string? Calibration { get; init; }

    /// <summary>Number of the CUDA device, or null for the CPU.</summary>
    internal int? CudaDevice => Native.TorchDevice.CudaIndex(Device);

    /// <summary>The device as libtorch names it.</summary>
    internal Device TorchDevice => Native.TorchDevice.Parse(Device);

    /// <summary>The type to keep <paramref name="source"/> in: the one asked for, else bfloat16 where the processor multiplies it or float32 would not fit, else float32.</summary>
    internal WeightType TypeFor(TensorSource source)
    {
        if (DType is { } asked)
        {
            return asked;
        }

        long bytes = source.Tensors.Values.Sum(tensor => 4 * tensor.Shape.Aggregate(1L, (count, size) => count * size));
        bool fits = bytes < GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 10 * 8; // the rest is for activations and the system
        return TorchRuntime.ComputeType == ScalarType.Float32 && fits ? WeightType.F32 : WeightType.Bf16;
    }

    /// <summary>Checks each value by itself; whether the machine has the device is asked when the model is loaded.</summary>
    /// <exception cref="ArgumentException">A value is not allowed; the message names it and what is.</exception>
    public void Validate()
    {
        bool onCuda = CudaDevice is not null; // refuses a name that is none
        if (DType is { } type && !Enum.IsDefined(type))
        {
            throw new ArgumentException($"The weight type {type} is unknown. Known: {string.Join(", ", Enum.GetNames<WeightType>())}.");
        }

        if (DType == WeightType.I8 && onCuda)
        {
            throw new ArgumentException($"8-bit weights run on the CPU alone, not on {Device}; take bfloat16 there.");
        }

        if (Calibration is not null && DType != WeightType.I8)
        {
            throw new ArgumentException("Pictures to calibrate on mean nothing without 8-bit weights.");
        }

        if (BatchTokens < 1)
        {
            throw new ArgumentException($"A batch must hold at least 1 token, not {BatchTokens}.");
        }

        if (Profile is not null && !PreprocessingProfiles.All.Any(known => known.Name == Profile))
        {
            throw new ArgumentException($"No profile is called '{Profile}'. Known: {string.Join(", ", PreprocessingProfiles.All.Select(known => known.Name))}.");
        }
    }
}
