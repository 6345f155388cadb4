namespace Relsim.Search;

/// <summary>
/// Keeps the best <c>capacity</c> rows pushed so far: higher score first, equal scores by lower id, so that the outcome does not depend
/// on the order of pushing.
/// </summary>
internal sealed class NearestHeap(int capacity)
{
    private readonly Neighbor[] _items = new Neighbor[capacity];

    /// <summary>Rows kept.</summary>
    public int Count { get; private set; }

    /// <summary>What a score must reach to matter: the worst kept score, or minus infinity while there is room.</summary>
    public float Threshold => Count < capacity ? float.NegativeInfinity : _items[0].Score;

    public void Push(Neighbor item)
    {
        if (Count < capacity)
        {
            SiftUp(Count++, item);
        }
        else if (IsWorse(_items[0], item))
        {
            SiftDown(item);
        }
    }

    /// <summary>Pushes everything that <paramref name="other"/> keeps.</summary>
    public void Merge(NearestHeap other)
    {
        for (int i = 0; i < other.Count; i++)
        {
            Push(other._items[i]);
        }
    }

    /// <summary>The rows kept, best first.</summary>
    public Neighbor[] ToSorted()
    {
        Neighbor[] sorted = _items.AsSpan(0, Count).ToArray();
        Array.Sort(sorted, static (a, b) => IsWorse(b, a) ? -1 : IsWorse(a, b) ? 1 : 0);
        return sorted;
    }

    private static bool IsWorse(Neighbor a, Neighbor b) => a.Score < b.Score || (a.Score == b.Score && a.Id > b.Id);

    private void SiftUp(int at, Neighbor item)
    {
        while (at > 0 && IsWorse(item, _items[(at - 1) / 2]))
        {
            _items[at] = _items[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _items[at] = item;
    }

    private void SiftDown(Neighbor item)
    {
        int at = 0;
        for (int child = 1; child < Count; child = (2 * at) + 1)
        {
            if (child + 1 < Count && IsWorse(_items[child + 1], _items[child]))
            {
                child++;
            }

            if (!IsWorse(_items[child], item))
            {
                break;
            }

            _items[at] = _items[child];
            at = child;
        }

        _items[at] = item;
    }
}
