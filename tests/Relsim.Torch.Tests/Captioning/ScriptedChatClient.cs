using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Relsim.Torch.Tests.Captioning;

/// <summary>A chat service that answers from a script and remembers what it was asked.</summary>
internal sealed class ScriptedChatClient(Func<int, string> answer) : IChatClient
{
    public List<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Asked { get; } = [];

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int number;
        // Captioners ask from several threads at once.
        lock (Asked)
        {
            number = Asked.Count;
            Asked.Add(([.. messages], options));
        }

        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer(number))));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
