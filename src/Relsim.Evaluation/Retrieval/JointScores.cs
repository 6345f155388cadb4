using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Datasets;
using Relsim.Evaluation.Methods;

namespace Relsim.Evaluation.Retrieval;

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

    /// <summary>Keeps, of two methods' scores of a query against the whole pool, what a map needs.</summary>
    /// <param name="pool">The pictures, in the order of the scores.</param>
    /// <param name="query">The query's number among them.</param>
    /// <param name="relational">The relational method's name and scores, higher is closer.</param>
    /// <param name="attribute">The attribute method's name and scores, higher is closer.</param>
    /// <param name="options">How many pictures are kept.</param>
    /// <exception cref="ArgumentException">There are other than one score a picture.</exception>
    public static JointScores Of(
        IReadOnlyList<PoolImage> pool, int query, (string Name, float[] Scores) relational, (string Name, float[] Scores) attribute, JointScoresOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (relational.Scores.Length != pool.Count || attribute.Scores.Length != pool.Count)
        {
            throw new ArgumentException(
                $"The pool has {pool.Count} pictures; {relational.Name} scores {relational.Scores.Length} and {attribute.Name} {attribute.Scores.Length}.", nameof(pool));
        }

        options ??= new JointScoresOptions();
        options.Validate();
        PoolImage asked = pool[query];
        int[] others = [.. Enumerable.Range(0, pool.Count).Where(i => pool[i].Sha256 != asked.Sha256)];
        HashSet<int> nearest = [.. Nearest(others, relational.Scores, options.Neighbors), .. Nearest(others, attribute.Scores, options.Neighbors)];
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
            Images = [.. kept.Select(i => new JointScore(pool[i].Path, relational.Scores[i], attribute.Scores[i]))],
        };
    }

    /// <summary>Writes the file, its paths relative to the folder, under a temporary name first.</summary>
    /// <exception cref="IOException">It cannot be written; an old file is kept.</exception>
    public void Write(string folder)
    {
        string Relative(string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
        JointScores relative = this with { QueryPath = Relative(QueryPath), Images = [.. Images.Select(image => image with { Path = Relative(image.Path) })] };
        AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, relative, Readable.JointScores));
    }

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

    /// <summary>The numbers of the highest scores among those given, highest first; equal ones in their order.</summary>
    internal static IEnumerable<int> Nearest(IReadOnlyList<int> among, IReadOnlyList<float> scores, int count) =>
        among.OrderByDescending(i => scores[i]).ThenBy(i => i).Take(count);
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
