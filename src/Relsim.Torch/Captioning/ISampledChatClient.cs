using Microsoft.Extensions.AI;

namespace Relsim.Torch.Captioning;

/// <summary>A chat client that gives several answers to one question for little more than the price of one, because it reads the question once.</summary>
internal interface ISampledChatClient
{
    /// <summary>As many answers as asked for; the seed of the options makes them repeatable.</summary>
    Task<IReadOnlyList<string>> SampleAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, int samples, CancellationToken cancellationToken);
}
