using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Relsim.Web.Safety;

/// <summary>Who is let in where the server has a key: programs that show it in each request, and browsers that showed it at the login page.</summary>
internal static class Access
{
    private const string Either = "key or cookie";
    private static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    public static void AddAccess(this IServiceCollection services, ServeOptions options)
    {
        services.AddSingleton(new AccessKey(options.ApiKey));
        AuthorizationBuilder authorization = services.AddAuthorizationBuilder();
        if (options.ApiKey is not null)
        {
            // All that says nothing else, pages and unknown addresses too.
            authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        }

        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, scheme => scheme.ForwardDefaultSelector = context =>
                context.Request.Headers.Authorization.Count > 0 ? AccessKeyHandler.Scheme : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, AccessKeyHandler>(AccessKeyHandler.Scheme, null)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = "relsim";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.ExpireTimeSpan = SessionLength;
                cookie.LoginPath = LoginPage.Address;
                cookie.ReturnUrlParameter = LoginPage.ReturnTo;
                cookie.Events.OnRedirectToLogin = context => IsBrowser(context.Request)
                    ? Redirect(context)
                    : AccessKeyHandler.RefuseAsync(context.HttpContext);
            });
    }

    private static bool IsBrowser(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static Task Redirect(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
