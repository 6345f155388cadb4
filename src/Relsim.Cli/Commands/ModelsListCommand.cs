using System.CommandLine;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Training;
using Relsim.Torch.Weights.Hub;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim models list</c>: the model that ships, the known ones, and what is in the hub's cache.</summary>
internal static class ModelsListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "List the models that ship, that have a short name, and that are in the hub's cache.");
        command.SetAction(parse =>
        {
            using ModelStore store = ModelStore.Open();
            Item[] items = [Embedded(), .. KnownModels.All.Select(model => Known(store, model)), .. store.List().Select(Cached)];
            Output.Of(parse).Write(items, console =>
            {
                var table = Output.CreateTable("name", "id", "state", ">size", "folder");
                foreach (Item item in items)
                {
                    table.AddTextRow(item.Name, item.Id ?? "-", item.State, item.Bytes > 0 ? Output.Size(item.Bytes) : "-", item.Folder ?? "-");
                }

                console.Write(table);
            });
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>A snapshot as the JSON documents show it.</summary>
    public static object Describe(CachedSnapshot snapshot) =>
        new { snapshot.Commit, snapshot.Revisions, snapshot.Folder, snapshot.Files, snapshot.Bytes, complete = snapshot.IsComplete, snapshot.Missing };

    /// <summary>Whether a snapshot can be used, in words.</summary>
    public static string State(CachedSnapshot snapshot) => snapshot.IsComplete ? "ready" : $"incomplete: {string.Join(", ", snapshot.Missing.Take(3))}";

    private static Item Embedded()
    {
        string folder = MiniEncoder.DefaultFolder;
        string config = Path.Combine(folder, MiniTraining.ConfigFile), weights = Path.Combine(folder, MiniTraining.WeightsFile);
        bool present = File.Exists(config) && File.Exists(weights);
        return new Item("embedded", ModelOption.Mini, present ? MiniConfig.Read(config).ModelId : null, present, present ? "ready" : "missing", present ? new FileInfo(weights).Length : 0, folder, []);
    }

    private static Item Known(ModelStore store, KnownModel model)
    {
        bool present = model.Parts.All(part => store.Find(part.Id) is not null);
        return new Item("known", model.Alias, string.Join(" + ", model.Parts.Select(part => part.Id)), present, present ? "ready" : $"not here: relsim models pull {model.Alias}", 0, null, []);
    }

    private static Item Cached(CachedModel model)
    {
        string state = model.Snapshots.Count == 0 ? "incomplete" : string.Join("; ", model.Snapshots.Select(snapshot =>
            $"{(snapshot.Revisions.Count > 0 ? string.Join(", ", snapshot.Revisions) : snapshot.Commit[..8])} {State(snapshot)}"));
        return new Item(
            "cached", model.Id.Name, model.Id.ToString(), model.Snapshots.Any(snapshot => snapshot.IsComplete), state, model.Bytes, model.Folder, [.. model.Snapshots.Select(Describe)]);
    }

    private sealed record Item(string Kind, string Name, string? Id, bool Present, string State, long Bytes, string? Folder, object[] Snapshots);
}
