namespace Relsim.Imaging;

/// <summary>
/// Fixed-point weights cut in two 16-bit halves, w = high * 2^15 + low, so that multiply-add of 16-bit pairs gives exact
/// 32-bit sums: sum(p * w) = (sum(p * high) &lt;&lt; 15) + sum(p * low), modulo 2^32 on the way, exact at the end.
/// </summary>
internal static class PackedWeights
{
    /// <summary>Bits of the low half; 15 keeps it non-negative as a signed 16-bit number.</summary>
    internal const int LowBits = 15;

    /// <summary>Numbers that a group of taps takes: 8 pairs of low halves, then 8 pairs of high halves.</summary>
    internal const int GroupLength = 16;

    private const int LowMask = (1 << LowBits) - 1;

    /// <summary>
    /// Groups for the horizontal pass over <paramref name="channels"/> channels. Grey: 16 taps a group, in order. Color:
    /// 4 taps a group, the pair (w0, w1) four times and then (w2, w3) four times: one beside each channel of two pixels.
    /// </summary>
    internal static int[] ForRows(ResampleCoefficients taps, int[] weights, int channels, out int groupsPerOutput)
    {
        int copies = channels == 1 ? 1 : 4;
        groupsPerOutput = GroupCount(taps.Size, channels);
        var packed = new int[taps.Starts.Length * groupsPerOutput * GroupLength];
        for (int i = 0; i < taps.Starts.Length; i++)
        {
            ReadOnlySpan<int> row = weights.AsSpan(i * taps.Size, taps.Counts[i]);
            Span<int> group = packed.AsSpan(i * groupsPerOutput * GroupLength);
            for (int t = 0, place = 0; t < row.Length; t += 2, place += copies)
            {
                if (place == GroupLength / 2)
                {
                    group = group[GroupLength..];
                    place = 0;
                }

                int second = t + 1 < row.Length ? row[t + 1] : 0;
                group.Slice(place, copies).Fill(LowPair(row[t], second));
                group.Slice(place + (GroupLength / 2), copies).Fill(HighPair(row[t], second));
            }
        }

        return packed;
    }

    /// <summary>Taps that one group of <see cref="ForRows"/> holds.</summary>
    internal static int TapsPerGroup(int channels) => channels == 1 ? 16 : 4;

    /// <summary>Groups that <paramref name="taps"/> taps need.</summary>
    internal static int GroupCount(int taps, int channels) =>
        (taps + TapsPerGroup(channels) - 1) / TapsPerGroup(channels);

    /// <summary>The low halves of two neighbouring taps in one 32-bit number.</summary>
    internal static int LowPair(int first, int second) => (first & LowMask) | ((second & LowMask) << 16);

    /// <summary>The high halves of two neighbouring taps in one 32-bit number.</summary>
    internal static int HighPair(int first, int second) =>
        ((first >> LowBits) & 0xFFFF) | ((second >> LowBits) << 16);
}
