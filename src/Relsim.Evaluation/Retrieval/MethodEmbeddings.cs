namespace Relsim.Evaluation.Retrieval;

/// <summary>What one method makes of a pool of images; the score of two images is the dot product of their rows, higher is closer.</summary>
/// <param name="Name">The method's name in tables.</param>
/// <param name="Pool">One row an image of the pool.</param>
/// <param name="Queries">One row a query, where queries are no images of the pool (texts); else null.</param>
public sealed record MethodEmbeddings(string Name, UnitVectors Pool, UnitVectors? Queries = null);
