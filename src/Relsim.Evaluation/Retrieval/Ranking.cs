namespace Relsim.Evaluation.Retrieval;

/// <summary>What an item is to one query.</summary>
internal enum PoolRole : byte
{
    Outside,
    Irrelevant,
    Relevant,
}

/// <summary>An image that was found.</summary>
/// <param name="Item">Its number in the pool.</param>
/// <param name="Score">Its score, in the method's own direction.</param>
public readonly record struct RankedHit(int Item, float Score);

/// <summary>
/// Finds the ranks of the relevant items without sorting the pool. Equal scores are ordered by a seeded shuffle: by position,
/// a method that finds nothing would look good or bad by how the pool happens to be sorted.
/// </summary>
internal sealed class Ranking
{
    private readonly uint[] _tieOrder;
    private readonly int[] _itemAt; // the shuffle's inverse
    public Ranking(int poolSize, int seed)
    {
        _tieOrder = new uint[poolSize];
        for (uint i = 0; i < poolSize; i++)
        {
            _tieOrder[i] = i;
        }

        new Random(seed).Shuffle(_tieOrder);
        _itemAt = new int[poolSize];
        for (int i = 0; i < poolSize; i++)
        {
            _itemAt[_tieOrder[i]] = i;
        }
    }

    /// <summary>Ranks of the relevant items among all that are not outside, ascending, 1 for the highest score; and which item stands at each.</summary>
    public (int[] Ranks, int[] Items) RelevantItems(ReadOnlySpan<float> scores, ReadOnlySpan<PoolRole> roles)
    {
        ulong[] relevant = RelevantKeys(scores, roles);
        var aheadOf = new int[relevant.Length + 1]; // aheadOf[i]: irrelevant items between relevant key i - 1 and key i
        for (int i = 0; i < scores.Length && relevant.Length > 0; i++)
        {
            ulong key = Key(scores[i], i);
            if (roles[i] == PoolRole.Irrelevant && key > relevant[0])
            {
                aheadOf[~relevant.AsSpan().BinarySearch(key)]++;
            }
        }

        var ranks = new int[relevant.Length];
        var items = new int[relevant.Length];
        int ahead = 0;
        for (int i = relevant.Length - 1, place = 0; i >= 0; i--, place++)
        {
            ahead += aheadOf[i + 1];
            ranks[place] = ahead + place + 1;
            items[place] = ItemOf(relevant[i]);
        }

        return (ranks, items);
    }

    /// <summary>The first <paramref name="depth"/> items that are not outside, the closest first, with their scores times <paramref name="sign"/>.</summary>
    public RankedHit[] Top(ReadOnlySpan<float> scores, ReadOnlySpan<PoolRole> roles, int depth, float sign)
    {
        if (depth == 0)
        {
            return [];
        }

        var keys = new ulong[scores.Length - roles.Count(PoolRole.Outside)];
        for (int i = 0, next = 0; i < scores.Length; i++)
        {
            if (roles[i] != PoolRole.Outside)
            {
                keys[next++] = Key(scores[i], i);
            }
        }

        Array.Sort(keys);
        var hits = new RankedHit[Math.Min(depth, keys.Length)];
        for (int place = 0; place < hits.Length; place++)
        {
            int item = ItemOf(keys[^(place + 1)]);
            hits[place] = new RankedHit(item, scores[item] * sign);
        }

        return hits;
    }

    private int ItemOf(ulong key) => _itemAt[(uint)key];

    private ulong[] RelevantKeys(ReadOnlySpan<float> scores, ReadOnlySpan<PoolRole> roles)
    {
        var keys = new ulong[roles.Count(PoolRole.Relevant)];
        for (int i = 0, next = 0; i < scores.Length; i++)
        {
            if (roles[i] == PoolRole.Relevant)
            {
                keys[next++] = Key(scores[i], i);
            }
        }

        Array.Sort(keys);
        return keys;
    }

    // Floats as unsigned numbers of the same order (adding 0 makes -0 equal to 0), then the shuffle; no two items share a key.
    private ulong Key(float score, int item)
    {
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        uint ordered = (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
        return ((ulong)ordered << 32) | _tieOrder[item];
    }
}
