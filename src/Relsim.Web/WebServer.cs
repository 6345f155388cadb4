using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Relsim.Torch.Native;
using Relsim.Web.Api;
using Relsim.Web.Fetching;
using Relsim.Web.Layout;
using Relsim.Web.Library;
using Relsim.Web.Map;
using Relsim.Web.Pictures;
using Relsim.Web.Reports;
using Relsim.Web.Search;
using Relsim.Web.Uploads;

namespace Relsim.Web;

/// <summary>The app and its API: a table of contents of what is served.</summary>
public static class WebServer
{
    /// <summary>Builds the server; the caller starts and stops it. Model and library are loaded after the start.</summary>
    /// <exception cref="ArgumentException">An option is not allowed.</exception>
    public static WebApplication Create(ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "Relsim.Cli" });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Address, options.Port));
        AddLibrary(builder.Services, options);
        builder.Services.AddExceptionHandler<Problems>();
        builder.Services.AddProblemDetails();
        builder.Services.AddRequestTimeouts();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        WebApplication app = builder.Build();
        app.UseExceptionHandler();
        app.UseRequestTimeouts();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapPictures();
        app.MapUploads(options);
        app.MapFonts();
        app.MapJointMap();
        app.MapReports();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }

    /// <summary>What answers, whoever asks: pages, API and MCP alike.</summary>
    private static void AddLibrary(IServiceCollection services, ServeOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<LibrarySession>();
        services.AddHostedService(provider => provider.GetRequiredService<LibrarySession>());
        services.AddSingleton<UploadStore>();
        services.AddSingleton<PictureFetcher>();
        services.AddSingleton<PictureResolver>();
        services.AddSingleton<LibrarySearch>();
        services.AddSingleton<ExampleCatalog>();
        services.AddSingleton<ReportCatalog>();
        services.AddSingleton(provider => new ThumbnailCache(options.CacheFolder ?? UserCache.Folder("thumbnails"), provider.GetRequiredService<ILogger<ThumbnailCache>>()));
    }
}
