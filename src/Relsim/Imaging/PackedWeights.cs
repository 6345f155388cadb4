namespace Relsim.Imaging;

/// <summary>
/// Fixed-point weights cut in two 16-bit halves, w = high * 2^15 + low, so that multiply-add of 16-bit pairs gives exact
/// 32-bit sums: sum(p * w) = (sum(p * high) &lt;&lt; 15) + sum(p * low), modulo 2^32 on the way, exact at the end.
/// </summary>
internal static class PackedWeights
{
    /// <summary>Bits of the low half; 15 keeps it non-negative as a signed 16-bit number.</summary>
    internal const int LowBits = 15;

    /// <summary>16-bit numbers that a group of taps takes: 16 low halves, then 16 high halves.</summary>
    internal const int GroupLength = 32;

    private const int LowMask = (1 << LowBits) - 1;

    /// <summary>
    /// Groups for the horizontal pass over <paramref name="channels"/> channels. Grey: 16 taps a group, in order. Colour:
    /// 4 taps a group, (w0, w1) four times and then (w2, w3) four times: one pair beside each channel of two pixels.
    /// </summary>
    internal static short[] ForRows(ResampleCoefficients taps, int[] weights, int channels, out int groupsPerOutput)
    {
        int tapsPerGroup = TapsPerGroup(channels);
        groupsPerOutput = GroupCount(taps.Size, channels);
        var packed = new short[taps.Starts.Length * groupsPerOutput * GroupLength];
        for (int i = 0; i < taps.Starts.Length; i++)
        {
            for (int t = 0; t < taps.Counts[i]; t++)
            {
                int weight = weights[(i * taps.Size) + t];
                Span<short> group = packed.AsSpan(((i * groupsPerOutput) + (t / tapsPerGroup)) * GroupLength, GroupLength);
                Place(group, t % tapsPerGroup, channels, weight);
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

    private static void Place(Span<short> group, int tap, int channels, int weight)
    {
        var low = (short)(weight & LowMask);
        var high = (short)(weight >> LowBits);
        if (channels == 1)
        {
            group[tap] = low;
            group[16 + tap] = high;
            return;
        }

        for (int channel = 0; channel < 4; channel++)
        {
            int index = ((tap / 2) * 8) + (channel * 2) + (tap % 2);
            group[index] = low;
            group[16 + index] = high;
        }
    }
}
