using Microsoft.Extensions.AI;

namespace Relsim.Torch.Captioning;

/// <summary>
/// A chat client that gives several answers to several questions for little more than the price of one: it reads a question once for all its
/// answers, and its weights once for all of them.
/// </summary>
internal interface ISampledChatClient
{
    /// <summary>Questions that are best asked at once, at least 1.</summary>
    int BatchSize { get; }

    /// <summary>As many answers to each question as asked for; the seed of the options makes them repeatable, whatever the other questions are.</summary>
    Task<IReadOnlyList<IReadOnlyList<string>>> SampleAsync(
        IReadOnlyList<IReadOnlyList<ChatMessage>> questions, ChatOptions? options, int samples, CancellationToken cancellationToken);
}
