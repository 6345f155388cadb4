using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Relsim.Imaging;
using Relsim.Torch.Encoders;

namespace Relsim.Web.Api;

/// <summary>Every error as problem+json (RFC 9457): status, title, what to do; never a stack. What is nobody's fault but ours is logged with its cause.</summary>
internal sealed partial class Problems(ILogger<Problems> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;

    private static readonly PathString[] ForPrograms = ["/v1", "/img", "/thumb", "/upload", "/openapi", "/mcp", "/metrics"];

    /// <summary>A problem as an endpoint's result.</summary>
    public static IResult Of(int status, string detail) => Results.Problem(detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status));

    /// <summary>Writes a problem where no endpoint can: in middleware.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string detail, TimeSpan? retryAfter = null)
    {
        if (retryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        context.Response.StatusCode = status;
        var problem = new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail };
        await context.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json", CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Below the addresses of programs, errors that the framework answers without a word become problems too; elsewhere pages speak.</summary>
    public static void UseProblemsOfPrograms(IApplicationBuilder app) => app.UseWhen(
        context => Array.Exists(ForPrograms, path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal)),
        programs => programs.UseStatusCodePages(pages =>
        {
            int status = pages.HttpContext.Response.StatusCode;
            return WriteAsync(pages.HttpContext, status, $"{pages.HttpContext.Request.Method} {pages.HttpContext.Request.Path}: {ReasonPhrases.GetReasonPhrase(status)}. See /openapi/v1.json.");
        }));

    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException or IOException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest; // nobody reads it; the log and the meters do
            return true;
        }

        (int status, string detail, TimeSpan? retryAfter) = Explain(exception);
        if (status == StatusCodes.Status500InternalServerError)
        {
            LogFault(logger, exception, httpContext.Request.Method, httpContext.Request.Path);
        }

        await WriteAsync(httpContext, status, detail, retryAfter).ConfigureAwait(false);
        return true;
    }

    private static (int Status, string Detail, TimeSpan? RetryAfter) Explain(Exception exception) => exception switch
    {
        ProblemException problem => (problem.Status, problem.Message, problem.RetryAfter),
        ImageDecodeException { Fault: ImageFault.TooManyBytes or ImageFault.TooLarge } image => (StatusCodes.Status413PayloadTooLarge, image.Message, null),
        ImageDecodeException image => (StatusCodes.Status400BadRequest, image.Message, null),
        QueueFullException full => (StatusCodes.Status429TooManyRequests, full.Message, full.RetryAfter),
        BadHttpRequestException bad => (bad.StatusCode, Explain(bad), null),
        ObjectDisposedException => (StatusCodes.Status503ServiceUnavailable, "The server is being stopped.", TimeSpan.FromSeconds(5)),
        OperationCanceledException => (StatusCodes.Status504GatewayTimeout, "The request took longer than the server allows. Send fewer or smaller pictures at once.", null),
        _ => (StatusCodes.Status500InternalServerError, "The server failed at this request; its log says why.", null),
    };

    private static string Explain(BadHttpRequestException bad) => bad.InnerException is System.Text.Json.JsonException json ? $"The JSON of the request cannot be read: {json.Message}" : bad.Message;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private static partial void LogFault(ILogger logger, Exception error, string method, PathString path);
}
