using System.CommandLine;
using Relsim.Torch.Weights.Hub;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim models pull ID...</c>: brings models of the hub into the cache.</summary>
internal static class ModelsPullCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("ID") { Description = ModelsCommand.Names, Arity = ArgumentArity.OneOrMore };
        var include = new Option<string[]>("--include")
        {
            Description = "Pull the files that match instead of weights, configuration and tokenizers; '*' also crosses folders. May be given more than once.",
        };
        var connections = new Option<int>("--connections") { Description = "How many connections are open at once.", DefaultValueFactory = _ => 8 };
        connections.RequireAtLeast(1);
        var command = new Command("pull", "Bring models of the hub to this machine. What is here is not fetched again; a stopped pull goes on where it was.")
        {
            ids, include, connections,
        };
        command.SetAction(async (parse, cancellation) =>
        {
            string[] patterns = parse.GetValue(include) ?? [];
            ModelStoreOptions options = ModelStoreOptions.FromEnvironment() with
            {
                Include = patterns.Length > 0 ? patterns : null,
                Connections = parse.GetValue(connections),
            };
            using var store = new ModelStore(options);
            HubModelId[] models = [.. parse.GetValue(ids)!.SelectMany(KnownModels.Expand).Select(part => part.Id).Distinct()];
            Output output = Output.Of(parse);
            List<PullReport> reports = [];
            foreach (HubModelId id in models)
            {
                using ProgressBar bar = output.StartProgress($"{id.Name}, MB");
                reports.Add(await store.PullAsync(id, new TransferProgress(bar), cancellation).ConfigureAwait(false));
            }

            Print(output, reports);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Output output, List<PullReport> reports)
    {
        var document = reports.Select(report => new
        {
            id = report.Id.ToString(),
            report.Commit,
            report.Folder,
            report.Files,
            report.Bytes,
            report.Fetched,
            report.FetchedBytes,
        }).ToArray();
        output.Write(document, console =>
        {
            var table = Output.CreateTable("id", "commit", ">files", ">size", ">fetched", "folder");
            foreach (PullReport report in reports)
            {
                table.AddTextRow(
                    report.Id.ToString(), report.Commit[..8], report.Files.ToString(System.Globalization.CultureInfo.InvariantCulture), Output.Size(report.Bytes),
                    Output.Size(report.FetchedBytes), report.Folder);
            }

            console.Write(table);
        });
    }
}
