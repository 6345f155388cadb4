using Relsim.Torch.Nn;

namespace Relsim.Torch.Weights.Peft;

/// <summary>What merging an adapter did to the weights.</summary>
internal sealed record MergeReport
{
    /// <summary>Each merged layer's drift, by path in the hub's tree.</summary>
    public required IReadOnlyDictionary<string, LoraDrift> Layers { get; init; }

    /// <summary>The drift of all of them as one weight.</summary>
    public LoraDrift Total => LoraDrift.Total([.. Layers.Values]);
}
