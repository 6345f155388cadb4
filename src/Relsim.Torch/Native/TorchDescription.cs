namespace Relsim.Torch.Native;

/// <summary>The native tensor library as it runs in this process, for a report to the user.</summary>
public sealed record TorchDescription
{
    /// <summary>The version of libtorch that TorchSharp was built for.</summary>
    public required string LibtorchVersion { get; init; }

    /// <summary>Why an edited copy of TorchSharp's native part was loaded; null where the file loads as shipped.</summary>
    public required string? CompatibilityReason { get; init; }

    /// <summary>The threads that one tensor operation may use.</summary>
    public required int Threads { get; init; }

    /// <summary>"bfloat16" or "float32": the type in which matrices are multiplied.</summary>
    public required string ComputeType { get; init; }

    /// <summary>The processor's instruction sets that matter for speed, such as "AVX2" or "AVX512_BF16", in no special order.</summary>
    public required IReadOnlyList<string> InstructionSets { get; init; }
}
