using System.CommandLine;
using Relsim.Torch.Encoders;
using Relsim.Torch.Weights.Hub;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim models show [MODEL]</c>: what a model is, or what of it is in the cache.</summary>
internal static class ModelsShowCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL")
        {
            Description = $"'mini', a model's folder, {ModelsCommand.Names}",
            DefaultValueFactory = _ => ModelOption.Mini,
        };
        var command = new Command("show", "Describe a model.") { model };
        command.SetAction(parse =>
        {
            string name = parse.GetValue(model)!;
            if (name != ModelOption.Mini && !Directory.Exists(name) && (KnownModels.Find(name) is not null || HubModelId.TryParse(name, out _)))
            {
                using ModelStore store = ModelStore.Open();
                PrintCached(Output.Of(parse), store, name);
                return ExitCodes.Ok;
            }

            using RelsimModel relsim = ModelOption.Load(name);
            Print(Output.Of(parse), relsim);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void PrintCached(Output output, ModelStore store, string name)
    {
        var parts = KnownModels.Expand(name).Select(part => (part.Role, part.Id, Cached: store.Inspect(part.Id), Folder: store.Find(part.Id))).ToArray();
        var document = new
        {
            name,
            KnownModels.Find(name)?.Description,
            complete = parts.All(part => part.Folder is not null),
            parts = parts.Select(part => new
            {
                role = part.Role.ToString().ToLowerInvariant(),
                id = part.Id.ToString(),
                part.Folder,
                bytes = part.Cached?.Bytes ?? 0,
                snapshots = (part.Cached?.Snapshots ?? []).Select(ModelsListCommand.Describe).ToArray(),
            }).ToArray(),
        };
        output.Write(document, console =>
        {
            if (document.Description is not null)
            {
                console.WriteLine(document.Description);
            }

            var table = Output.CreateTable("part", "id", "commit", "revisions", ">size", "state", "folder");
            foreach (var part in parts)
            {
                foreach (CachedSnapshot snapshot in part.Cached?.Snapshots ?? [])
                {
                    table.AddTextRow(
                        part.Role.ToString().ToLowerInvariant(), part.Id.Repository, snapshot.Commit[..8], string.Join(", ", snapshot.Revisions), Output.Size(snapshot.Bytes),
                        ModelsListCommand.State(snapshot), snapshot.Folder);
                }

                if (part.Cached is not { Snapshots.Count: > 0 })
                {
                    table.AddTextRow(part.Role.ToString().ToLowerInvariant(), part.Id.Repository, "-", "-", Output.Size(part.Cached?.Bytes ?? 0), "not pulled", "-");
                }
            }

            console.Write(table);
        });
    }

    private static void Print(Output output, RelsimModel relsim)
    {
        RelationalEncoder encoder = relsim.Encoder;
        var document = new
        {
            id = encoder.ModelId,
            encoder.Fingerprint,
            relsim.Folder,
            weight_bytes = Directory.GetFiles(relsim.Folder, "*.safetensors").Sum(file => new FileInfo(file).Length),
            preprocessing = encoder.Profile.Name,
            preprocessing_fingerprint = encoder.Profile.Fingerprint,
            image_size = encoder.Profile.IsSquare ? encoder.Profile.Size : (int?)null,
            encoder.RelationalDimension,
            encoder.AttributeDimension,
            captions = relsim.Captions.Count,
            caption_file = ModelCaptions.FindFile(relsim.Folder),
        };
        output.Write(document, console =>
        {
            var table = Output.CreateTable("", "");
            table.AddTextRow("id", document.id);
            table.AddTextRow("fingerprint", document.Fingerprint);
            table.AddTextRow("folder", document.Folder);
            table.AddTextRow("weights", Output.Size(document.weight_bytes));
            table.AddTextRow("preprocessing", $"{document.preprocessing} ({document.preprocessing_fingerprint}), {(document.image_size is { } side ? $"{side} x {side} pixels" : "pictures of their own size")}");
            table.AddTextRow("embeddings", Output.Dimensions(document.RelationalDimension, document.AttributeDimension));
            table.AddTextRow("captions", document.captions > 0 ? $"{document.captions} from {document.caption_file}" : "none: hits are shown without a reason");
            console.Write(table);
        });
    }
}
