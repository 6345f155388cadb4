using Microsoft.Extensions.AI;
using Relsim.Evaluation.Descriptors;
using Relsim.Evaluation.Services;
using Relsim.Torch.Captioning;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Methods;

/// <summary>What writes captions: there, but not loaded.</summary>
/// <param name="Key">The model as the user named it.</param>
/// <param name="Open">Loads it; the fingerprint says model and weights (of a service: provider and model).</param>
public sealed record CaptionModel(string Key, Func<(IChatClient Client, string Fingerprint)> Open)
{
    /// <summary>A model of this machine by its folder, short name or id; or a service's (<see cref="ServiceSpec"/>), whose key must be in the environment.</summary>
    /// <exception cref="Torch.Weights.Hub.HubException">It has not been pulled; the message says how to.</exception>
    /// <exception cref="ServiceException">The name is of no known service, or a key or address is missing.</exception>
    public static CaptionModel Of(string model, EncoderOptions options)
    {
        if (!ModelLocation.IsService(model))
        {
            return Local(model, options);
        }

        var spec = ServiceSpec.Parse(model);
        ChatServices.Open(spec).Dispose();
        return new CaptionModel(spec.ToString(), () => (new BackoffChatClient(ChatServices.Open(spec)), spec.ToString()));
    }

    /// <summary>A Qwen2.5-VL model on this machine, by its folder, short name or id.</summary>
    /// <exception cref="Torch.Weights.Hub.HubException">It has not been pulled; the message says how to.</exception>
    public static CaptionModel Local(string model, EncoderOptions options)
    {
        ModelLocation.Require(model);
        return new CaptionModel(model, () =>
        {
            var client = Qwen25VLChatClient.Load(model, options);
            return (client, client.Fingerprint);
        });
    }
}

/// <summary>What embeds texts: there, but not loaded.</summary>
/// <param name="Key">The model as the user named it.</param>
/// <param name="Open">Loads it.</param>
public sealed record TextModel(string Key, Func<TextEncoder> Open)
{
    /// <summary>A model of this machine by its folder, short name or id; or a service's (<see cref="ServiceSpec"/>), whose key must be in the environment.</summary>
    /// <exception cref="Torch.Weights.Hub.HubException">It has not been pulled; the message says how to.</exception>
    /// <exception cref="ServiceException">The name is of no known service, or a key or address is missing.</exception>
    public static TextModel Of(string model)
    {
        if (!ModelLocation.IsService(model))
        {
            return MiniLm(model);
        }

        var spec = ServiceSpec.Parse(model);
        EmbeddingServices.Open(spec).Dispose();
        return new TextModel(spec.ToString(), () => TextEncoder.Of(spec.ToString(), EmbeddingServices.Open(spec)));
    }

    /// <summary>A sentence encoder of the MiniLM family, by its folder, short name or id.</summary>
    /// <exception cref="Torch.Weights.Hub.HubException">It has not been pulled; the message says how to.</exception>
    public static TextModel MiniLm(string model)
    {
        string folder = ModelLocation.Require(model);
        return new TextModel(model, () =>
        {
            var encoder = MiniLmEncoder.Load(folder);
            return new TextEncoder(encoder.Fingerprint, (texts, cancellation) => Task.Run(() => encoder.Embed(texts, cancellation), cancellation), encoder);
        });
    }

    /// <summary>The text side of CLIP, by its folder, short name or id.</summary>
    /// <exception cref="Torch.Weights.Hub.HubException">It has not been pulled; the message says how to.</exception>
    public static TextModel Clip(string model, EncoderOptions options)
    {
        string folder = ModelLocation.Require(model);
        return new TextModel($"clip:{model}", () =>
        {
            var encoder = ClipEncoder.Load(folder, options);
            return new TextEncoder($"{encoder.Fingerprint}-text", (texts, cancellation) => Task.Run(() => encoder.EmbedTexts(texts, cancellation), cancellation), encoder);
        });
    }
}

/// <summary>Texts to unit vectors.</summary>
/// <param name="fingerprint">Model and weights in one word.</param>
/// <param name="embed">Texts to unit vectors, in order.</param>
/// <param name="owner">What is freed with it.</param>
public sealed class TextEncoder(string fingerprint, Func<IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<float[]>>> embed, IDisposable owner) : IDisposable
{
    /// <summary>Model and weights in one word.</summary>
    public string Fingerprint => fingerprint;

    /// <summary>An encoder around any generator of embeddings, which it owns; what it gives is brought to length 1.</summary>
    /// <param name="fingerprint">Model and weights in one word.</param>
    /// <param name="generator">The generator.</param>
    public static TextEncoder Of(string fingerprint, IEmbeddingGenerator<string, Embedding<float>> generator) => new(
        fingerprint,
        async (texts, cancellation) =>
        {
            GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(texts, cancellationToken: cancellation).ConfigureAwait(false);
            return embeddings.Count == texts.Count
                ? [.. embeddings.Select(embedding => Unit(embedding.Vector.ToArray()))]
                : throw new ServiceException($"{fingerprint} gave {embeddings.Count} embeddings of {texts.Count} texts. Take another --text-encoder.");
        },
        generator);

    /// <summary>Texts to unit vectors, in order.</summary>
    public Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) => embed(texts, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => owner.Dispose();

    private static float[] Unit(float[] vector)
    {
        GreyImage.Normalize(vector);
        return vector;
    }
}
