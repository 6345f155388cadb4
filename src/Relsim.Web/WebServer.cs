using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Relsim.Web.Api;
using Relsim.Web.Layout;
using Relsim.Web.Library;
using Relsim.Web.Map;
using Relsim.Web.Mcp;
using Relsim.Web.Pictures;
using Relsim.Web.Reports;
using Relsim.Web.Safety;
using Relsim.Web.Search;
using Relsim.Web.Telemetry;
using Relsim.Web.Uploads;

namespace Relsim.Web;

/// <summary>The app and its API: a table of contents of what is served.</summary>
public static class WebServer
{
    /// <summary>Builds the server; the caller starts and stops it. Model and library are loaded after the start.</summary>
    /// <param name="options">What is served.</param>
    /// <param name="configureLog">Adds to the log or changes it; by default it is quiet.</param>
    /// <exception cref="ArgumentException">An option is not allowed.</exception>
    public static WebApplication Create(ServeOptions options, Action<ILoggingBuilder>? configureLog = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        // Production whatever the environment says: no page ever shows a stack.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "Relsim.Cli", EnvironmentName = Environments.Production });
        builder.Logging.AddQuietLog();
        configureLog?.Invoke(builder.Logging);
        Listen(builder, options);
        AddServices(builder.Services, options);
        WebApplication app = builder.Build();
        UseMiddleware(app, options);
        app.MapStaticAssets().AllowAnonymous();
        app.MapLogin();
        app.MapPictures();
        app.MapUploads(options);
        app.MapFonts();
        app.MapJointMap();
        app.MapReports();
        app.MapApi(options);
        app.MapMcp("/mcp");
        app.MapMetrics();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }

    private static void Listen(WebApplicationBuilder builder, ServeOptions options)
    {
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Address, options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        });
        if (options.IsLoopback)
        {
            // A site whose name is pointed at this machine asks under its own name, and gets nothing.
            builder.Services.PostConfigure<HostFilteringOptions>(hosts =>
            {
                hosts.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"];
                hosts.AllowEmptyHosts = false;
            });
        }
    }

    private static void AddServices(IServiceCollection services, ServeOptions options)
    {
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopTimeout);
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddRelsimLibrary(options);
        services.AddSingleton<ExampleCatalog>();
        services.AddSingleton<ReportCatalog>();
        services.AddAccess(options);
        services.AddRateLimits(options);
        services.AddExceptionHandler<Problems>();
        services.AddProblemDetails();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that what is wrong is said
        services.AddRequestTimeouts();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        services.AddOpenApi();
        services.AddMcpServer().WithHttpTransport(transport => transport.Stateless = true).WithTools<RelsimTools>(McpJson.Options);
        services.AddTelemetry();
        services.AddRazorComponents().AddInteractiveServerComponents();
    }

    private static void UseMiddleware(WebApplication app, ServeOptions options)
    {
        app.UseSecurityHeaders();
        Problems.UseProblemsOfPrograms(app);
        app.UseExceptionHandler();
        app.UseNotFoundPage();
        app.UseSameOrigin();
        if (options.RateLimit > 0)
        {
            app.UseRateLimiter();
        }

        var budget = new BodyBudget(options.MaxBytesInFlight);
        app.Use((context, next) => budget.HandleAsync(context, next));
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRequestTimeouts();
        app.UseAntiforgery();
    }
}
