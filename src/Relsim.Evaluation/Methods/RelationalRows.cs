using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Methods;

/// <summary>Embeddings by a relational encoder: its relational vector and, where it has one, its attribute vector after that.</summary>
internal sealed class RelationalRows(RelationalEncoder encoder) : RowSource
{
    // Enough that a commit costs little beside it; a big model takes seconds a picture and commits more often.
    private const int SideBySidePerCommit = 256;
    private const int BatchesPerCommit = 4;

    private readonly EmbeddingPipeline _pipeline = new(encoder);

    public override string Fingerprint => encoder.Fingerprint;

    public override int ImagesPerCommit => encoder.Shape.SideBySide ? SideBySidePerCommit : Math.Max(encoder.Shape.ImagesPerCommit, BatchesPerCommit);

    /// <summary>The columns of the relational vector.</summary>
    public Range Relational => ..encoder.RelationalDimension;

    /// <summary>The columns of the attribute vector.</summary>
    /// <exception cref="ArgumentException">The model has none.</exception>
    public Range Attribute
    {
        get
        {
            _ = encoder.Dimension(EmbeddingSpace.Attribute);
            return encoder.RelationalDimension..;
        }
    }

    public override async Task<IReadOnlyList<ImageRow>> DescribeAsync(IReadOnlyList<PoolImage> images, CancellationToken cancellationToken)
    {
        var rows = new List<ImageRow>(images.Count);
        await foreach (EmbeddedImage image in _pipeline.EmbedAsync([.. images.Select(image => image.Path)], cancellationToken).ConfigureAwait(false))
        {
            rows.Add(image.Succeeded ? new ImageRow([.. image.Embedding.Relational, .. image.Embedding.Attribute]) : new ImageRow(null, image.Error));
        }

        return rows;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            encoder.Dispose();
        }

        base.Dispose(disposing);
    }
}
