namespace Relsim.Search;

/// <summary>One row of an index and its exact float32 score; higher is closer.</summary>
/// <param name="Id">The row, from 0 in the order of adding.</param>
/// <param name="Score">The inner product, or the cosine in [-1, 1] for a cosine index.</param>
public readonly record struct Neighbor(int Id, float Score);

/// <summary>Why a search returned fewer rows than asked for.</summary>
public enum ShortfallReason
{
    /// <summary>The index holds fewer rows.</summary>
    IndexTooSmall,

    /// <summary>The filter left fewer rows.</summary>
    Filtered,

    /// <summary>Fewer rows reach the minimum score.</summary>
    BelowMinimumScore,
}

/// <summary>What was asked, what there was, and why.</summary>
/// <param name="Reason">The tightest of the reasons.</param>
/// <param name="Requested">Rows asked for.</param>
/// <param name="Available">Rows returned.</param>
public sealed record Shortfall(ShortfallReason Reason, int Requested, int Available)
{
    /// <summary>A sentence for people.</summary>
    public override string ToString() => Reason switch
    {
        ShortfallReason.IndexTooSmall => $"{Requested} were asked for, the library holds {Available}.",
        ShortfallReason.Filtered => $"{Requested} were asked for, the filter left {Available}.",
        _ => $"{Requested} were asked for, {Available} reach the minimum score.",
    };
}

/// <summary>The closest rows of one query.</summary>
/// <param name="Neighbors">Best first; equal scores in the order of their ids.</param>
/// <param name="Shortfall">Null when as many rows were returned as asked for.</param>
/// <param name="RowsRescored">Rows whose exact score had to be computed; the rest was ruled out by the bound.</param>
public sealed record SearchResult(IReadOnlyList<Neighbor> Neighbors, Shortfall? Shortfall, long RowsRescored);

/// <summary>What a search may return, and with how much of the machine.</summary>
public sealed record SearchOptions
{
    /// <summary>Rows that may be returned; null means all. Its length must be the index's count.</summary>
    public RowSet? Filter { get; init; }

    /// <summary>Scores below are not returned. Default: no limit.</summary>
    public float MinimumScore { get; init; } = float.NegativeInfinity;

    /// <summary>Threads, at least 1. Default: the processors of the machine.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}

/// <summary>What closeness means in an index.</summary>
public enum VectorSimilarity
{
    /// <summary>The inner product of the vectors as given.</summary>
    InnerProduct,

    /// <summary>The cosine: rows and queries are L2-normalised first; a zero vector scores 0 with everything.</summary>
    Cosine,
}

/// <summary>Finds the closest rows of a collection of vectors. Searches may run concurrently.</summary>
public interface IVectorIndex
{
    /// <summary>Rows held.</summary>
    int Count { get; }

    /// <summary>Numbers in a vector (D).</summary>
    int Dimension { get; }

    /// <summary>The <paramref name="k"/> closest rows for each of the Q queries (Q x D numbers, row-major).</summary>
    IReadOnlyList<SearchResult> Search(ReadOnlyMemory<float> queries, int k, SearchOptions? options = null, CancellationToken cancellationToken = default);
}
