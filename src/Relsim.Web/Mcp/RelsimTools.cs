using System.ComponentModel;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Web.Api;

namespace Relsim.Web.Mcp;

/// <summary>What assistants can do with a library: search, score, explain.</summary>
[McpServerToolType]
internal sealed partial class RelsimTools(Answers answers, ILogger<RelsimTools> logger)
{
    private const string Picture = "The id of a picture of the library (from a search), or a data URI (data:image/jpeg;base64,...).";

    [McpServerTool(Name = "search", Title = "Search by relation", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Find pictures of the library that share a logic (relation) with given pictures or words, whatever they look like. Gives ids, paths, scores and the anonymous caption that query and hit share.")]
    public Task<SearchAnswer> SearchAsync(
        CancellationToken cancellationToken,
        [Description("Pictures to search from. Each: " + Picture)] string[]? images = null,
        [Description("Words to search for, such as 'stages of something growing'.")] string[]? texts = null,
        [Description("Words to turn away from.")] string[]? minusTexts = null,
        [Description("-1 = same logic with unlike looks, 0 = same logic whatever the looks, 1 = looks alike.")] float blend = 0,
        [Description("Only paths that match: * within a name, ** across folders.")] string? folder = null,
        [Description("Hits wanted, 1 to 500.")] int limit = 10) => Answer(() => answers.SearchAsync(
            new SearchRequest { Images = images, Texts = texts, MinusTexts = minusTexts, Blend = blend, Folder = folder, Limit = limit }, cancellationToken));

    [McpServerTool(Name = "score", Title = "Score two pictures", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Score two pictures from -1 to 1: how much logic they share (relational) and how alike they look (attribute).")]
    public Task<ScoreAnswer> ScoreAsync([Description(Picture)] string first, [Description(Picture)] string second, CancellationToken cancellationToken) =>
        Answer(() => answers.ScoreAsync(new ScoreRequest(first, second), cancellationToken));

    [McpServerTool(Name = "explain", Title = "Explain a relation", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Say in anonymous captions what logic one picture shows, or what two pictures share and what tells them apart.")]
    public Task<ExplainAnswer> ExplainAsync(
        [Description(Picture)] string first,
        CancellationToken cancellationToken,
        [Description("Another picture to compare with, or nothing. " + Picture)] string? second = null,
        [Description("Captions in each list, 1 to 50.")] int captions = 5) => Answer(() => answers.ExplainAsync(new ExplainRequest(first, second, captions), cancellationToken));

    /// <summary>What the caller can do something about is told to it; of anything else the library tells no more than that it happened.</summary>
    private async Task<T> Answer<T>(Func<Task<T>> answer)
    {
        try
        {
            return await answer().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ProblemException or ImageDecodeException or QueueFullException)
        {
            throw new McpException(e.Message, e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFault(logger, e);
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A tool failed.")]
    private static partial void LogFault(ILogger logger, Exception error);
}
