using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Relsim.Evaluation.Services;

/// <summary>
/// Reads answers whole and turns everything that is not a success into a <see cref="ServiceException"/>, the same for all services. A key that
/// the service repeats in its error is struck out.
/// </summary>
internal sealed class ServiceErrorHandler(ServiceSpec spec, ServiceEndpoint endpoint) : DelegatingHandler(CreateTransport())
{
    private const int MaxAnswerBytes = 16 << 20;
    private const int MaxReason = 400;

    /// <summary>An HTTP client for the service. Waits are limited by whoever asks.</summary>
    public static HttpClient CreateClient(ServiceSpec spec, ServiceEndpoint endpoint) =>
        new(new ServiceErrorHandler(spec, endpoint)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            bool neverSent = e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };
            throw new ServiceException(Redact($"{spec} at {endpoint}: {e.Message.TrimEnd('.')}. Check the address and the network."))
            {
                IsNetwork = true,
                MayBeBilled = !neverSent,
            };
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await DescribeAsync(response, cancellationToken).ConfigureAwait(false);
        }
    }

    // A redirected question would go to another host than the user named.
    private static SocketsHttpHandler CreateTransport() => new() { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };

    private async Task<ServiceException> DescribeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        (string? code, string reason) = ReadError(body);
        string remedy = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => " Check the key in the environment.",
            HttpStatusCode.NotFound => " Check the model's name and the address.",
            _ => "",
        };
        return new ServiceException(Redact($"{spec} at {endpoint}: HTTP {(int)response.StatusCode}{(reason.Length > 0 ? $": {reason.TrimEnd('.')}" : "")}.{remedy}"))
        {
            Status = response.StatusCode,
            Code = code,
            RetryAfter = Wait(response.Headers.RetryAfter),
        };
    }

    /// <summary>OpenAI's <c>{"error": {"message", "code", "param"}}</c>, Ollama's <c>{"error": "..."}</c>, or the beginning of whatever it is.</summary>
    private static (string? Code, string Reason) ReadError(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out JsonElement error))
            {
                return error.ValueKind == JsonValueKind.Object
                    ? (Text(error, "code"), Shorten($"{Text(error, "message")} {Text(error, "param")}".Trim()))
                    : (null, Shorten(error.ToString()));
            }
        }
        catch (JsonException)
        {
            // A page of a proxy, for instance: its beginning says most.
        }

        return (null, Shorten(body));
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Shorten(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxReason ? line : line[..MaxReason] + "...";
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - TimeProvider.System.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero,
        _ => null,
    };

    private string Redact(string text) => endpoint.Key is { } key ? text.Replace(key, "***", StringComparison.Ordinal) : text;
}
