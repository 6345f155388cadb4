using Microsoft.Extensions.AI;
using Relsim.Imaging;

namespace Relsim.Torch.Encoders;

/// <summary>
/// What all encoders of images share: one profile prepares the images, batches keep within a budget, and results do not depend on what else is in a batch.
/// Thread-safe: weights are only read, and calls may run at once.
/// </summary>
public abstract class ImageEncoder : IDisposable
{
    private readonly ImagePreprocessor _preprocessor;

    /// <summary>An encoder of images that <paramref name="profile"/> prepares.</summary>
    private protected ImageEncoder(PreprocessingProfile profile) => _preprocessor = new ImagePreprocessor(profile);

    /// <summary>Name and version of the model, such as "relsim-mini-1".</summary>
    public abstract string ModelId { get; }

    /// <summary>How images are prepared.</summary>
    public PreprocessingProfile Profile => _preprocessor.Profile;

    /// <summary>Model id, weights, number type and profile in one word: embeddings are comparable only where this is equal.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>How a pipeline drives the model.</summary>
    public abstract PipelineShape Shape { get; }

    /// <summary>What an image adds to a batch, at least 1; a model of one image size counts images.</summary>
    /// <param name="image">An image that the profile prepared.</param>
    public virtual int CountTokens(RgbImage image) => 1;

    /// <summary>Decodes and prepares an image file as the model wants it.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read as an image; the message names it and says why.</exception>
    public RgbImage Prepare(string path) => _preprocessor.Load(path);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the weights.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Checks the images, hands them to <paramref name="embedBatch"/> in batches within the budget, and gives the results in the images' order.</summary>
    private protected T[] EmbedInBatches<T>(
        IReadOnlyList<RgbImage> images, Func<IReadOnlyList<RgbImage>, CancellationToken, IReadOnlyList<T>> embedBatch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        for (int i = 0; i < images.Count; i++)
        {
            Check(images[i], i);
        }

        var embeddings = new T[images.Count];
        foreach (int[] batch in TokenBatches.Group([.. images.Select(CountTokens)], Shape.BatchTokens))
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<T> results = embedBatch([.. batch.Select(i => images[i])], cancellationToken);
            for (int i = 0; i < batch.Length; i++)
            {
                embeddings[batch[i]] = results[i];
            }
        }

        return embeddings;
    }

    /// <summary>Decodes and prepares image bytes.</summary>
    private protected IReadOnlyList<RgbImage> Decode(IEnumerable<DataContent> values, CancellationToken cancellationToken)
    {
        var images = new List<RgbImage>();
        foreach (DataContent content in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            images.Add(_preprocessor.Decode(content.Data, content.Name ?? $"image {images.Count}"));
        }

        return images;
    }

    private void Check(RgbImage image, int index)
    {
        if (Profile.IsSquare && (image.Width != Profile.Size || image.Height != Profile.Size))
        {
            throw new ArgumentException(
                $"Image {index} is {image.Width}x{image.Height}; the model takes {Profile.Size}x{Profile.Size}. Prepare it with the profile {Profile.Name}.", nameof(image));
        }

        if (!Profile.IsSquare && (image.Width % Profile.Multiple != 0 || image.Height % Profile.Multiple != 0))
        {
            throw new ArgumentException(
                $"Image {index} is {image.Width}x{image.Height}; the model takes sides in multiples of {Profile.Multiple}. Prepare it with the profile {Profile.Name}.", nameof(image));
        }
    }
}
