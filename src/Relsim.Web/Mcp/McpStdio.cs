using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Relsim.Web.Library;
using Relsim.Web.Telemetry;

namespace Relsim.Web.Mcp;

/// <summary>The MCP server over standard input and output, for an assistant that starts it.</summary>
public static class McpStdio
{
    /// <summary>Builds the server; the caller runs it. It is ready to answer once model and library are loaded; before, tools say so. Logs go to standard error.</summary>
    /// <exception cref="ArgumentException">An option is not allowed.</exception>
    public static IHost Create(ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddQuietLog();
        builder.Services.AddRelsimLibrary(options);
        builder.Services.AddMcpServer().WithStdioServerTransport().WithTools<RelsimTools>(McpJson.Options);
        return builder.Build();
    }
}
