using Microsoft.Extensions.AI;

namespace Relsim.Evaluation.Services;

/// <summary>Opens a text embedding model of a service by name. Keys come from the environment alone.</summary>
public static class EmbeddingServices
{
    /// <summary>A generator of embeddings as the service gives them, which need not be normalised; it asks again as <see cref="BackoffChatClient"/> does.</summary>
    /// <exception cref="ServiceException">The name is of no known form, or a key or address is missing; the message names the variable.</exception>
    public static IEmbeddingGenerator<string, Embedding<float>> Open(string spec, ServiceOptions? options = null) => Open(ServiceSpec.Parse(spec), options);

    /// <inheritdoc cref="Open(string, ServiceOptions)"/>
    public static IEmbeddingGenerator<string, Embedding<float>> Open(ServiceSpec spec, ServiceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        options ??= new ServiceOptions();
        ServiceEndpoint endpoint = ServiceEndpoint.Of(spec, options);
        HttpClient http = ServiceErrorHandler.CreateClient(spec, endpoint);
        IEmbeddingGenerator<string, Embedding<float>> inner = spec.Kind == ServiceKind.Ollama
            ? ChatServices.OpenOllama(spec, endpoint, http)
            : ChatServices.OpenOpenAI(endpoint, http).GetEmbeddingClient(spec.Model).AsIEmbeddingGenerator();
        return new ServiceEmbeddingGenerator(inner, http, new ServiceCall(spec, options), new Backoff(new BackoffOptions(), options.Clock));
    }
}
