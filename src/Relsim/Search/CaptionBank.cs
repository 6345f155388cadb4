using Relsim.Datasets;

namespace Relsim.Search;

/// <summary>An anonymous caption and how well it fits.</summary>
/// <param name="Caption">The caption.</param>
/// <param name="Score">Cosine in [-1, 1].</param>
public readonly record struct CaptionMatch(string Caption, float Score);

/// <summary>An anonymous caption that tells two pictures apart.</summary>
/// <param name="Caption">The caption.</param>
/// <param name="First">Cosine with the picture that it describes, in [-1, 1].</param>
/// <param name="Second">Cosine with the other picture, in [-1, 1].</param>
public readonly record struct CaptionContrast(string Caption, float First, float Second);

/// <summary>
/// Anonymous captions with their embeddings in the relational space: the words for what two pictures share. Immutable and thread-safe.
/// <para>
/// The caption that a and b share most is the c that maximises min(cos(a, c), cos(b, c)): it must fit both. The sum would let a caption win that fits one picture
/// very well and the other not at all, which is what a reader would call wrong at a glance; the product changes sign for two bad fits.
/// </para>
/// </summary>
public sealed class CaptionBank
{
    private readonly string[] _captions;
    private readonly float[] _embeddings;

    /// <summary>Takes N captions and N x D numbers (copied and L2-normalised).</summary>
    /// <exception cref="ArgumentException">The lengths do not agree or a number is not finite.</exception>
    public CaptionBank(IReadOnlyList<string> captions, ReadOnlySpan<float> embeddings, int dimension)
    {
        ArgumentNullException.ThrowIfNull(captions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        if (embeddings.Length != (long)captions.Count * dimension || embeddings.ContainsAnyExceptInRange(-float.MaxValue, float.MaxValue))
        {
            throw new ArgumentException($"{captions.Count} captions of {dimension} finite numbers each were expected, got {embeddings.Length} numbers.", nameof(embeddings));
        }

        Dimension = dimension;
        _captions = captions.ToArray();
        _embeddings = new float[embeddings.Length];
        for (int at = 0; at < embeddings.Length; at += dimension)
        {
            DotProduct.Normalize(embeddings.Slice(at, dimension), _embeddings.AsSpan(at, dimension));
        }
    }

    /// <summary>Number of captions (N).</summary>
    public int Count => _captions.Length;

    /// <summary>Numbers in an embedding (D).</summary>
    public int Dimension { get; }

    /// <summary>Reads a bank from an npz whose captions are the bank's captions.</summary>
    /// <exception cref="DatasetFormatException">The file is not of the published layout.</exception>
    public static CaptionBank Load(string path)
    {
        EmbeddingTable table = NpzFile.Read(path);
        return new CaptionBank(table.Captions, table.Embeddings, table.Dimension);
    }

    /// <summary>The caption that both relational embeddings share most, or null when the bank is empty. The score is the worse of the two fits.</summary>
    /// <exception cref="ArgumentException">An embedding has another dimension.</exception>
    public CaptionMatch? SharedCaption(ReadOnlySpan<float> first, ReadOnlySpan<float> second) =>
        SharedCaptions(first, second, 1) is [CaptionMatch best, ..] ? best : null;

    /// <summary>The <paramref name="count"/> captions that both share most, best first; equal scores in the order of the bank.</summary>
    /// <exception cref="ArgumentException">An embedding has another dimension.</exception>
    public IReadOnlyList<CaptionMatch> SharedCaptions(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int count) =>
        SharedCaptions(Fits(first), second, count);

    /// <summary>The <paramref name="count"/> captions that fit one relational embedding best.</summary>
    /// <exception cref="ArgumentException">The embedding has another dimension.</exception>
    public IReadOnlyList<CaptionMatch> BestCaptions(ReadOnlySpan<float> embedding, int count) => Top(Fits(embedding), count);

    /// <summary>
    /// The <paramref name="count"/> captions that describe the first and not the second, best first: those that maximise min(cos(a, c), cos(a, c) - cos(b, c)),
    /// for a caption that fits neither says nothing of the difference, however far the two cosines lie apart.
    /// </summary>
    /// <exception cref="ArgumentException">An embedding has another dimension.</exception>
    public IReadOnlyList<CaptionContrast> DistinctCaptions(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int count)
    {
        float[] firstFits = Fits(first);
        float[] secondFits = Fits(second);
        float[] contrasts = firstFits.Zip(secondFits, (a, b) => Math.Min(a, a - b)).ToArray();
        return Array.ConvertAll(TopIndices(contrasts, count), item => new CaptionContrast(_captions[item.Id], firstFits[item.Id], secondFits[item.Id]));
    }

    /// <summary>The cosine of an embedding with every caption: computed once for a query, used for all its hits.</summary>
    internal float[] Fits(ReadOnlySpan<float> embedding)
    {
        if (embedding.Length != Dimension)
        {
            throw new ArgumentException($"The captions have {Dimension} numbers each, the embedding has {embedding.Length}.", nameof(embedding));
        }

        float[] normalized = new float[Dimension];
        DotProduct.Normalize(embedding, normalized);
        float[] fits = new float[Count];
        for (int i = 0; i < fits.Length; i++)
        {
            fits[i] = DotProduct.Compute(normalized, _embeddings.AsSpan(i * Dimension, Dimension));
        }

        return fits;
    }

    internal IReadOnlyList<CaptionMatch> SharedCaptions(float[] firstFits, ReadOnlySpan<float> second, int count)
    {
        float[] fits = Fits(second);
        for (int i = 0; i < fits.Length; i++)
        {
            fits[i] = Math.Min(fits[i], firstFits[i]);
        }

        return Top(fits, count);
    }

    private CaptionMatch[] Top(float[] fits, int count) =>
        Array.ConvertAll(TopIndices(fits, count), item => new CaptionMatch(_captions[item.Id], item.Score));

    private Neighbor[] TopIndices(float[] fits, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (Count == 0)
        {
            return [];
        }

        NearestHeap best = new(Math.Min(count, Count));
        for (int i = 0; i < fits.Length; i++)
        {
            best.Push(new Neighbor(i, fits[i]));
        }

        return best.ToSorted();
    }
}
