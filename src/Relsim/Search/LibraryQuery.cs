namespace Relsim.Search;

/// <summary>A picture used as a query.</summary>
/// <param name="Relational">Its relational embedding.</param>
/// <param name="Attribute">Its attribute embedding; empty where the model has none.</param>
/// <param name="Sha256">SHA-256 of its file in hexadecimal, or null; pictures of the same bytes are then not returned.</param>
public sealed record QueryImage(float[] Relational, float[] Attribute, string? Sha256 = null);

/// <summary>
/// What to look for: pictures (their mean), plus texts, minus texts, each an L2-normalised embedding of the relational space; the sum is L2-normalised.
/// Texts say nothing about looks, so the attribute part comes from the pictures alone.
/// </summary>
public sealed record LibraryQuery
{
    /// <summary>Pictures, averaged.</summary>
    public IReadOnlyList<QueryImage> Images { get; init; } = [];

    /// <summary>Relational embeddings of texts to add.</summary>
    public IReadOnlyList<float[]> Texts { get; init; } = [];

    /// <summary>Relational embeddings of texts to subtract.</summary>
    public IReadOnlyList<float[]> WithoutTexts { get; init; } = [];

    /// <summary>The relational direction, L2-normalised.</summary>
    /// <exception cref="ArgumentException">There is nothing to look for, the parts cancel out, or a part has another dimension.</exception>
    internal float[] Relational(int dimension)
    {
        double[] sum = new double[dimension];
        foreach (QueryImage image in Images)
        {
            Accumulate(sum, image.Relational, 1.0 / Images.Count);
        }

        foreach (float[] text in Texts)
        {
            Accumulate(sum, text, 1);
        }

        foreach (float[] text in WithoutTexts)
        {
            Accumulate(sum, text, -1);
        }

        return Normalized(sum, "relational");
    }

    /// <summary>The attribute direction, L2-normalised, or null when no picture has one.</summary>
    /// <exception cref="ArgumentException">The parts cancel out or a part has another dimension.</exception>
    internal float[]? Attribute(int dimension)
    {
        if (Images.Count == 0 || dimension == 0)
        {
            return null;
        }

        double[] sum = new double[dimension];
        foreach (QueryImage image in Images)
        {
            Accumulate(sum, image.Attribute, 1.0 / Images.Count);
        }

        return Normalized(sum, "attribute");
    }

    private static void Accumulate(double[] sum, float[] part, double weight)
    {
        if (part.Length != sum.Length)
        {
            throw new ArgumentException($"The library holds embeddings of {sum.Length} numbers, a part of the query has {part.Length}.");
        }

        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += weight * part[i];
        }
    }

    private static float[] Normalized(double[] sum, string space)
    {
        double norm = Math.Sqrt(sum.Sum(value => value * value));
        return norm > 1e-6
            ? Array.ConvertAll(sum, value => (float)(value / norm))
            : throw new ArgumentException($"The {space} query has no direction: it names nothing, or its parts cancel out. Add a picture or a text.");
    }
}

/// <summary>Which pictures of a library may be returned; every condition that is set must hold.</summary>
public sealed record LibraryFilter
{
    /// <summary>Pattern of the path: <c>*</c> within a folder's name, <c>**</c> across folders, <c>?</c> one character; a folder takes all below it.</summary>
    public string? PathPattern { get; init; }

    /// <summary>Not changed before.</summary>
    public DateTimeOffset? ModifiedFrom { get; init; }

    /// <summary>Not changed after.</summary>
    public DateTimeOffset? ModifiedTo { get; init; }

    /// <summary>Least number of pixels on the shorter side.</summary>
    public int MinimumSide { get; init; }

    /// <summary>Least probability that the picture holds a relation, in [0, 1].</summary>
    public float MinimumInterest { get; init; }

    /// <summary>Joint scores below are not returned.</summary>
    public float? MinimumScore { get; init; }
}

/// <summary>How a library is searched.</summary>
public sealed record LibrarySearchOptions
{
    /// <summary>Hits to return, at least 1. Default 10.</summary>
    public int TopK { get; init; } = 10;

    /// <summary>Best hits to leave out, at least 0: the page before. A shortfall counts them as asked for. Default 0.</summary>
    public int Skip { get; init; }

    /// <summary>Weight of the relational cosine; may be negative. Default 1.</summary>
    public float RelationalWeight { get; init; } = 1;

    /// <summary>Weight of the attribute cosine; negative asks for unlike looks. Default 0.</summary>
    public float AttributeWeight { get; init; }

    /// <summary>Which pictures may be returned. Default: all.</summary>
    public LibraryFilter Filter { get; init; } = new();

    /// <summary>Where the reasons come from; null gives none.</summary>
    public CaptionBank? Captions { get; init; }

    /// <summary>Threads, at least 1. Default: the processors of the machine.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
