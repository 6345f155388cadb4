using Microsoft.Extensions.AI;

namespace Relsim.Evaluation.Services;

/// <summary>An embedding generator of a service, its calls run as <see cref="ServiceCall"/> says and repeated by <see cref="Backoff"/>; it owns its HTTP client.</summary>
internal sealed class ServiceEmbeddingGenerator(IEmbeddingGenerator<string, Embedding<float>> inner, HttpClient http, ServiceCall call, Backoff backoff)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    /// <inheritdoc/>
    public override Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        return backoff.RunAsync(token => call.RunAsync(inner => base.GenerateAsync(texts, options, inner), token), cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            http.Dispose();
        }
    }
}
