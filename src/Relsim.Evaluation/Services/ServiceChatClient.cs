using Microsoft.Extensions.AI;

namespace Relsim.Evaluation.Services;

/// <summary>A chat client of a service, its calls run as <see cref="ServiceCall"/> says; it owns its HTTP client.</summary>
internal sealed class ServiceChatClient(IChatClient inner, HttpClient http, ServiceCall call) : DelegatingChatClient(inner)
{
    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        call.RunAsync(token => base.GetResponseAsync(messages, options, token), cancellationToken);

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
