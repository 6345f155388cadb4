namespace Relsim.Torch.Weights;

/// <summary>What a load of weights did.</summary>
internal sealed record LoadReport
{
    /// <summary>The tensors copied, which are all of the module's.</summary>
    public required int Tensors { get; init; }

    /// <summary>The bytes they take in the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>How many of them were converted to another floating-point type.</summary>
    public required int Converted { get; init; }

    /// <summary>The names in the file that the options left out on purpose, sorted.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }
}
