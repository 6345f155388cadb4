using Relsim.Search;
using Relsim.Web.Search;

namespace Relsim.Web.Api;

/// <summary>Search, score and explain, as the API and MCP answer them. Thread-safe.</summary>
internal sealed class Answers(LibrarySearch search)
{
    private const int MostCaptions = 50;

    public async Task<SearchAnswer> SearchAsync(SearchRequest request, CancellationToken cancellationToken) =>
        SearchAnswer.Of(await search.SearchAsync(request.ToQuery(), request.Weights, cancellationToken).ConfigureAwait(false));

    public async Task<ScoreAnswer> ScoreAsync(ScoreRequest request, CancellationToken cancellationToken) =>
        ScoreAnswer.Of(await search.CompareAsync(Given(request.First, "first"), Given(request.Second, "second"), captions: 1, cancellationToken).ConfigureAwait(false));

    public async Task<ExplainAnswer> ExplainAsync(ExplainRequest request, CancellationToken cancellationToken)
    {
        if (request.Captions is < 1 or > MostCaptions)
        {
            throw ProblemException.BadRequest($"Ask for 1 to {MostCaptions} captions, not {request.Captions}.");
        }

        string first = Given(request.First, "first");
        if (string.IsNullOrEmpty(request.Second))
        {
            (float? interest, IReadOnlyList<CaptionMatch> captions) = await search.DescribeAsync(first, request.Captions, cancellationToken).ConfigureAwait(false);
            return new ExplainAnswer([.. captions.Select(CaptionAnswer.Of)], interest, null, null, null, [], []);
        }

        ImageComparison pair = await search.CompareAsync(first, request.Second, request.Captions, cancellationToken).ConfigureAwait(false);
        return new ExplainAnswer(
            [.. pair.SharedCaptions.Select(CaptionAnswer.Of)], pair.FirstInterest, pair.SecondInterest, pair.RelationalScore, pair.AttributeScore,
            [.. pair.FirstOnly.Select(ContrastAnswer.Of)], [.. pair.SecondOnly.Select(ContrastAnswer.Of)]);
    }

    private static string Given(string? picture, string name) => string.IsNullOrEmpty(picture) ? throw ProblemException.BadRequest($"'{name}' names no picture.") : picture;
}
