namespace Relsim.Evaluation.Reports.Plots;

/// <summary>Labels above each other that would overlap where they belong.</summary>
internal static class LabelColumn
{
    /// <summary>
    /// Moves labels apart until neighbours are <paramref name="gap"/> apart, as little as that takes in least squares, and keeps them between
    /// <paramref name="low"/> and <paramref name="high"/> where there is room for all.
    /// </summary>
    /// <returns>Where each label goes, in the order given.</returns>
    public static float[] Spread(IReadOnlyList<float> wanted, float gap, float low, float high)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i])];
        high = Math.Max(high, low + (gap * (wanted.Count - 1)));

        // Less its share of the gaps each label may not fall behind its neighbour: pooled neighbours take their mean.
        var pools = new List<(double Mean, int Count)>();
        foreach ((int rank, int i) in order.Index())
        {
            pools.Add((wanted[i] - (gap * rank), 1));
            while (pools.Count > 1 && pools[^2].Mean > pools[^1].Mean)
            {
                (double Mean, int Count) below = pools[^2], above = pools[^1];
                int count = below.Count + above.Count;
                pools.RemoveRange(pools.Count - 2, 2);
                pools.Add((((below.Mean * below.Count) + (above.Mean * above.Count)) / count, count));
            }
        }

        var placed = new float[wanted.Count];
        int next = 0;
        foreach ((double mean, int count) in pools)
        {
            for (int k = 0; k < count; k++, next++)
            {
                double kept = Math.Clamp(mean, low, high - (gap * (wanted.Count - 1)));
                placed[order[next]] = (float)(kept + (gap * next));
            }
        }

        return placed;
    }
}
