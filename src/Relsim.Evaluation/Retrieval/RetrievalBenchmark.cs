namespace Relsim.Evaluation.Retrieval;

/// <summary>
/// Exact retrieval over a pool: every query against every image, by dot product, with all methods on the same queries. Queries pass
/// in blocks, so that memory beyond the embeddings is a few megabytes a thread. Results do not depend on the number of threads.
/// </summary>
public static class RetrievalBenchmark
{
    /// <summary>Images of the pool as queries; relevant is what carries the query's label. Label -1 is never relevant.</summary>
    /// <param name="methods">The methods; all describe the same pool.</param>
    /// <param name="labels">One label an image of the pool.</param>
    /// <param name="queries">Image numbers.</param>
    /// <param name="options">Options; null means the defaults.</param>
    /// <param name="progress">Told the finished share, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="ArgumentException">Sizes differ, a method's name comes twice or a query is no image.</exception>
    public static RetrievalRun Run(
        IReadOnlyList<RankedMethod> methods, IReadOnlyList<int> labels, IReadOnlyList<int> queries, RetrievalOptions? options = null,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        CheckCount(methods, labels.Count, nameof(labels));
        return Run(methods, queries, SameLabel(labels, labels), options, progress, cancellationToken);
    }

    /// <summary>Images of the pool as queries, with any relevance: (query image, other image) to whether it is relevant.</summary>
    /// <exception cref="ArgumentException">Sizes differ, a method's name comes twice or a query is no image.</exception>
    public static RetrievalRun Run(
        IReadOnlyList<RankedMethod> methods, IReadOnlyList<int> queries, Func<int, int, bool> isRelevant, RetrievalOptions? options = null,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(isRelevant);
        return RunGraded(methods, queries, (query, item) => isRelevant(query, item) ? 1 : 0, options, progress, cancellationToken);
    }

    /// <summary>Images of the pool as queries, with grades of relevance: (query image, other image) to its grade; relevant is what has one above 0.</summary>
    /// <exception cref="ArgumentException">Sizes differ, a method's name comes twice or a query is no image.</exception>
    public static RetrievalRun RunGraded(
        IReadOnlyList<RankedMethod> methods, IReadOnlyList<int> queries, Func<int, int, double> grade, RetrievalOptions? options = null,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(grade);
        int poolSize = PoolSize(methods);
        foreach (int query in queries)
        {
            if ((uint)query >= (uint)poolSize)
            {
                throw new ArgumentException($"Query {query} is no image of a pool of {poolSize}.", nameof(queries));
            }
        }

        CheckQueries(methods, queries.Count, required: false);
        options ??= new RetrievalOptions();
        Func<int, int, bool>? inPool = options.InPool;
        return Measure(new Measurement(methods, queries, (query, item) => item != query && inPool?.Invoke(query, item) != false, grade), options, progress, cancellationToken);
    }

    /// <summary>
    /// Queries that are no images of the pool, such as texts: each method brings <see cref="MethodEmbeddings.Queries"/>. Relevant is what carries
    /// the query's label; label -1 is never relevant.
    /// </summary>
    /// <exception cref="ArgumentException">Sizes differ, a method's name comes twice or a method has no query vectors.</exception>
    public static RetrievalRun RunTexts(
        IReadOnlyList<MethodEmbeddings> methods, IReadOnlyList<int> labels, IReadOnlyList<int> queryLabels, RetrievalOptions? options = null,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(queryLabels);
        CheckCount(methods, labels.Count, nameof(labels));
        CheckQueries(methods, queryLabels.Count, required: true);
        options ??= new RetrievalOptions();
        Func<int, int, bool>? inPool = options.InPool;
        Func<int, int, bool> isRelevant = SameLabel(queryLabels, labels);
        int[] queries = [.. Enumerable.Range(0, queryLabels.Count)];
        return Measure(
            new Measurement(methods, queries, (query, item) => inPool?.Invoke(query, item) != false, (query, item) => isRelevant(query, item) ? 1 : 0), options, progress, cancellationToken);
    }

