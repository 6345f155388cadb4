using Microsoft.Extensions.AI;
using Relsim.Datasets;
using Relsim.Imaging;

namespace Relsim.Torch.Captioning;

/// <summary>Asks a vision model for the one anonymous caption that several pictures share. As thread-safe as the client.</summary>
/// <param name="client">The model; not disposed.</param>
/// <param name="options">How captions are sampled.</param>
/// <param name="check">Tells whether a caption is anonymous; null takes the nouns that ship with the program.</param>
public sealed class GroupCaptioner(IChatClient client, CaptionOptions? options = null, AnonymityCheck? check = null)
{
    private readonly CaptionSampler _sampler = new(client, options, CaptionPrompt.ImageGroup, check);

    /// <summary>As many captions of a group as the options ask for.</summary>
    /// <exception cref="ArgumentException">There are fewer than two images.</exception>
    /// <exception cref="ImageDecodeException">The bytes of one are of no known image format, or a local model cannot decode them.</exception>
    public async Task<IReadOnlyList<AnonymousCaption>> CaptionAsync(IReadOnlyList<EncodedImage> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.Count >= 2
            ? (await _sampler.SampleAsync([images], cancellationToken).ConfigureAwait(false))[0]
            : throw new ArgumentException("A group caption needs at least two pictures.", nameof(images));
    }
}
