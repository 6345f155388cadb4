using System.Security.Cryptography;
using System.Text;
using Relsim.Imaging;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Methods;

/// <summary>
/// Distances of a picture to every query by LPIPS, which has no embedding of one picture. The features of all queries stay in memory where they fit; else they are made
/// again, some queries at a time, for every portion of the pool.
/// </summary>
internal sealed class DistanceRows : PreparedRows
{
    private const int ImagesPerPortion = 1024;

    private readonly LpipsMetric _metric;
    private readonly IReadOnlyList<RgbImage> _queries;
    private readonly int _queriesAtOnce;
    private LpipsReferences? _references;

    public DistanceRows(LpipsMetric metric, IReadOnlyList<PoolImage> queries, long? memory = null)
        : base(metric)
    {
        _metric = metric;
        _queries = [.. queries.Select(query => metric.Prepare(query.Path))];
        string contents = string.Join('\n', queries.Select(query => query.Sha256));
        Fingerprint = $"{metric.Fingerprint}-queries-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(contents)))[..16]}";
        long room = memory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3;
        _queriesAtOnce = (int)Math.Clamp(room / metric.BytesPerReference, 1, queries.Count);
    }

    public override string Fingerprint { get; }

    public override int ImagesPerCommit => _queriesAtOnce == _queries.Count ? base.ImagesPerCommit : ImagesPerPortion;

    protected override int ImagesAtOnce => ImagesPerCommit == ImagesPerPortion ? ImagesPerPortion : base.ImagesAtOnce;

    protected override IReadOnlyList<float[]> Describe(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken)
    {
        if (_queriesAtOnce == _queries.Count)
        {
            _references ??= _metric.Describe(_queries, cancellationToken);
            return _metric.Distances(_references, images, cancellationToken);
        }

        float[][] rows = [.. images.Select(_ => new float[_queries.Count])];
        int first = 0;
        foreach (RgbImage[] block in _queries.Chunk(_queriesAtOnce))
        {
            using LpipsReferences references = _metric.Describe(block, cancellationToken);
            float[][] distances = _metric.Distances(references, images, cancellationToken);
            for (int i = 0; i < rows.Length; i++)
            {
                distances[i].CopyTo(rows[i], first);
            }

            first += block.Length;
        }

        return rows;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _references?.Dispose();
        }

        base.Dispose(disposing);
    }
}
