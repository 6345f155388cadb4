using Microsoft.Extensions.AI;
using Relsim.Imaging;

namespace Relsim.Torch.Encoders;

/// <summary>
/// A model whose embeddings of images lie close where the images look alike (colour, texture, object class): what relational similarity is compared with.
/// Results do not depend on what else is in a batch. Thread-safe: weights are only read, and calls may run at once.
/// </summary>
public abstract class AttributeEncoder : ImageEncoder, IEmbeddingGenerator<DataContent, Embedding<float>>
{
    /// <summary>An encoder of images that <paramref name="profile"/> prepares.</summary>
    protected AttributeEncoder(PreprocessingProfile profile)
        : base(profile)
    {
    }

    /// <summary>Numbers in an embedding.</summary>
    public abstract int Dimension { get; }

    /// <summary>Embeds prepared images (see <see cref="ImageEncoder.Prepare"/>) to unit vectors, in order; the score of two is their dot product, in [-1, 1].</summary>
    /// <exception cref="ArgumentException">An image has sides that the profile does not make.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is looked at before each batch.</exception>
    public IReadOnlyList<float[]> Embed(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken = default) =>
        EmbedInBatches(images, EmbedBatch, cancellationToken);

    /// <summary>Embeds image bytes (<see cref="DataContent"/> of any image media type).</summary>
    /// <exception cref="ImageDecodeException">A content cannot be read as an image.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<DataContent> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Task.Run(
            () => new GeneratedEmbeddings<Embedding<float>>(
                Embed(Decode(values, cancellationToken), cancellationToken).Select(vector => new Embedding<float>(vector) { ModelId = ModelId })),
            cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("relsim", defaultModelId: ModelId, defaultModelDimensions: Dimension)
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Embeds one batch of images that the profile prepared: one unit vector an image, in order.</summary>
    /// <param name="images">At least one image; together within <see cref="PipelineShape.BatchTokens"/>, or one that is beyond it.</param>
    /// <param name="cancellationToken">To be looked at where a batch takes long.</param>
    protected abstract IReadOnlyList<float[]> EmbedBatch(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken);
}
