using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Relsim.Web;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim serve LIBRARY</c>: the app in the browser, and its API.</summary>
internal static class ServeCommand
{
    private const string KeyVariable = "RELSIM_API_KEY";

    public static Command Create()
    {
        var library = new Argument<string>("LIBRARY") { Description = "A library file, made where it is missing, or a folder of pictures (its embeddings are kept in it as .relsim.db)." };
        var address = new Option<string>("--address") { Description = "Address to bind to; anything that is not loopback needs an API key.", DefaultValueFactory = _ => "127.0.0.1" };
        var port = new Option<int>("--port") { Description = "Port; 0 takes any free one.", DefaultValueFactory = _ => ServeOptions.DefaultPort };
        var roots = new Option<string[]>("--root")
        {
            Description = "Folders whose pictures may be served and added (default: the library's folder, or those of the pictures that the file holds).",
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = true,
        };
        var keyFile = new Option<string?>("--api-key-file") { Description = $"File with the API key that clients must show (default: the environment's {KeyVariable})." };
        var fetch = new Option<bool>("--allow-fetch") { Description = "Also take pictures by their http(s) address, from the public internet alone." };
        var reports = new Option<string?>("--reports") { Description = "Folder of evaluation reports to list." };
        var rate = new Option<int?>("--rate-limit") { Description = "Requests a second of one client; 0 for no limit (default: none on loopback, 100 beyond it)." };
        var capacity = new Option<int>("--queue") { Description = "Pictures and texts that may wait to be embedded; more are turned away.", DefaultValueFactory = _ => 512 };
        var command = new Command("serve", "Serve a library to the browser and to other programs.") { library, address, port, roots, keyFile, fetch, reports, rate, capacity };
        capacity.RequireAtLeast(1);
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            var options = new ServeOptions
            {
                Library = parse.GetValue(library)!,
                LoadModel = () => model.Load(parse),
                Address = ParseAddress(parse.GetValue(address)!),
                Port = parse.GetValue(port),
                Roots = parse.GetValue(roots)!,
                ApiKey = ReadKey(parse.GetValue(keyFile)),
                AllowFetch = parse.GetValue(fetch),
                Reports = parse.GetValue(reports),
                RequestsPerSecond = parse.GetValue(rate),
                QueueCapacity = parse.GetValue(capacity),
            };
            await using WebApplication app = WebServer.Create(options);
            await app.StartAsync(cancellation).ConfigureAwait(false);
            Output.Of(parse).Note($"Serving {options.Library} at {app.Urls.First()} (Ctrl-C stops).");
            await app.WaitForShutdownAsync(cancellation).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static IPAddress ParseAddress(string text) => text == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(text, out IPAddress? address) ? address
        : throw new CommandException($"'{text}' is no address. Give one of this machine, such as 127.0.0.1, ::1 or 0.0.0.0.");

    private static string? ReadKey(string? file)
    {
        string? key = (file is null ? Environment.GetEnvironmentVariable(KeyVariable) : File.ReadAllText(file))?.Trim();
        return file is not null && string.IsNullOrEmpty(key) ? throw new CommandException($"{file}: the file of the API key is empty.") : string.IsNullOrEmpty(key) ? null : key;
    }
}
