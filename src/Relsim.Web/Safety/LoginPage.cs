using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Relsim.Web.Api;

namespace Relsim.Web.Safety;

/// <summary><c>/login</c>: where a person shows the key once, for a cookie that lasts some hours and ends with the server.</summary>
internal static class LoginPage
{
    public const string Address = "/login";
    public const string ReturnTo = "returnTo";

    private const string KeyField = "key";

    private const string Style =
        """
        :root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
        body { display: grid; place-items: center; min-height: 90vh; margin: 0; }
        form { display: grid; gap: 1rem; width: min(22rem, 90vw); }
        input, button { font: inherit; padding: .6rem .8rem; border-radius: .4rem; border: 1px solid GrayText; }
        """;

    public static void MapLogin(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(Address).AllowAnonymous().ExcludeFromDescription();
        group.MapGet("", (HttpContext context, IAntiforgery antiforgery) => Show(context, antiforgery, "", StatusCodes.Status200OK));
        group.MapGet("/style.css", () => Results.Text(Style, "text/css"));
        group.MapPost("", SignInAsync);
    }

    private static async Task<IResult> SignInAsync(HttpContext context, IAntiforgery antiforgery, AccessKey key)
    {
        if (!await antiforgery.IsRequestValidAsync(context).ConfigureAwait(false))
        {
            return Show(context, antiforgery, "The page was too old. Try again.", StatusCodes.Status400BadRequest);
        }

        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        if (!key.Matches(form[KeyField].ToString().Trim()))
        {
            return Show(context, antiforgery, "That is not the key of this server.", StatusCodes.Status401Unauthorized);
        }

        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, AccessKeyHandler.CreateUser()).ConfigureAwait(false);
        string target = context.Request.Query[ReturnTo].ToString();
        return IsLocal(target) ? Results.LocalRedirect(target) : Results.LocalRedirect("/");
    }

    private static IResult Show(HttpContext context, IAntiforgery antiforgery, string message, int status)
    {
        AntiforgeryTokenSet token = antiforgery.GetAndStoreTokens(context);
        context.Response.Headers.CacheControl = "no-store";
        HtmlEncoder html = HtmlEncoder.Default;
        string page =
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Relsim: log in</title><link rel="stylesheet" href="{Address}/style.css"></head>
            <body><main><form method="post">
            <h1>Relsim</h1>
            <label for="{KeyField}">The key of this server</label>
            <input id="{KeyField}" name="{KeyField}" type="password" autocomplete="current-password" required autofocus>
            <input type="hidden" name="{html.Encode(token.FormFieldName)}" value="{html.Encode(token.RequestToken!)}">
            <button>Log in</button>
            <p role="alert">{html.Encode(message)}</p>
            </form></main></body>
            </html>
            """;
        return Results.Content(page, "text/html; charset=utf-8", statusCode: status);
    }

    private static bool IsLocal(string target) => target.StartsWith('/') && !target.StartsWith("//", StringComparison.Ordinal) && !target.StartsWith("/\\", StringComparison.Ordinal);
}
