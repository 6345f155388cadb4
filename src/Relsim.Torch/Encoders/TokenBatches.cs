namespace Relsim.Torch.Encoders;

/// <summary>Groups images of like token counts into batches within a budget, so that little of a batch is padding.</summary>
internal static class TokenBatches
{
    /// <summary>
    /// The positions 0 to <paramref name="tokens"/>.Count - 1, each in one batch: longest images first, equal ones in the order given. The longest of a batch times
    /// its number of images is at most <paramref name="budget"/>; an image beyond the budget is a batch of its own.
    /// </summary>
    public static IReadOnlyList<int[]> Group(IReadOnlyList<int> tokens, int budget)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 1);
        int[] order = [.. Enumerable.Range(0, tokens.Count).OrderByDescending(i => tokens[i])];
        var batches = new List<int[]>();
        for (int start = 0; start < order.Length;)
        {
            int longest = Math.Max(1, tokens[order[start]]);
            int count = Math.Min(Math.Max(1, budget / longest), order.Length - start);
            batches.Add(order[start..(start + count)]);
            start += count;
        }

        return batches;
    }
}
