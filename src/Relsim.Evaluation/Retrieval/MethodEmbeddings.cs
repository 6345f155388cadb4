namespace Relsim.Evaluation.Retrieval;

/// <summary>What one method says of a pool of images and its queries, ready to be ranked.</summary>
/// <param name="Name">The method's name in tables.</param>
public abstract record RankedMethod(string Name)
{
    /// <summary>Images in the pool.</summary>
    public abstract int PoolSize { get; }

    /// <summary>What turns a score of the ranking, in which higher is closer, into the method's own: 1, or -1 for distances.</summary>
    internal virtual float Sign => 1;

    /// <summary>Writes the scores of a block of queries, higher is closer.</summary>
    /// <param name="queries">All queries, as image numbers.</param>
    /// <param name="first">The block's first query.</param>
    /// <param name="count">Queries in the block.</param>
    /// <param name="block">Where queries are gathered and scores written.</param>
    internal abstract void Score(IReadOnlyList<int> queries, int first, int count, ScoreBlock block);
}

/// <summary>A row an image; the score of two images is the dot product of their rows, higher is closer.</summary>
/// <param name="Name">The method's name in tables.</param>
/// <param name="Pool">One row an image of the pool.</param>
/// <param name="Queries">One row a query, in the queries' order, where a query is not described by its row in the pool (texts, captions); else null.</param>
public sealed record MethodEmbeddings(string Name, UnitVectors Pool, UnitVectors? Queries = null) : RankedMethod(Name)
{
    /// <inheritdoc/>
    public override int PoolSize => Pool.Count;

    internal override void Score(IReadOnlyList<int> queries, int first, int count, ScoreBlock block)
    {
        Span<float> rows = block.Queries(Pool.Dimensions);
        rows.Clear(); // unused rows of the last block are zero vectors
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = Queries is null ? Pool.Row(queries[first + i]) : Queries.Row(first + i);
            row.CopyTo(rows[(i * Pool.Dimensions)..]);
        }

        int padded = (count + ScoreTiles.QueryStep - 1) / ScoreTiles.QueryStep * ScoreTiles.QueryStep;
        ScoreTiles.Compute(rows, padded, Pool, block.AllScores);
    }
}

/// <summary>The distance of every image to every query; lower is closer.</summary>
/// <param name="Name">The method's name in tables.</param>
/// <param name="Distances">[N, Q], row-major: a row an image of the pool, a column a query in the queries' order.</param>
/// <param name="QueryCount">Q.</param>
public sealed record MethodDistances(string Name, ReadOnlyMemory<float> Distances, int QueryCount) : RankedMethod(Name)
{
    /// <inheritdoc/>
    public override int PoolSize => Distances.Length / QueryCount;

    internal override float Sign => -1;

    internal override void Score(IReadOnlyList<int> queries, int first, int count, ScoreBlock block)
    {
        ReadOnlySpan<float> distances = Distances.Span;
        for (int i = 0; i < count; i++)
        {
            Span<float> scores = block.Scores(i);
            for (int item = 0; item < scores.Length; item++)
            {
                scores[item] = -distances[(item * QueryCount) + first + i];
            }
        }
    }
}

/// <summary>Buffers of one thread: a block of queries against the pool.</summary>
internal sealed class ScoreBlock(int poolSize)
{
    /// <summary>Queries in a block.</summary>
    public const int Size = 16;

    private readonly float[] _scores = new float[Size * (long)poolSize];
    private readonly PoolRole[] _roles = new PoolRole[Size * (long)poolSize];
    private float[] _queries = [];

    /// <summary>[Size, N].</summary>
    public Span<float> AllScores => _scores;

    /// <summary>The scores of one query of the block: [N].</summary>
    public Span<float> Scores(int query) => _scores.AsSpan(query * poolSize, poolSize);

    /// <summary>What each image is to a query of the block: [N].</summary>
    public Span<PoolRole> Roles(int query) => _roles.AsSpan(query * poolSize, poolSize);

    /// <summary>Room for the block's query rows: [Size, D].</summary>
    public Span<float> Queries(int dimensions)
    {
        int length = Size * dimensions;
        if (_queries.Length < length)
        {
            _queries = new float[length];
        }

        return _queries.AsSpan(0, length);
    }
}
