using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Relsim.Web.Api;

namespace Relsim.Web.Safety;

/// <summary>Reads <c>Authorization: Bearer KEY</c>.</summary>
internal sealed class AccessKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessKey key)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "key";

    private const string Bearer = "Bearer ";

    /// <summary>Answers that a key is needed.</summary>
    public static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = Bearer.TrimEnd();
        return Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "This server asks for its API key: send the header 'Authorization: Bearer KEY'.");
    }

    /// <summary>Whoever has shown the key.</summary>
    public static ClaimsPrincipal CreateUser() => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "key")], Scheme));

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string header = Request.Headers.Authorization.ToString();
        return Task.FromResult(!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? AuthenticateResult.NoResult()
            : key.Matches(header[Bearer.Length..].Trim()) ? AuthenticateResult.Success(new AuthenticationTicket(CreateUser(), Scheme))
            : AuthenticateResult.Fail("The key is wrong."));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => RefuseAsync(Context);
}
