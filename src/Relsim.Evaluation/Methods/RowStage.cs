using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Methods;

/// <summary>Brings the rows of pictures into the cache, and from there into memory.</summary>
internal static class RowStage
{
    /// <summary>
    /// Describes what the cache does not hold, each content once. Portions are cut from the list of what is missing, so that a run that was stopped goes on with the very
    /// portions that it would have come to: a model whose sums round by the batch gives the same rows.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; whole portions are kept.</exception>
    public static async Task FillAsync(
        RowSource source, IReadOnlyList<PoolImage> images, RowCache cache, Action<int, int>? progress, CancellationToken cancellationToken)
    {
        IReadOnlySet<string> known = cache.Known(source.Fingerprint);
        PoolImage[] distinct = [.. images.DistinctBy(image => image.Sha256)];
        PoolImage[] missing = [.. distinct.Where(image => !known.Contains(image.Sha256))];
        int done = distinct.Length - missing.Length;
        foreach (PoolImage[] portion in missing.Chunk(source.ImagesPerCommit))
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<ImageRow> rows = await source.DescribeAsync(portion, cancellationToken).ConfigureAwait(false);
            cache.AddRows(source.Fingerprint, portion.Zip(rows, (image, row) => (image.Sha256, row)));
            progress?.Invoke(done += portion.Length, distinct.Length);
        }
    }

    /// <summary>The rows of pictures, in order, from a cache that holds them all.</summary>
    /// <param name="source">What made them.</param>
    /// <param name="images">The pictures.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="columns">The part of each row that is wanted.</param>
    /// <param name="missing">What stands in for every number of a picture that has no row.</param>
    /// <param name="dimensions">Numbers in a row where no picture has one.</param>
    /// <exception cref="InvalidDataException">Rows differ in length: the source does not keep to its fingerprint.</exception>
    public static LoadedRows Load(RowSource source, IReadOnlyList<PoolImage> images, RowCache cache, Range columns, float missing, int dimensions = 1)
    {
        ILookup<string, int> places = Enumerable.Range(0, images.Count).ToLookup(i => images[i].Sha256, StringComparer.Ordinal);
        var faults = new List<(int Image, string Reason)>();
        RowMatrix? matrix = null;
        foreach ((string sha256, ImageRow row) in cache.Rows(source.Fingerprint))
        {
            foreach (int place in places[sha256])
            {
                if (row.Values is null)
                {
                    faults.Add((place, row.Error!));
                    continue;
                }

                matrix ??= new RowMatrix(source.Fingerprint, images.Count, row.Values.Length, columns);
                matrix.Set(place, row.Values);
            }
        }

        matrix ??= new RowMatrix(source.Fingerprint, images.Count, dimensions, ..);
        foreach ((int place, _) in faults)
        {
            matrix.Fill(place, missing);
        }

        return new LoadedRows(matrix.Values, matrix.Dimensions, [.. faults.OrderBy(fault => fault.Image)]);
    }

    private sealed class RowMatrix
    {
        private readonly string _fingerprint;
        private readonly int _whole, _offset;

        public RowMatrix(string fingerprint, int count, int whole, Range columns)
        {
            (_fingerprint, _whole) = (fingerprint, whole);
            (_offset, Dimensions) = columns.GetOffsetAndLength(whole);
            Values = (long)count * Dimensions <= Array.MaxLength
                ? new float[count * Dimensions]
                : throw new InvalidDataException($"{count} rows of {Dimensions} numbers by {fingerprint} do not fit into one array. Take a smaller pool.");
        }

        public float[] Values { get; }

        public int Dimensions { get; }

        public void Set(int place, float[] row)
        {
            if (row.Length != _whole)
            {
                throw new InvalidDataException($"{_fingerprint} gave rows of {_whole} and of {row.Length} numbers. Remove the cache, and tell who makes the model.");
            }

            row.AsSpan(_offset, Dimensions).CopyTo(Values.AsSpan(place * Dimensions));
        }

        public void Fill(int place, float value) => Values.AsSpan(place * Dimensions, Dimensions).Fill(value);
    }
}

/// <summary>Rows in memory.</summary>
/// <param name="Values">[N, D], row-major.</param>
/// <param name="Dimensions">D.</param>
/// <param name="Faults">The pictures without a row, ascending, and why.</param>
internal sealed record LoadedRows(float[] Values, int Dimensions, IReadOnlyList<(int Image, string Reason)> Faults)
{
    /// <summary>The rows as unit vectors.</summary>
    public UnitVectors ToVectors() => new(Values, Dimensions);
}

/// <summary>One source in memory at a time: the next one is opened when the last one has been freed, unless it is the same.</summary>
internal sealed class OpenSource(RowContext context) : IDisposable
{
    private RowModel? _model;
    private RowSource? _source;

    public RowSource Open(RowModel model)
    {
        if (_source is null || _model!.Key != model.Key)
        {
            Dispose();
            _source = model.Open(context);
            _model = model;
        }

        return _source;
    }

    public void Dispose()
    {
        _source?.Dispose();
        _source = null;
    }
}
