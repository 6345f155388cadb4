using System.CommandLine;
using Relsim.Torch.Weights.Hub;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim models remove ID...</c>: takes models out of the cache.</summary>
internal static class ModelsRemoveCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("ID")
        {
            Description = $"{ModelsCommand.Names} With a revision, only what no other revision uses; without one, the whole model.",
            Arity = ArgumentArity.OneOrMore,
        };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("remove", "Delete models from the hub's cache, which other programs may share. Asks first.") { ids, yes };
        command.SetAction(parse =>
        {
            using ModelStore store = ModelStore.Open();
            Output output = Output.Of(parse);
            RemovalReport[] plans = [.. parse.GetValue(ids)!.SelectMany(name => Parts(store, output, name)).Distinct().Select(store.PlanRemoval)];
            if (!parse.GetValue(yes) && !Confirm(output, plans))
            {
                output.Note("Nothing was removed.");
                return ExitCodes.Failed;
            }

            RemovalReport[] removed = [.. plans.Select(plan => store.Remove(plan.Id))];
            output.Write(removed.Select(report => new { id = report.Id.ToString(), report.Snapshots, report.Blobs, report.Bytes }).ToArray(), console =>
                console.WriteLine($"{removed.Length} models removed; {Output.Size(removed.Sum(report => report.Bytes))} are free again."));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static HubModelId[] Parts(ModelStore store, Output output, string name)
    {
        HubModelId[] all = [.. KnownModels.Expand(name).Select(part => part.Id)];
        HubModelId[] own = [.. store.OwnParts(name).Select(part => part.Id)];
        foreach (HubModelId kept in all.Where(id => !own.Contains(id) && store.Inspect(id) is not null))
        {
            output.Note($"{kept} is kept: another model needs it. Name it by its id to remove it all the same.");
        }

        // What is nowhere is named as it was asked for, so that the error is about that.
        return own.Length > 0 ? own : [all[0]];
    }

    private static bool Confirm(Output output, RemovalReport[] plans)
    {
        output.Note($"This deletes {string.Join(", ", plans.Select(plan => $"{plan.Id} ({Output.Size(plan.Bytes)})"))}. Type 'yes' to go on (or give --yes):");
        return Console.In.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