    private static RetrievalRun Measure(Measurement task, RetrievalOptions options, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        int poolSize = PoolSize(task.Methods);
        var values = new double[task.Methods.Count, options.Metrics.Count, task.Queries.Count];
        var hits = new RankedHit[task.Methods.Count, task.Queries.Count][];
        var shares = new double[task.Queries.Count]; // NaN where nothing is relevant
        var ranking = new Ranking(poolSize, options.Seed);
        int blocks = (task.Queries.Count + ScoreBlock.Size - 1) / ScoreBlock.Size;
        int finished = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxThreads, CancellationToken = cancellationToken };
        Parallel.For(0, blocks, parallel, () => new ScoreBlock(poolSize), (index, _, block) =>
        {
            int first = index * ScoreBlock.Size;
            int count = Math.Min(ScoreBlock.Size, task.Queries.Count - first);
            task.Fill(block, first, count, shares);
            for (int m = 0; m < task.Methods.Count; m++)
            {
                task.Methods[m].Score(task.Queries, first, count, block);
                for (int i = 0; i < count; i++)
                {
                    RelevantHits relevant = task.Rank(ranking, block, i, first + i);
                    for (int metric = 0; metric < options.Metrics.Count; metric++)
                    {
                        values[m, metric, first + i] = options.Metrics[metric].Of(relevant);
                    }

                    hits[m, first + i] = ranking.Top(block.Scores(i), block.Roles(i), options.Depth, task.Methods[m].Sign);
                }
            }

            progress?.Report(Interlocked.Increment(ref finished) / (double)blocks);
            return block;
        }, _ => { });
        return Collect(task, values, hits, shares, poolSize, options);
    }

    private static RetrievalRun Collect(
        Measurement task, double[,,] values, RankedHit[,][] hits, double[] shares, int poolSize, RetrievalOptions options)
    {
        int[] counted = [.. Enumerable.Range(0, shares.Length).Where(query => shares[query] > 0)];
        var byMethod = new Dictionary<string, MethodRun>();
        for (int m = 0; m < task.Methods.Count; m++)
        {
            int method = m;
            byMethod[task.Methods[m].Name] = new MethodRun(
                options.Metrics.Select((metric, at) => (metric, counted.Select(query => values[method, at, query]).ToArray())).ToDictionary(pair => pair.metric, pair => pair.Item2),
                [.. Enumerable.Range(0, shares.Length).Select(query => hits[method, query])]);
        }

        double chance = counted.Length == 0 ? double.NaN : counted.Average(query => shares[query]);
        return new RetrievalRun([.. task.Methods.Select(m => m.Name)], byMethod, counted, shares.Length - counted.Length, poolSize, chance, options);
    }

    private static Func<int, int, bool> SameLabel(IReadOnlyList<int> queryLabels, IReadOnlyList<int> labels)
    {
        int[] left = [.. queryLabels], right = [.. labels];
        return (query, item) => left[query] >= 0 && left[query] == right[item];
    }

    private static int PoolSize(IReadOnlyList<RankedMethod> methods)
    {
        ArgumentNullException.ThrowIfNull(methods);
        if (methods.Count == 0)
        {
            throw new ArgumentException("There are no methods.", nameof(methods));
        }

        CheckCount(methods, methods[0].PoolSize, nameof(methods));
        return methods[0].PoolSize;
    }

    private static void CheckCount(IReadOnlyList<RankedMethod> methods, int count, string argument)
    {
        ArgumentNullException.ThrowIfNull(methods);
        var names = new HashSet<string>();
        foreach (RankedMethod method in methods)
        {
            if (method.PoolSize != count)
            {
                throw new ArgumentException($"{method.Name} describes {method.PoolSize} images, expected {count}.", argument);
            }

            if (!names.Add(method.Name))
            {
                throw new ArgumentException($"{method.Name} comes twice.", nameof(methods));
            }
        }
    }

    private static void CheckQueries(IReadOnlyList<RankedMethod> methods, int count, bool required)
    {
        foreach (RankedMethod method in methods)
        {
            bool fits = method switch
            {
                MethodEmbeddings { Queries: null } => !required,
                MethodEmbeddings embeddings => embeddings.Queries.Count == count && embeddings.Queries.Dimensions == embeddings.Pool.Dimensions,
                MethodDistances distances => distances.QueryCount == count,
                _ => true,
            };
            if (!fits)
            {
                throw new ArgumentException(
                    $"{method.Name} needs {count} query vectors{(method is MethodEmbeddings { Pool: { } pool } ? $" of {pool.Dimensions} values" : "")}.", nameof(methods));
            }
        }
    }

    /// <summary>What is measured: methods, queries, which items stand in a query's pool, and how relevant they are to it.</summary>
    private sealed record Measurement(
        IReadOnlyList<RankedMethod> Methods, IReadOnlyList<int> Queries, Func<int, int, bool> InPool, Func<int, int, double> GradeOf)
    {
        /// <summary>Writes the roles of a block's pool, and the share of relevant items of each query.</summary>
        public void Fill(ScoreBlock block, int first, int count, double[] shares)
        {
            for (int i = 0; i < count; i++)
            {
                Span<PoolRole> roles = block.Roles(i);
                int query = Queries[first + i];
                for (int item = 0; item < roles.Length; item++)
                {
                    roles[item] = !InPool(query, item) ? PoolRole.Outside : GradeOf(query, item) > 0 ? PoolRole.Relevant : PoolRole.Irrelevant;
                }

                int relevant = roles.Count(PoolRole.Relevant);
                shares[first + i] = relevant == 0 ? double.NaN : relevant / (double)(roles.Length - roles.Count(PoolRole.Outside));
            }
        }

        /// <summary>Where the relevant items of the block's query <paramref name="index"/> stand, which is number <paramref name="query"/> of all.</summary>
        public RelevantHits Rank(Ranking ranking, ScoreBlock block, int index, int query)
        {
            (int[] ranks, int[] items) = ranking.RelevantItems(block.Scores(index), block.Roles(index));
            return new RelevantHits(ranks, [.. items.Select(item => GradeOf(Queries[query], item))]);
        }
    }
}
