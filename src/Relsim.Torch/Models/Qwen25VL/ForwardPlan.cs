namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>What a call of the language model may leave out because its answer does not need it. Every choice gives the full computation's numbers, but for the rounding of sums.</summary>
internal sealed record ForwardPlan
{
    /// <summary>Everything is computed.</summary>
    public static ForwardPlan Full { get; } = new();

    /// <summary>
    /// A token that stands once in every row: what follows it is cut off, since no token sees a later one. Null, the default: nothing is cut.
    /// </summary>
    public int? StopAfter { get; init; }

    /// <summary>
    /// Only the last position of each row is wanted: the last layer computes keys and values of all tokens, everything else of those alone. Default: false.
    /// </summary>
    public bool LastPositionOnly { get; init; }

    /// <summary>Tokens that every row begins with, whose keys and values are known; only what follows them is computed. Null, the default: none.</summary>
    public ConstantPrefix? Prefix { get; init; }
}
