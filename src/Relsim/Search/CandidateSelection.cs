namespace Relsim.Search;

/// <summary>
/// What one thread has found for one query: rows that the bound did not rule out, not yet rescored, and the best exact scores so far.
/// Rescoring goes from the highest bound down and stops at the first bound below the k-th best exact score, so it computes little more than it must.
/// </summary>
internal sealed class CandidateSelection
{
    private const int Capacity = 1024;

    private readonly int[] _ids = new int[Capacity];
    private readonly float[] _bounds = new float[Capacity];
    private readonly float _minimumScore;
    private int _count;

    public CandidateSelection(int k, float minimumScore)
    {
        Best = new NearestHeap(k);
        _minimumScore = minimumScore;
        Threshold = minimumScore;
    }

    /// <summary>The best exact scores so far.</summary>
    public NearestHeap Best { get; }

    /// <summary>A row must have a bound of at least this to matter. Only grows.</summary>
    public float Threshold { get; private set; }

    /// <summary>Exact scores computed.</summary>
    public long Rescored { get; private set; }

    public bool IsFull => _count == Capacity;

    public void Add(int id, float bound)
    {
        _ids[_count] = id;
        _bounds[_count++] = bound;
    }

    /// <summary>Takes over a threshold that another thread proved.</summary>
    public void Raise(float threshold) => Threshold = Math.Max(Threshold, threshold);

    /// <summary>Rescores what may matter and forgets the rest; afterwards there is room.</summary>
    public void Drain(ExactIndex index, ReadOnlySpan<float> query)
    {
        Array.Sort(_bounds, _ids, 0, _count);
        for (int i = _count - 1; i >= 0 && _bounds[i] >= Threshold; i--)
        {
            float score = DotProduct.Compute(query, index.Row(_ids[i]));
            Rescored++;
            if (score >= _minimumScore)
            {
                Best.Push(new Neighbor(_ids[i], score));
                Raise(Best.Threshold);
            }
        }

        _count = 0;
    }
}
