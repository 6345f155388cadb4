using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Relsim.Torch.Encoders;

namespace Relsim.Web.Telemetry;

/// <summary>What the server says of itself: few lines of log, meters at <c>/metrics</c>, and traces where a collector is named.</summary>
internal static class TelemetryServices
{
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Warnings and errors, to standard error. The environment can ask for more (<c>Logging__LogLevel__Default</c>) and for JSON (<c>Logging__Console__FormatterName=json</c>).</summary>
    public static void AddQuietLog(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // that keys end with the process is wanted
        logging.AddFilter("ModelContextProtocol.Server.McpServer", LogLevel.None); // it takes a client's fault for ours; the tools log what is
    }

    public static void AddTelemetry(this IServiceCollection services)
    {
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("relsim", serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddMeter(EmbeddingQueue.MeterName, "System.Runtime").AddPrometheusExporter());
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Collector)))
        {
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter())
                .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddSource(EmbeddingQueue.MeterName).AddOtlpExporter());
        }
    }

    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint("/metrics");
}
