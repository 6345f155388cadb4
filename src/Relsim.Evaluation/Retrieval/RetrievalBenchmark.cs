namespace Relsim.Evaluation.Retrieval;

/// <summary>
/// Exact retrieval over a pool: every query against every image, by dot product, with all methods on the same queries. Queries pass
/// in blocks, so that memory beyond the embeddings is a few megabytes a thread. Results do not depend on the number of threads.
/// </summary>
public static class RetrievalBenchmark
{
    private const int QueriesPerBlock = 16;

    /// <summary>Images of the pool as queries; relevant is what carries the query's label. Label -1 is never relevant.</summary>
    /// <param name="methods">The methods; all describe the same pool.</param>
    /// <param name="labels">One label an image of the pool.</param>
    /// <param name="queries">Image numbers.</param>
    /// <param name="options">Options; null means the defaults.</param>
    /// <param name="progress">Told the finished share, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="ArgumentException">Sizes differ, a method's name comes twice or a query is no image.</exception>
    public static RetrievalRun Run(
        IReadOnlyList<MethodEmbeddings> methods, IReadOnlyList<int> labels, IReadOnlyList<int> queries, RetrievalOptions? options = null,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        CheckCount(methods, labels.Count, nameof(labels));
        return Run(methods, queries, SameLabel(labels, labels), options, progress, cancellationToken);
    }

    /// <summary>Images of the pool as queries, with any relevance: (query image, other image) to whether it is relevant.</summary>
    /// <exception cref="ArgumentException">Sizes differ, a method's name comes twice or a query is no image.</exception>
    public static RetrievalRun Run(
        IReadOnlyList<MethodEmbeddings> methods, IReadOnlyList<int> queries, Func<int, int, bool> isRelevant, RetrievalOptions? options = null,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(isRelevant);
        int poolSize = PoolSize(methods);
        foreach (int query in queries)
        {
            if ((uint)query >= (uint)poolSize)
            {
                throw new ArgumentException($"Query {query} is no image of a pool of {poolSize}.", nameof(queries));
            }
        }

        options ??= new RetrievalOptions();
        Func<int, int, bool>? inPool = options.InPool;
        Func<int, int, PoolRole> role = (query, item) =>
            item == query || inPool?.Invoke(query, item) == false ? PoolRole.Outside
            : isRelevant(query, item) ? PoolRole.Relevant
            : PoolRole.Irrelevant;
        return Measure(new Measurement(methods, queries, method => method.Pool, role), options, progress, cancellationToken);
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
        foreach (MethodEmbeddings method in methods)
        {
            if (method.Queries?.Count != queryLabels.Count || method.Queries.Dimensions != method.Pool.Dimensions)
            {
                throw new ArgumentException($"{method.Name} needs {queryLabels.Count} query vectors of {method.Pool.Dimensions} values.", nameof(methods));
            }
        }

        options ??= new RetrievalOptions();
        Func<int, int, bool>? inPool = options.InPool;
        Func<int, int, bool> isRelevant = SameLabel(queryLabels, labels);
        Func<int, int, PoolRole> role = (query, item) =>
            inPool?.Invoke(query, item) == false ? PoolRole.Outside
            : isRelevant(query, item) ? PoolRole.Relevant
            : PoolRole.Irrelevant;
        int[] queries = [.. Enumerable.Range(0, queryLabels.Count)];
        return Measure(new Measurement(methods, queries, method => method.Queries!, role), options, progress, cancellationToken);
    }

