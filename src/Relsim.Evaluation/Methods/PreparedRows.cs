using Relsim.Imaging;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Methods;

/// <summary>A source whose model is shown prepared pictures: the next ones are decoded on all cores while it works on these.</summary>
internal abstract class PreparedRows(ImageEncoder encoder) : RowSource
{
    public override int ImagesPerCommit => 2 * 32;

    /// <summary>Pictures that are decoded together and shown to the model together.</summary>
    protected virtual int ImagesAtOnce => 32;

    public override async Task<IReadOnlyList<ImageRow>> DescribeAsync(IReadOnlyList<PoolImage> images, CancellationToken cancellationToken)
    {
        var rows = new List<ImageRow>(images.Count);
        PoolImage[][] chunks = [.. images.Chunk(ImagesAtOnce)];
        Task<Prepared[]> next = PrepareAsync(chunks[0], cancellationToken);
        for (int i = 0; i < chunks.Length; i++)
        {
            Prepared[] prepared = await next.ConfigureAwait(false);
            next = i + 1 < chunks.Length ? PrepareAsync(chunks[i + 1], cancellationToken) : next;
            var described = new Queue<float[]>(Describe([.. prepared.Select(image => image.Image).OfType<RgbImage>()], cancellationToken));
            rows.AddRange(prepared.Select(image => image.Image is null ? new ImageRow(null, image.Error) : new ImageRow(described.Dequeue())));
        }

        return rows;
    }

    /// <summary>One row a picture, in order; there may be none.</summary>
    protected abstract IReadOnlyList<float[]> Describe(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            encoder.Dispose();
        }

        base.Dispose(disposing);
    }

    private Task<Prepared[]> PrepareAsync(PoolImage[] images, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var prepared = new Prepared[images.Length];
            var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.For(0, images.Length, parallel, i => prepared[i] = Prepare(images[i].Path));
            return prepared;
        },
        cancellationToken);

    private Prepared Prepare(string path)
    {
        try
        {
            return new Prepared(encoder.Prepare(path), null);
        }
        catch (ImageDecodeException e)
        {
            return new Prepared(null, e.Reason);
        }
    }

    private readonly record struct Prepared(RgbImage? Image, string? Error);
}

/// <summary>Embeddings by an encoder of looks: CLIP, DINO, DINOv2, DreamSim.</summary>
internal sealed class AttributeRows(AttributeEncoder encoder) : PreparedRows(encoder)
{
    public override string Fingerprint => encoder.Fingerprint;

    protected override IReadOnlyList<float[]> Describe(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken) => encoder.Embed(images, cancellationToken);
}
