namespace Relsim.Evaluation.Methods;

/// <summary>What the numbers of a row mean.</summary>
public enum RowMeaning
{
    /// <summary>A unit vector, or zeros where nothing was found: the score of two pictures is the dot product of their rows.</summary>
    UnitVector,

    /// <summary>Distances of the picture to each query, in the order of the queries.</summary>
    DistancesToQueries,
}

/// <summary>
/// A way to score a query against the pictures of a pool. Every method, learned or not, is a declaration of this form: the seam that the benchmark,
/// the reports and the judge share.
/// </summary>
public sealed record RetrievalMethod
{
    /// <summary>Its name in tables and files: letters, digits, '.', '_' and '-'.</summary>
    public required string Name { get; init; }

    /// <summary>Which scores are closer.</summary>
    public ScoreDirection Direction { get; init; }

    /// <summary>What its scores lie between.</summary>
    public required ScoreRange Range { get; init; }

    /// <summary>Where it is published, and the settings used.</summary>
    public required string Source { get; init; }

    /// <summary>What a row means.</summary>
    public RowMeaning Meaning { get; init; }

    /// <summary>What makes the rows of the pool.</summary>
    public required RowModel Pool { get; init; }

    /// <summary>What makes a query's row; null where it is the query's row in the pool.</summary>
    public RowModel? Query { get; init; }

    /// <summary>The part of a pool's row that counts, where a model says more than one thing at once; null for all of it.</summary>
    public Func<RowSource, Range>? Columns { get; init; }
}
