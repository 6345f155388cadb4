namespace Relsim.Evaluation.Retrieval;

/// <summary>Which pictures of a pool are the queries.</summary>
internal static class QuerySample
{
    /// <summary>The named ones, or so many drawn without replacement from those whose relevance is known (from all, where none is).</summary>
    /// <exception cref="ArgumentException">A named query is not in the pool, cannot be read or comes twice; or the pool has no query.</exception>
    public static int[] Draw(RetrievalPool pool, Relevance? relevance, RetrievalSettings settings)
    {
        if (settings.QueryIds is { } ids)
        {
            return Named(pool, ids);
        }

        int[] candidates = [.. Enumerable.Range(0, pool.Images.Count).Where(image => relevance?.IsLabelled(image) != false)];
        new Random(settings.Seed).Shuffle(candidates);
        return candidates.Length > 0
            ? candidates[..Math.Min(settings.Queries, candidates.Length)]
            : throw new ArgumentException("No picture of the pool can be a query: none can be read, or the relevance of none is known.");
    }

    private static int[] Named(RetrievalPool pool, IReadOnlyList<string> ids)
    {
        var seen = new HashSet<int>();
        foreach (string id in ids)
        {
            int number = pool.Find(id) ?? throw new ArgumentException(
                pool.Errors.FirstOrDefault(error => error.Id == id) is { } error ? $"The query \"{id}\" cannot be read: {error.Reason}" : $"The query \"{id}\" is not in the pool.");
            if (!seen.Add(number))
            {
                throw new ArgumentException($"The query \"{id}\" is named twice.");
            }
        }

        return seen.Count > 0 ? [.. seen] : throw new ArgumentException("No query is named.");
    }
}
