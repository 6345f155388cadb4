using Microsoft.Extensions.AI;

namespace Relsim.Evaluation.Services;

/// <summary>
/// A chat client that asks again where a <see cref="ServiceException"/> is transient (too many calls, faults of the server, cuts, timeouts), as long
/// as the service says where it says so, and that bounds the calls at once by what the service bears. Streams are passed on as they are. Thread-safe
/// where the client is.
/// </summary>
/// <param name="inner">The client; disposed with this one.</param>
/// <param name="options">How calls are spread and repeated; null takes the defaults.</param>
/// <param name="clock">Measures the waits; null takes the system's.</param>
public sealed class BackoffChatClient(IChatClient inner, BackoffOptions? options = null, TimeProvider? clock = null) : DelegatingChatClient(inner)
{
    private readonly Backoff _backoff = new(options ?? new BackoffOptions(), clock ?? TimeProvider.System);

    /// <summary>Calls that may run at once at the moment, at most <see cref="BackoffOptions.Concurrency"/>.</summary>
    public int Limit => _backoff.Limit;

    /// <inheritdoc/>
    /// <exception cref="ServiceException">The service failed for good, or as often as it was asked.</exception>
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] question = [.. messages];
        return _backoff.RunAsync(token => base.GetResponseAsync(question, options, token), cancellationToken);
    }
}
