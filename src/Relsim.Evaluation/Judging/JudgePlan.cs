using Relsim.Datasets;
using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Judging;

/// <summary>One question: two pictures by their hashes, in the order in which they are shown, for the n-th time. What has this in common is paid once.</summary>
internal readonly record struct JudgeUnit(string First, string Second, int Repeat);

/// <summary>A query of a method and one of its hits.</summary>
/// <param name="Query">The query.</param>
/// <param name="Rank">The hit's rank, from 1.</param>
/// <param name="QueryImage">The query's picture.</param>
/// <param name="HitImage">The hit's picture.</param>
/// <param name="Repeats">How often each order is asked about.</param>
internal sealed record JudgePair(RetrievedQuery Query, int Rank, JudgeImage QueryImage, JudgeImage HitImage, int Repeats)
{
    /// <summary>Its questions: query first and hit first, for each repeat.</summary>
    public IEnumerable<JudgeUnit> Units => IsReadable
        ? Enumerable.Range(0, Repeats).SelectMany(repeat => new[] { new JudgeUnit(QueryImage.Hash, HitImage.Hash, repeat), new JudgeUnit(HitImage.Hash, QueryImage.Hash, repeat) })
        : [];

    public bool IsReadable => QueryImage.Error is null && HitImage.Error is null;
}

/// <summary>All pairs to judge, by method, in the order of the input; and their pictures.</summary>
internal sealed class JudgePlan
{
    private JudgePlan(IReadOnlyList<(string Method, IReadOnlyList<JudgePair> Pairs)> methods, IReadOnlyList<JudgeImage> images) => (Methods, Images) = (methods, images);

    public IReadOnlyList<(string Method, IReadOnlyList<JudgePair> Pairs)> Methods { get; }

    /// <summary>Each picture once, in the order in which they first occur.</summary>
    public IReadOnlyList<JudgeImage> Images { get; }

    /// <summary>Each question once, in the order in which they first occur.</summary>
    public IEnumerable<(JudgeUnit Unit, JudgePair Pair)> Questions => Methods
        .SelectMany(method => method.Pairs)
        .SelectMany(pair => pair.Units.Select(unit => (unit, pair)))
        .DistinctBy(question => question.unit);

    /// <summary>Reads the retrieved images and the hashes of their files.</summary>
    /// <exception cref="DatasetFormatException">The file is not of the published format.</exception>
    /// <exception cref="ArgumentException">A method asked for is not in the file; the message lists those that are.</exception>
    public static JudgePlan Read(string path, JudgeOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, IReadOnlyList<RetrievedQuery>> retrieved = RetrievedImages.Read(path);
        if (options.Methods?.FirstOrDefault(name => !retrieved.ContainsKey(name)) is { } unknown)
        {
            throw new ArgumentException($"{path} has no method '{unknown}'. It has {string.Join(", ", retrieved.Keys)}.");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var images = new OrderedDictionary<string, JudgeImage>(StringComparer.Ordinal);
        var methods = new List<(string, IReadOnlyList<JudgePair>)>();
        foreach ((string method, IReadOnlyList<RetrievedQuery> queries) in retrieved.Where(entry => options.Methods?.Contains(entry.Key) != false))
        {
            methods.Add((method, [.. queries.Take(options.Limit ?? int.MaxValue).SelectMany(query => Pairs(query))]));
        }

        Parallel.ForEach(images.Values, new ParallelOptions { CancellationToken = cancellationToken }, image => image.Identify());
        return new JudgePlan(methods, [.. images.Values]);

        IEnumerable<JudgePair> Pairs(RetrievedQuery query) => query.TopKImagePaths.Take(options.TopK)
            .Select((hit, index) => new JudgePair(query, index + 1, Image(query.QueryImagePath), Image(hit), options.Repeats));

        JudgeImage Image(string name)
        {
            if (!images.TryGetValue(name, out JudgeImage? image))
            {
                images.Add(name, image = new JudgeImage(name, Path.Combine(folder, name), options.MaxSide));
            }

            return image;
        }
    }
}
