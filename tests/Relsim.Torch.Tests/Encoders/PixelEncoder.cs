using System.Collections.Concurrent;
using Relsim.Imaging;
using Relsim.Torch.Encoders;

namespace Relsim.Torch.Tests.Encoders;

/// <summary>
/// A model of images of their own size, with neither looks, interest nor texts, as the paper's is: what it says of an image follows from its pixels alone, so that a mixed-up
/// image shows. It keeps what was asked of it.
/// </summary>
internal sealed class PixelEncoder(PreprocessingProfile? profile = null) : RelationalEncoder(profile ?? PreprocessingProfiles.RelsimNative)
{
    private int embedding;
    private int counted;

    public const string Remedy = "Put a text model beside it.";

    public override string ModelId => "pixels-1";

    public override string Fingerprint => $"pixels-1-{Profile.Fingerprint}";

    public override int RelationalDimension => 5;

    public override PipelineShape Shape { get; } = new() { SideBySide = false, BatchTokens = 20, ImagesPerCommit = 3, DecodeThreads = 2 };

    protected override string? TextRemedy => Remedy;

    /// <summary>Tokens of the images of each batch, in the order of embedding.</summary>
    public ConcurrentQueue<int[]> Batches { get; } = new();

    /// <summary>Images whose tokens were counted so far.</summary>
    public int Counted => Volatile.Read(ref counted);

    /// <summary>Whether two batches ever ran at once.</summary>
    public bool WasSharedOut { get; private set; }

    /// <summary>Called before each batch.</summary>
    public Action? BeforeBatch { get; init; }

    public override int CountTokens(RgbImage image)
    {
        Interlocked.Increment(ref counted);
        return Tokens(image);
    }

    public static RelationalEmbedding Expected(RgbImage image)
    {
        float[] sums = [image.Width, image.Height, .. Enumerable.Range(0, 3).Select(c => image.Pixels.Where((_, i) => i % 3 == c).Sum(b => (float)b) / 10_000)];
        float norm = MathF.Sqrt(sums.Sum(x => x * x));
        return new RelationalEmbedding([.. sums.Select(x => x / norm)], [], null);
    }

    protected override IReadOnlyList<RelationalEmbedding> EmbedBatch(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken)
    {
        WasSharedOut |= Interlocked.Increment(ref embedding) > 1;
        BeforeBatch?.Invoke();
        Batches.Enqueue([.. images.Select(Tokens)]);
        RelationalEmbedding[] embeddings = [.. images.Select(Expected)];
        Interlocked.Decrement(ref embedding);
        return embeddings;
    }

    protected override IReadOnlyList<float[]> EmbedTextBatch(IReadOnlyList<string> texts) => throw new InvalidOperationException("It has no text model.");

    protected override void Dispose(bool disposing)
    {
    }

    private static int Tokens(RgbImage image) => image.Width * image.Height / (28 * 28);
}
