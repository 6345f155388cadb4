using System.CommandLine;
using Microsoft.Extensions.Hosting;
using Relsim.Web;
using Relsim.Web.Mcp;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim mcp LIBRARY</c>: search, score and explain for an assistant that starts this program.</summary>
internal static class McpCommand
{
    public static Command Create()
    {
        var library = new Argument<string>("LIBRARY") { Description = "A library file, made where it is missing, or a folder of pictures (its embeddings are kept in it as .relsim.db)." };
        var command = new Command("mcp", "Answer an assistant over standard input and output (Model Context Protocol): search, score, explain. Over HTTP, 'relsim serve' does so at /mcp.") { library };
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            using IHost host = McpStdio.Create(new ServeOptions { Library = parse.GetValue(library)!, LoadModel = () => model.Load(parse) });
            await host.RunAsync(cancellation).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }
}
