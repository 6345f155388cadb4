using Relsim.Evaluation.Methods;

namespace Relsim.Evaluation.Retrieval;

/// <summary>
/// The paper's comparison on any pool and any methods: the same queries for all, twins of a query (equal bytes) never among its hits, every row computed once and kept.
/// Results are files, and equal runs write equal bytes, whether they were stopped in between or not.
/// </summary>
public static class RetrievalEvaluation
{
    /// <summary>Runs the methods one after the other and writes the result files (<see cref="RetrievalFiles"/>) into <paramref name="folder"/>.</summary>
    /// <param name="pool">The pictures.</param>
    /// <param name="methods">What is compared; names differ.</param>
    /// <param name="relevances">Kinds of relevance, the one that queries are drawn by first; there may be none.</param>
    /// <param name="cache">Where rows are kept; other runs may share it.</param>
    /// <param name="folder">The folder of the result files.</param>
    /// <param name="settings">What is asked.</param>
    /// <param name="progress">Told how far the run is, from several threads.</param>
    /// <param name="cancellationToken">Stops the run; the rows made so far are kept.</param>
    /// <exception cref="ArgumentException">There are no methods, a name comes twice, or the queries cannot be found.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<RetrievalReport> RunAsync(
        RetrievalPool pool,
        IReadOnlyList<RetrievalMethod> methods,
        IReadOnlyList<Relevance> relevances,
        RowCache cache,
        string folder,
        RetrievalSettings settings,
        IProgress<RetrievalProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(relevances);
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        RefuseEqualNames(methods);
        int[] queries = QuerySample.Draw(pool, relevances is [var primary, ..] ? primary : null, settings);
        var metrics = new MetricChoice(settings.TopK, pool.Images.Count);
        var files = new RetrievalFiles(folder, pool, queries);
        var tables = new RelevanceTables(relevances, metrics, settings);
        var errors = new List<RetrievalError>(pool.Errors);
        var described = new List<MethodDescription>();
        var joint = new JointCollector(pool.Images, queries);
        using (var source = new OpenSource(new RowContext(pool.Images, [.. queries.Select(query => pool.Images[query])], cache)))
        {
            foreach (RetrievalMethod method in methods)
            {
                MethodRows rows = await ReadAsync(source, method, pool, queries, cache, progress, cancellationToken).ConfigureAwait(false);
                errors.AddRange(rows.Errors);
                described.Add(new MethodDescription(method.Name, rows.Fingerprint, method.Direction, method.Range, method.Source, rows.Errors.Count));
                joint.Add(rows.Ranked);
                Rank(method, rows.Ranked, pool, queries, tables, files, settings, progress, cancellationToken);
            }
        }

        var report = new RetrievalReport
        {
            Seed = settings.Seed,
            Resamples = settings.Resamples,
            TopK = settings.TopK,
            PoolSize = pool.Images.Count,
            PoolDigest = pool.Digest,
            Queries = queries.Length,
            DuplicateImages = pool.DuplicateImages,
            UnreadableImages = pool.Errors.Count,
            Methods = described,
            Tables = tables.Finish(progress, cancellationToken),
        };
        joint.Finish(settings.Seed)?.Write(folder);
        files.WriteRest(report, relevances, errors);
        return report;
    }

    private static void Rank(
        RetrievalMethod method, RankedMethod ranked, RetrievalPool pool, int[] queries, RelevanceTables tables, RetrievalFiles files, RetrievalSettings settings,
        IProgress<RetrievalProgress>? progress, CancellationToken cancellationToken)
    {
        var options = new RetrievalOptions
        {
            Seed = settings.Seed,
            Resamples = settings.Resamples,
            Metrics = tables.Metrics,
            Depth = Math.Max(settings.TopK, settings.RunDepth),
            InPool = (query, item) => !pool.AreTwins(query, item),
        };
        var share = new Share(done => progress?.Report(new RetrievalProgress($"{method.Name}: ranking", (int)(done * 100), 100)));
        RetrievalRun hits = RetrievalBenchmark.RunGraded([ranked], queries, tables.Primary, options, share, cancellationToken);
        tables.Add(method.Name, hits);
        foreach (Relevance relevance in tables.Others)
        {
            tables.Add(method.Name, RetrievalBenchmark.RunGraded([ranked], queries, relevance.Grade, options with { Depth = 0 }, share, cancellationToken), relevance);
        }

        files.Add(method, hits.Hits(method.Name), settings);
    }

    private static async Task<MethodRows> ReadAsync(
        OpenSource open, RetrievalMethod method, RetrievalPool pool, int[] queries, RowCache cache, IProgress<RetrievalProgress>? progress, CancellationToken cancellationToken)
    {
        bool isDistance = method.Meaning == RowMeaning.DistancesToQueries;
        RowSource source = open.Open(method.Pool);
        string fingerprint = source.Fingerprint;
        await RowStage.FillAsync(source, pool.Images, cache, Tell("images"), cancellationToken).ConfigureAwait(false);
        LoadedRows rows = RowStage.Load(source, pool.Images, cache, method.Columns?.Invoke(source) ?? .., isDistance ? float.MaxValue : 0);
        IEnumerable<RetrievalError> errors = rows.Faults.Select(fault => Error(fault.Image, fault.Reason));
        if (isDistance)
        {
            return new MethodRows(fingerprint, new MethodDistances(method.Name, rows.Values, queries.Length), [.. errors]);
        }

        UnitVectors? asked = null;
        if (method.Query is { } model)
        {
            RowSource querySource = open.Open(model);
            PoolImage[] images = [.. queries.Select(query => pool.Images[query])];
            fingerprint = $"{querySource.Fingerprint} -> {fingerprint}";
            await RowStage.FillAsync(querySource, images, cache, Tell("queries"), cancellationToken).ConfigureAwait(false);
            LoadedRows queryRows = RowStage.Load(querySource, images, cache, .., 0, rows.Dimensions);
            errors = errors.Concat(queryRows.Faults.Select(fault => Error(queries[fault.Image], fault.Reason)));
            asked = queryRows.ToVectors();
        }

        return new MethodRows(fingerprint, new MethodEmbeddings(method.Name, rows.ToVectors(), asked), [.. errors]);

        RetrievalError Error(int image, string reason) => new(pool.Images[image].Id, pool.Images[image].Path, method.Name, reason);

        Action<int, int> Tell(string what) => (done, total) => progress?.Report(new RetrievalProgress($"{method.Name}: {what}", done, total));
    }

    private static void RefuseEqualNames(IReadOnlyList<RetrievalMethod> methods)
    {
        if (methods.Count == 0)
        {
            throw new ArgumentException("There are no methods.", nameof(methods));
        }

        if (methods.GroupBy(method => method.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twins)
        {
            throw new ArgumentException($"The method {twins.Key} comes twice; give one of them another name (NAME={twins.Key}:MODEL).", nameof(methods));
        }
    }

    /// <summary>A method, ready to be ranked.</summary>
    private sealed record MethodRows(string Fingerprint, RankedMethod Ranked, IReadOnlyList<RetrievalError> Errors);

    private sealed class Share(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
