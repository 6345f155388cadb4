using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Relsim.Web.Layout;

namespace Relsim.Web;

/// <summary>The app and its API: a table of contents of what is served.</summary>
public static class WebServer
{
    /// <summary>Builds the server; the caller starts and stops it.</summary>
    public static WebApplication Create(string address)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "Relsim.Cli" });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls(address);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        WebApplication app = builder.Build();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
