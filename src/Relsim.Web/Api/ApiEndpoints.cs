using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Relsim.Web.Library;

namespace Relsim.Web.Api;

/// <summary>The API for other programs, and whether the server lives and can answer.</summary>
internal static class ApiEndpoints
{
    public static void MapApi(this IEndpointRouteBuilder routes, ServeOptions options)
    {
        RouteGroupBuilder api = routes.MapGroup("/v1");
        api.WithRequestTimeout(options.RequestTimeout).WithTags("relsim").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/embeddings", EmbeddingsEndpoint.EmbedAsync).WithName("embeddings").WithSummary("Embed texts and pictures, in OpenAI's shape.");
        api.MapGet("/models", EmbeddingsEndpoint.ListModels).WithName("models").WithSummary("The names that /v1/embeddings takes.");
        api.MapPost("/search", (SearchRequest request, Answers answers, CancellationToken token) => answers.SearchAsync(request, token))
            .WithName("search").WithSummary("Find the library's pictures that share most logic, or looks, with pictures and texts.");
        api.MapPost("/score", (ScoreRequest request, Answers answers, CancellationToken token) => answers.ScoreAsync(request, token))
            .WithName("score").WithSummary("Score two pictures: shared logic, and likeness of looks.");
        api.MapPost("/explain", (ExplainRequest request, Answers answers, CancellationToken token) => answers.ExplainAsync(request, token))
            .WithName("explain").WithSummary("Say in anonymous captions what logic a picture shows, or what two share and what differs.");
        routes.MapGet("/healthz", () => Results.Text("alive")).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/readyz", SayReady).AllowAnonymous().ExcludeFromDescription();
        routes.MapOpenApi("/openapi/{documentName}.json");
    }

    /// <summary>Says no more than whether: who asks need not have shown a key.</summary>
    private static IResult SayReady(LibrarySession session) => session.State switch
    {
        SessionState.Ready => Results.Text("ready"),
        SessionState.Loading => Problems.Of(StatusCodes.Status503ServiceUnavailable, "Model and library are being loaded."),
        _ => Problems.Of(StatusCodes.Status503ServiceUnavailable, "Model or library cannot be loaded; the server's log says why."),
    };
}
