using Relsim.Evaluation.Methods;

namespace Relsim.Evaluation.Retrieval;

/// <summary>Gathers, while a retrieval goes from method to method, the scores of one query that a joint map is drawn of.</summary>
public sealed class JointCollector
{
    // What an attribute is to the field, most usual first.
    private static readonly string[] AttributeMethods = ["clip-i", "dreamsim", "dinov2", "dino", "mini-attribute", "lpips", "colour-histogram"];

    private readonly IReadOnlyList<PoolImage> _pool;
    private readonly IReadOnlyList<int> _queries;
    private readonly List<(string Name, float[] Scores)> _methods = [];

    /// <summary>Begins with a pool and its queries, of which the first is shown.</summary>
    /// <param name="pool">The pictures, in the methods' order.</param>
    /// <param name="queries">All queries, as numbers of pictures.</param>
    public JointCollector(IReadOnlyList<PoolImage> pool, IReadOnlyList<int> queries)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(queries);
        (_pool, _queries) = (pool, queries);
    }

    /// <summary>Scores the query against the pool by a method.</summary>
    /// <exception cref="ArgumentException">The method is of a pool of another size.</exception>
    public void Add(RankedMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (method.PoolSize != _pool.Count)
        {
            throw new ArgumentException($"The pool has {_pool.Count} pictures and {method.Name} {method.PoolSize}.", nameof(method));
        }

        if (_queries.Count > 0)
        {
            var block = new ScoreBlock(method.PoolSize);
            method.Score(_queries, 0, 1, block);
            _methods.Add((method.Name, block.Scores(0).ToArray()));
        }
    }

    /// <summary>
    /// The scores by the method that a report is about and by the most usual attribute method among the others; null where there are no two
    /// such methods, or one of them has no finite score of a picture.
    /// </summary>
    public JointScores? Finish(int seed)
    {
        string? relational = SubjectMethod.Of([.. _methods.Select(method => method.Name)]);
        string? attribute = AttributeMethods.FirstOrDefault(name => _methods.Exists(method => method.Name == name))
            ?? _methods.Select(method => method.Name).FirstOrDefault(name => name != relational);
        if (relational is null || attribute is null || relational == attribute)
        {
            return null;
        }

        (string Name, float[] Scores) vertical = _methods.Find(method => method.Name == relational), horizontal = _methods.Find(method => method.Name == attribute);
        bool isFinite = vertical.Scores.All(float.IsFinite) && horizontal.Scores.All(float.IsFinite);
        return isFinite ? JointScores.Of(_pool, _queries[0], vertical, horizontal, new JointScoresOptions { Seed = seed }) : null;
    }
}
