using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OllamaSharp;
using OpenAI;

namespace Relsim.Evaluation.Services;

/// <summary>Opens a chat model of a service by name, through the service's official client. Keys come from the environment alone.</summary>
public static class ChatServices
{
    // The client insists on a key; a server without one ignores it.
    private const string NoKey = "none";

    /// <summary>
    /// A client that asks once and throws <see cref="ServiceException"/>: whoever wants to ask again puts a <see cref="BackoffChatClient"/> before it.
    /// </summary>
    /// <exception cref="ServiceException">The name is of no known form, or a key or address is missing; the message names the variable.</exception>
    public static IChatClient Open(string spec, ServiceOptions? options = null) => Open(ServiceSpec.Parse(spec), options);

    /// <inheritdoc cref="Open(string, ServiceOptions)"/>
    public static IChatClient Open(ServiceSpec spec, ServiceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        options ??= new ServiceOptions();
        ServiceEndpoint endpoint = ServiceEndpoint.Of(spec, options);
        HttpClient http = ServiceErrorHandler.CreateClient(spec, endpoint);
        IChatClient inner = spec.Kind == ServiceKind.Ollama
            ? OpenOllama(spec, endpoint, http)
            : OpenOpenAI(endpoint, http).GetChatClient(spec.Model).AsIChatClient();
        return new ServiceChatClient(inner, http, new ServiceCall(spec, options));
    }

    internal static OllamaApiClient OpenOllama(ServiceSpec spec, ServiceEndpoint endpoint, HttpClient http)
    {
        http.BaseAddress = endpoint.Address;
        return new OllamaApiClient(http, spec.Model);
    }

    internal static OpenAIClient OpenOpenAI(ServiceEndpoint endpoint, HttpClient http) => new(
        new ApiKeyCredential(endpoint.Key ?? NoKey),
        new OpenAIClientOptions
        {
            Endpoint = endpoint.Address,
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        });
}
