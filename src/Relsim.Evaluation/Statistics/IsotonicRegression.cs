namespace Relsim.Evaluation.Statistics;

/// <summary>Neighbouring values that share one fitted value.</summary>
/// <param name="Start">Index of the first.</param>
/// <param name="Count">How many.</param>
/// <param name="Value">Their weighted mean.</param>
public readonly record struct IsotonicBlock(int Start, int Count, double Value);

/// <summary>The rising sequence that is closest to values in weighted squares, by pooling adjacent violators (Ayer et al. 1955).</summary>
public static class IsotonicRegression
{
    /// <summary>The blocks of equal fitted values, in order, each above the one before it.</summary>
    /// <exception cref="ArgumentException">The two differ in length, or a weight is not above 0.</exception>
    public static IReadOnlyList<IsotonicBlock> Fit(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        if (values.Length != weights.Length)
        {
            throw new ArgumentException($"Each of the {values.Length} values has a weight; got {weights.Length}.", nameof(weights));
        }

        var blocks = new List<(int Start, double Sum, double Weight)>();
        for (int i = 0; i < values.Length; i++)
        {
            if (!(weights[i] > 0))
            {
                throw new ArgumentException($"A weight is above 0, not {weights[i]}.", nameof(weights));
            }

            (int Start, double Sum, double Weight) block = (i, values[i] * weights[i], weights[i]);
            while (blocks.Count > 0 && blocks[^1].Sum / blocks[^1].Weight >= block.Sum / block.Weight)
            {
                block = (blocks[^1].Start, blocks[^1].Sum + block.Sum, blocks[^1].Weight + block.Weight);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        int end = values.Length;
        return [.. blocks.Select((block, at) => new IsotonicBlock(
            block.Start, (at + 1 < blocks.Count ? blocks[at + 1].Start : end) - block.Start, block.Sum / block.Weight))];
    }
}
