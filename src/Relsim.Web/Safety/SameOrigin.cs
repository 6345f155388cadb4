using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Relsim.Web.Api;

namespace Relsim.Web.Safety;

/// <summary>
/// Requests that change something, and sockets, are answered to the server's own pages and to programs, not to other sites' pages in a browser. Browsers say where such a request comes
/// from (Origin, Sec-Fetch-Site), and no page can keep them from it; programs say nothing.
/// </summary>
internal static class SameOrigin
{
    private const string FetchSite = "Sec-Fetch-Site";

    public static void UseSameOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
        IsSafe(context.Request) || IsOwn(context.Request)
            ? next(context)
            : Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "Requests of other sites' pages are not answered."));

    private static bool IsSafe(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        && !request.Headers.ContainsKey(HeaderNames.SecWebSocketKey) && !string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase);

    private static bool IsOwn(HttpRequest request)
    {
        string? site = request.Headers[FetchSite];
        string? origin = request.Headers.Origin;
        // The host alone: a proxy in front may speak https where this server speaks http.
        return site is null or "same-origin" or "none"
            && (origin is null || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && new HostString(from.Authority) == request.Host));
    }
}
