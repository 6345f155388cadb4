using Relsim.Torch.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// Consecutive runs of patches that see each other and nothing else, and the rotary tables that go with them. Runs of one length are
/// attended to in one call, so patches stand in the order of their run's length; where all have the same, that order is the given one.
/// </summary>
/// <remarks>Letters in shapes: P patches, d width of a head.</remarks>
internal sealed record AttentionSegments : IDisposable
{
    private AttentionSegments(IReadOnlyList<SegmentGroup> groups, Tensor? order, Tensor? inverse, RotaryTables rotary)
    {
        Groups = groups;
        Order = order;
        Inverse = inverse;
        Rotary = rotary;
    }

    /// <summary>The runs by length, in the order of their patches.</summary>
    public IReadOnlyList<SegmentGroup> Groups { get; }

    /// <summary>The patch that stands at each place, int64 [P]; null where none moves.</summary>
    public Tensor? Order { get; }

    /// <summary>The place of each patch, int64 [P]; null where none moves.</summary>
    public Tensor? Inverse { get; }

    /// <summary>Rotary tables [P, 1, d], in the order of the places.</summary>
    public RotaryTables Rotary { get; }

    /// <summary>Groups the runs between <paramref name="bounds"/>, whose patches turn by <paramref name="angles"/> [P, d/2].</summary>
    public static AttentionSegments Create(IReadOnlyList<int> bounds, Tensor angles)
    {
        using DisposeScope scope = NewDisposeScope();
        var runs = bounds.Zip(bounds.Skip(1), (start, end) => (Start: start, Length: end - start)).GroupBy(run => run.Length).ToList();
        List<SegmentGroup> groups = [.. runs.Select(group => new SegmentGroup(group.Count(), group.Key))];
        if (groups.Count == 1)
        {
            return new AttentionSegments(groups, null, null, RotaryTables.Create(angles));
        }

        long[] order = [.. runs.SelectMany(group => group).SelectMany(run => Enumerable.Range(run.Start, run.Length)).Select(i => (long)i)];
        long[] inverse = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        Tensor places = tensor(order, device: angles.device).DetachFromDisposeScope();
        return new AttentionSegments(
            groups, places, tensor(inverse, device: angles.device).DetachFromDisposeScope(), RotaryTables.Create(angles.index_select(0, places)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Order?.Dispose();
        Inverse?.Dispose();
        Rotary.Dispose();
    }
}

/// <summary>Consecutive runs of one length.</summary>
/// <param name="Count">Runs.</param>
/// <param name="Length">Patches in each.</param>
internal sealed record SegmentGroup(int Count, int Length)
{
    /// <summary>Patches in all runs.</summary>
    public int Patches => Count * Length;
}
