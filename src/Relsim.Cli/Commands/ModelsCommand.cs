using System.CommandLine;
using System.Globalization;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Training;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim models list|show</c>: which models there are and what they are.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", "List and describe models.")
    {
        CreateList(),
        CreateShow(),
    };

    private static Command CreateList()
    {
        var command = new Command("list", "List the models that ship with the program.");
        command.SetAction(parse =>
        {
            string folder = MiniEncoder.DefaultFolder;
            bool present = File.Exists(Path.Combine(folder, MiniTraining.ConfigFile)) && File.Exists(Path.Combine(folder, MiniTraining.WeightsFile));
            string? id = present ? MiniConfig.Read(Path.Combine(folder, MiniTraining.ConfigFile)).ModelId : null;
            Output.Of(parse).Write(new[] { new { name = ModelOption.Mini, id, present, folder } }, console =>
            {
                var table = Output.CreateTable("name", "id", "state", "folder");
                table.AddTextRow(ModelOption.Mini, id ?? "-", present ? "ready" : "missing", folder);
                console.Write(table);
            });
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var model = new Argument<string>("MODEL") { Description = "'mini' or a model's folder.", DefaultValueFactory = _ => ModelOption.Mini };
        var command = new Command("show", "Describe a model.") { model };
        command.SetAction(parse =>
        {
            using RelsimModel relsim = ModelOption.Load(parse.GetValue(model)!);
            Print(Output.Of(parse), relsim);
            return ExitCodes.Ok;
        });
        return command;
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
            table.AddTextRow("weights", string.Create(CultureInfo.InvariantCulture, $"{document.weight_bytes / 1e6:F1} MB"));
            table.AddTextRow("preprocessing", $"{document.preprocessing} ({document.preprocessing_fingerprint}), {(document.image_size is { } side ? $"{side} x {side} pixels" : "pictures of their own size")}");
            table.AddTextRow("embeddings", Output.Dimensions(document.RelationalDimension, document.AttributeDimension));
            table.AddTextRow("captions", document.captions > 0 ? $"{document.captions} from {document.caption_file}" : "none: hits are shown without a reason");
            console.Write(table);
        });
    }
}
