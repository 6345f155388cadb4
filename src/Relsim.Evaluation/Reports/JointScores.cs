using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Datasets;
using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Retrieval;
using Relsim.Imaging;

namespace Relsim.Evaluation.Reports;

/// <summary>
/// One query against a pool by two methods, a relational and an attribute one: the content of <c>joint.json</c>, of which the joint map is drawn.
/// </summary>
public sealed record JointScores
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "joint.json";

    // Letters of all scripts as they are: the file is read by people too.
    private static readonly JointScoresJson Readable = new(new JsonSerializerOptions(JointScoresJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Identifier of the query.</summary>
    public required string QueryId { get; init; }

    /// <summary>Its file, absolute or relative to the folder of this one.</summary>
    public required string QueryPath { get; init; }

    /// <summary>The method of the vertical axis.</summary>
    public required string RelationalMethod { get; init; }

    /// <summary>The method of the horizontal axis.</summary>
    public required string AttributeMethod { get; init; }

    /// <summary>Pictures that the query was compared with; <see cref="Images"/> may be a sample of them.</summary>
    public required int PoolSize { get; init; }

    /// <summary>The pictures, without the query and without those of the same bytes.</summary>
    public required IReadOnlyList<JointScore> Images { get; init; }

    /// <summary>Scores a query against the pool by both methods.</summary>
    /// <param name="relational">The relational method.</param>
    /// <param name="attribute">The attribute method, on the same pool and queries.</param>
    /// <param name="pool">The pictures, in the methods' order.</param>
    /// <param name="queries">All queries of the methods, as numbers of pictures.</param>
    /// <param name="query">Which of the queries.</param>
    /// <param name="options">How many pictures are kept.</param>
    /// <exception cref="ArgumentException">The methods are of pools of different sizes.</exception>
    public static JointScores Of(
        RankedMethod relational, RankedMethod attribute, IReadOnlyList<PoolImage> pool, IReadOnlyList<int> queries, int query, JointScoresOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(relational);
        ArgumentNullException.ThrowIfNull(attribute);
        if (relational.PoolSize != pool.Count || attribute.PoolSize != pool.Count)
        {
            throw new ArgumentException($"The pool has {pool.Count} pictures; {relational.Name} has {relational.PoolSize} and {attribute.Name} {attribute.PoolSize}.", nameof(pool));
        }

        options ??= new JointScoresOptions();
        options.Validate();
        float[] vertical = Scores(relational, queries, query), horizontal = Scores(attribute, queries, query);
        PoolImage asked = pool[queries[query]];
        int[] others = [.. Enumerable.Range(0, pool.Count).Where(i => pool[i].Sha256 != asked.Sha256)];
        HashSet<int> nearest = [.. Nearest(others, vertical, options.Neighbors), .. Nearest(others, horizontal, options.Neighbors)];
        int[] rest = [.. others.Where(i => !nearest.Contains(i))];
        new Random(options.Seed).Shuffle(rest);
        IEnumerable<int> kept = nearest.Concat(rest.Take(Math.Max(0, options.Images - nearest.Count))).Order();
        return new JointScores
        {
            QueryId = asked.Id,
            QueryPath = asked.Path,
            RelationalMethod = relational.Name,
            AttributeMethod = attribute.Name,
            PoolSize = others.Length,
            Images = [.. kept.Select(i => new JointScore(pool[i].Path, vertical[i], horizontal[i]))],
        };
    }

    /// <summary>Writes the file under a temporary name first.</summary>
    /// <exception cref="IOException">It cannot be written; an old file is kept.</exception>
    public void Write(string folder) =>
        AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, Readable.JointScores));

    /// <summary>Reads a folder's file; null where there is none.</summary>
    /// <exception cref="DatasetFormatException">The file is of another form, or a score is not finite.</exception>
    public static JointScores? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), Readable.JointScores)
                ?? throw new DatasetFormatException(path, "the file holds null.");
        }
        catch (JsonException e)
        {
            throw new DatasetFormatException(path, (int)(e.LineNumber ?? 0) + 1, $"these are no joint scores ({e.Message.Split(" Path:", 2)[0]}). Run the retrieval again.", e);
        }
    }

    /// <summary>What a map of the scores shows.</summary>
    /// <param name="query">The query's picture.</param>
    /// <param name="load">Gives a picture by its path; null where it cannot be read.</param>
    /// <param name="neighbors">How many of the nearest by each method are framed.</param>
    internal JointMapContent ToMap(RgbImage query, Func<string, RgbImage?> load, int neighbors = 5)
    {
        int[] all = [.. Enumerable.Range(0, Images.Count)];
        HashSet<int> relational = [.. Nearest(all, [.. Images.Select(image => image.Relational)], neighbors)];
        HashSet<int> attribute = [.. Nearest(all, [.. Images.Select(image => image.Attribute)], neighbors)];
        return new JointMapContent(query, [.. Images.Select((image, i) => new JointMapItem(
            () => load(image.Path),
            image.Attribute,
            image.Relational,
            relational.Contains(i) ? MapMark.RelationalNeighbor : attribute.Contains(i) ? MapMark.AttributeNeighbor : MapMark.None))]);
    }

    private static IEnumerable<int> Nearest(IReadOnlyList<int> among, IReadOnlyList<float> scores, int count) =>
        among.OrderByDescending(i => scores[i]).ThenBy(i => i).Take(count);

    private static float[] Scores(RankedMethod method, IReadOnlyList<int> queries, int query)
    {
        var block = new ScoreBlock(method.PoolSize);
        method.Score(queries, query, 1, block);
        return block.Scores(0).ToArray();
    }
}

/// <summary>A picture beside the query; higher is closer, so distances are negative.</summary>
/// <param name="Path">Its file, absolute or relative to the folder of the scores.</param>
/// <param name="Relational">Score by the relational method.</param>
/// <param name="Attribute">Score by the attribute method.</param>
public sealed record JointScore(string Path, float Relational, float Attribute);

/// <summary>Options of <see cref="JointScores.Of"/>.</summary>
public sealed record JointScoresOptions
{
    /// <summary>Pictures kept: the nearest by each method, and others by chance; 1 or more. Default 3000, as in the paper's map.</summary>
    public int Images { get; init; } = 3000;

    /// <summary>How many of the nearest by each method are kept in any case; 0 or more. Default 10.</summary>
    public int Neighbors { get; init; } = 10;

    /// <summary>Seed of the choice. Default 1.</summary>
    public int Seed { get; init; } = 1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Images);
        ArgumentOutOfRangeException.ThrowIfNegative(Neighbors);
    }
}

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JointScores))]
internal sealed partial class JointScoresJson : JsonSerializerContext;