    private static RetrievalRun Measure(Measurement task, RetrievalOptions options, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        int poolSize = PoolSize(task.Methods);
        int metrics = Enum.GetValues<RetrievalMetric>().Length;
        var values = new double[task.Methods.Count, metrics, task.Queries.Count];
        var shares = new double[task.Queries.Count]; // NaN where nothing is relevant
        var ranking = new Ranking(poolSize, options.Seed);
        int blocks = (task.Queries.Count + QueriesPerBlock - 1) / QueriesPerBlock;
        int finished = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxThreads, CancellationToken = cancellationToken };
        Parallel.For(0, blocks, parallel, () => new Workspace(poolSize), (block, _, workspace) =>
        {
            int first = block * QueriesPerBlock;
            int count = Math.Min(QueriesPerBlock, task.Queries.Count - first);
            task.Fill(workspace, first, count, shares);
            for (int m = 0; m < task.Methods.Count; m++)
            {
                task.Score(workspace, task.Methods[m], first, count);
                for (int i = 0; i < count; i++)
                {
                    int[] ranks = ranking.RelevantRanks(workspace.Scores(i), workspace.Roles(i));
                    Record(values, m, first + i, ranks);
                }
            }

            progress?.Report(Interlocked.Increment(ref finished) / (double)blocks);
            return workspace;
        }, _ => { });
        return Collect(task, values, shares, poolSize, options);
    }

    private static void Record(double[,,] values, int method, int query, int[] ranks)
    {
        values[method, (int)RetrievalMetric.HitAt1, query] = RetrievalMetrics.HitRate(ranks, 1);
        values[method, (int)RetrievalMetric.HitAt10, query] = RetrievalMetrics.HitRate(ranks, 10);
        values[method, (int)RetrievalMetric.AveragePrecision, query] = RetrievalMetrics.AveragePrecision(ranks);
        values[method, (int)RetrievalMetric.ReciprocalRank, query] = RetrievalMetrics.ReciprocalRank(ranks);
        values[method, (int)RetrievalMetric.RPrecision, query] = RetrievalMetrics.RPrecision(ranks);
    }

    private static RetrievalRun Collect(Measurement task, double[,,] values, double[] shares, int poolSize, RetrievalOptions options)
    {
        int[] counted = [.. Enumerable.Range(0, shares.Length).Where(query => shares[query] > 0)];
        var byMethod = new Dictionary<string, double[][]>();
        for (int m = 0; m < task.Methods.Count; m++)
        {
            int method = m;
            byMethod[task.Methods[m].Name] =
                [.. Enum.GetValues<RetrievalMetric>().Select(metric => counted.Select(query => values[method, (int)metric, query]).ToArray())];
        }

        double chance = counted.Length == 0 ? double.NaN : counted.Average(query => shares[query]);
        return new RetrievalRun([.. task.Methods.Select(m => m.Name)], byMethod, counted, shares.Length - counted.Length, poolSize, chance, options);
    }

    private static Func<int, int, bool> SameLabel(IReadOnlyList<int> queryLabels, IReadOnlyList<int> labels)
    {
        int[] left = [.. queryLabels], right = [.. labels];
        return (query, item) => left[query] >= 0 && left[query] == right[item];
    }

    private static int PoolSize(IReadOnlyList<MethodEmbeddings> methods)
    {
        ArgumentNullException.ThrowIfNull(methods);
        if (methods.Count == 0)
        {
            throw new ArgumentException("There are no methods.", nameof(methods));
        }

        CheckCount(methods, methods[0].Pool.Count, nameof(methods));
        return methods[0].Pool.Count;
    }

    private static void CheckCount(IReadOnlyList<MethodEmbeddings> methods, int count, string argument)
    {
        ArgumentNullException.ThrowIfNull(methods);
        var names = new HashSet<string>();
        foreach (MethodEmbeddings method in methods)
        {
            if (method.Pool.Count != count)
            {
                throw new ArgumentException($"{method.Name} describes {method.Pool.Count} images, expected {count}.", argument);
            }

            if (!names.Add(method.Name))
            {
                throw new ArgumentException($"{method.Name} comes twice.", nameof(methods));
            }
        }
    }

    /// <summary>What is measured: methods, queries, where query vectors come from, and what each item is to each query.</summary>
    private sealed record Measurement(
        IReadOnlyList<MethodEmbeddings> Methods, IReadOnlyList<int> Queries, Func<MethodEmbeddings, UnitVectors> VectorsOf,
        Func<int, int, PoolRole> RoleOf)
    {
        /// <summary>Writes the roles of a block's pool, and the share of relevant items of each query.</summary>
        public void Fill(Workspace workspace, int first, int count, double[] shares)
        {
            for (int i = 0; i < count; i++)
            {
                Span<PoolRole> roles = workspace.Roles(i);
                for (int item = 0; item < roles.Length; item++)
                {
                    roles[item] = RoleOf(Queries[first + i], item);
                }

                int relevant = roles.Count(PoolRole.Relevant);
                shares[first + i] = relevant == 0 ? double.NaN : relevant / (double)(roles.Length - roles.Count(PoolRole.Outside));
            }
        }

        /// <summary>Writes the scores of a block's queries; unused rows of the last block are zero vectors.</summary>
        public void Score(Workspace workspace, MethodEmbeddings method, int first, int count)
        {
            UnitVectors vectors = VectorsOf(method);
            Span<float> block = workspace.Queries(QueriesPerBlock * vectors.Dimensions);
            block.Clear();
            for (int i = 0; i < count; i++)
            {
                vectors.Row(Queries[first + i]).CopyTo(block[(i * vectors.Dimensions)..]);
            }

            int padded = (count + ScoreTiles.QueryStep - 1) / ScoreTiles.QueryStep * ScoreTiles.QueryStep;
            ScoreTiles.Compute(block, padded, method.Pool, workspace.AllScores);
        }
    }

    /// <summary>Buffers of one thread.</summary>
    private sealed class Workspace(int poolSize)
    {
        private readonly float[] _scores = new float[QueriesPerBlock * (long)poolSize];
        private readonly PoolRole[] _roles = new PoolRole[QueriesPerBlock * (long)poolSize];
        private float[] _queries = [];

        public Span<float> AllScores => _scores;

        public Span<float> Scores(int query) => _scores.AsSpan(query * poolSize, poolSize);

        public Span<PoolRole> Roles(int query) => _roles.AsSpan(query * poolSize, poolSize);

        public Span<float> Queries(int length)
        {
            if (_queries.Length < length)
            {
                _queries = new float[length];
            }

            return _queries.AsSpan(0, length);
        }
    }
}
