using Microsoft.Extensions.AI;
using Relsim.Datasets;
using Relsim.Imaging;

namespace Relsim.Torch.Captioning;

/// <summary>
/// Asks a vision model for the anonymous caption of one picture ("The transformation of {Subject} over time"). The model is any chat client:
/// a local one, whose samples share the work on the picture, or a service. As thread-safe as the client.
/// </summary>
/// <param name="client">The model; not disposed.</param>
/// <param name="options">How captions are sampled.</param>
/// <param name="check">Tells whether a caption is anonymous; null takes the nouns that ship with the program.</param>
public sealed class AnonymousCaptioner(IChatClient client, CaptionOptions? options = null, AnonymityCheck? check = null)
{
    private readonly CaptionSampler _sampler = new(client, options, CaptionPrompt.SingleImage, check);

    /// <summary>Pictures that are best captioned at once; 1 where the model is a service.</summary>
    public int BatchSize => _sampler.BatchSize;

    /// <summary>As many captions of an image as the options ask for.</summary>
    /// <exception cref="ImageDecodeException">The bytes are of no known image format, or a local model cannot decode them.</exception>
    public async Task<IReadOnlyList<AnonymousCaption>> CaptionAsync(EncodedImage image, CancellationToken cancellationToken = default) =>
        (await CaptionAsync([image], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>As many captions of each image as the options ask for, in order; they do not depend on what else is asked about.</summary>
    /// <exception cref="ImageDecodeException">The bytes of one are of no known image format, or a local model cannot decode them.</exception>
    public Task<IReadOnlyList<IReadOnlyList<AnonymousCaption>>> CaptionAsync(
        IReadOnlyList<EncodedImage> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return _sampler.SampleAsync([.. images.Select(image => new[] { image })], cancellationToken);
    }
}
