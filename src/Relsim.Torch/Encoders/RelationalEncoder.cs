using Microsoft.Extensions.AI;
using Relsim.Imaging;

namespace Relsim.Torch.Encoders;

/// <summary>
/// A model that embeds images, and texts where it can, into a space in which what shares a logic lies close. Results do not depend on what else is in a batch.
/// Thread-safe: weights are only read, and calls may run at once.
/// </summary>
/// <remarks>
/// A model derives from this class by saying what it is and embedding one batch; preparing, batching, order and the interface of Microsoft.Extensions.AI are the same for all.
/// </remarks>
public abstract class RelationalEncoder : ImageEncoder, IEmbeddingGenerator<DataContent, Embedding<float>>
{
    /// <summary>An encoder of images that <paramref name="profile"/> prepares.</summary>
    protected RelationalEncoder(PreprocessingProfile profile)
        : base(profile)
    {
    }

    /// <summary>Numbers in a relational embedding.</summary>
    public abstract int RelationalDimension { get; }

    /// <summary>Numbers in an attribute embedding; 0 where the model has none, as most.</summary>
    public virtual int AttributeDimension => 0;

    /// <summary>Whether the model says how likely an image shows a relation at all; most do not.</summary>
    public virtual bool HasInterest => false;

    /// <summary>Whether <see cref="EmbedTexts"/> works.</summary>
    public bool CanEmbedTexts => TextRemedy is null;

    /// <summary>What to do so that texts can be embedded, as a whole sentence; null where they can be.</summary>
    protected abstract string? TextRemedy { get; }

    /// <summary>Decodes, prepares and embeds an image file.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read as an image; the message names it and says why.</exception>
    public RelationalEmbedding EmbedFile(string path) => Embed([Prepare(path)])[0];

    /// <summary>Embeds prepared images (see <see cref="ImageEncoder.Prepare"/>), in order.</summary>
    /// <exception cref="ArgumentException">An image has sides that the profile does not make.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is looked at before each batch.</exception>
    public IReadOnlyList<RelationalEmbedding> Embed(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken = default) =>
        EmbedInBatches(images, EmbedBatch, cancellationToken);

    /// <summary>Texts (anonymous captions, or any words) to unit vectors of the relational space, in order.</summary>
    /// <exception cref="NotSupportedException">The model embeds no texts (<see cref="CanEmbedTexts"/>); the message says what to do.</exception>
    public IReadOnlyList<float[]> EmbedTexts(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Count == 0 ? []
            : TextRemedy is { } remedy ? throw new NotSupportedException($"{ModelId} cannot embed texts as it was loaded. {remedy}")
            : EmbedTextBatch(texts);
    }

    /// <summary>
    /// Embeds image bytes (<see cref="DataContent"/> of any image media type) into the relational space, or into the space
    /// that <see cref="EmbeddingGenerationOptions.ModelId"/> names: "attribute", "relational", or the model's id for the latter.
    /// </summary>
    /// <exception cref="ArgumentException">ModelId names none of these, or a space that the model does not have.</exception>
    /// <exception cref="ImageDecodeException">A content cannot be read as an image.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<DataContent> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        EmbeddingSpace space = SpaceOf(options?.ModelId);
        return Task.Run(
            () =>
            {
                IEnumerable<Embedding<float>> embeddings = Embed(Decode(values, cancellationToken), cancellationToken)
                    .Select(e => new Embedding<float>(space == EmbeddingSpace.Relational ? e.Relational : e.Attribute) { ModelId = ModelId });
                return new GeneratedEmbeddings<Embedding<float>>(embeddings);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
        {
            return null;
        }

        return serviceType == typeof(EmbeddingGeneratorMetadata)
            ? new EmbeddingGeneratorMetadata("relsim", defaultModelId: ModelId, defaultModelDimensions: RelationalDimension)
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Numbers of an embedding in a space.</summary>
    /// <exception cref="ArgumentException">The model does not have that space.</exception>
    public int Dimension(EmbeddingSpace space) => space == EmbeddingSpace.Relational ? RelationalDimension
        : AttributeDimension > 0 ? AttributeDimension
        : throw new ArgumentException($"{ModelId} has no attribute space: ask for the relational one, or use a model that has both, such as the one that ships with the program.");

    /// <summary>Embeds one batch of images that the profile prepared: one embedding an image, in order, and of the dimensions that the properties say.</summary>
    /// <param name="images">At least one image; together within <see cref="PipelineShape.BatchTokens"/>, or one that is beyond it.</param>
    /// <param name="cancellationToken">To be looked at where a batch takes long.</param>
    protected abstract IReadOnlyList<RelationalEmbedding> EmbedBatch(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken);

    /// <summary>Embeds one text or more; called only where <see cref="TextRemedy"/> is null.</summary>
    protected abstract IReadOnlyList<float[]> EmbedTextBatch(IReadOnlyList<string> texts);

    private EmbeddingSpace SpaceOf(string? modelId)
    {
        EmbeddingSpace space = modelId?.ToUpperInvariant() switch
        {
            null or "RELATIONAL" => EmbeddingSpace.Relational,
            "ATTRIBUTE" => EmbeddingSpace.Attribute,
            _ when modelId == ModelId => EmbeddingSpace.Relational,
            _ => throw new ArgumentException($"There is no model '{modelId}'. Known: relational, attribute, {ModelId}.", nameof(modelId)),
        };
        _ = Dimension(space);
        return space;
    }
}
