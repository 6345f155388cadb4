using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Relsim.Web;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim serve LIBRARY</c>: the app in the browser, and its API.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Serve a library to the browser and to other programs.");
        command.SetAction(async (parse, cancellation) =>
        {
            await using WebApplication app = WebServer.Create("http://127.0.0.1:5177");
            await app.StartAsync(cancellation).ConfigureAwait(false);
            await app.WaitForShutdownAsync(cancellation).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }
}
