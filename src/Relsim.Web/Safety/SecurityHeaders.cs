using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Relsim.Web.Safety;

/// <summary>What every answer tells the browser: nothing from elsewhere, no script or style inside a page, in no frame, of no use to other sites.</summary>
internal static class SecurityHeaders
{
    private const string Policy =
        "default-src 'self'; img-src 'self' data: blob:; connect-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // As late as can be: an error's answer begins with no headers, and the pages' framework has a policy of its own.
        context.Response.OnStarting(static state => Set((HttpContext)state), context);
        return next(context);
    });

    private static Task Set(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        FramedContent? framed = context.GetEndpoint()?.Metadata.GetMetadata<FramedContent>();
        headers.ContentSecurityPolicy = framed?.Policy ?? Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = framed is null ? "DENY" : "SAMEORIGIN";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return Task.CompletedTask;
    }
}

/// <summary>On an endpoint: what it answers is shown in a frame of the app's own pages, under a policy of its own.</summary>
/// <param name="Policy">The content policy.</param>
internal sealed record FramedContent(string Policy);
