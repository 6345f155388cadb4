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

    /// <summary>As many captions of an encoded image (JPEG, PNG, ...) as the options ask for; <paramref name="name"/> stands for it in messages.</summary>
    /// <exception cref="ImageDecodeException">The bytes are of no known image format, or a local model cannot decode them.</exception>
    public Task<IReadOnlyList<AnonymousCaption>> CaptionAsync(
        ReadOnlyMemory<byte> image, string name, CancellationToken cancellationToken = default) =>
        _sampler.SampleAsync([(image, name)], cancellationToken);
}
