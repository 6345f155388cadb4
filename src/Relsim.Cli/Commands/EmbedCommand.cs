using System.CommandLine;
using Relsim.Datasets;
using Relsim.Torch.Encoders;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim embed INPUT... --output FILE.npz</c>: embeddings of pictures in the published layout.</summary>
internal static class EmbedCommand
{
    public static Command Create()
    {
        Argument<string[]> inputs = InputArguments.Create();
        Option<string?> imageDir = InputArguments.CreateImageDir();
        var output = new Option<string>("--output", "-o") { Description = "The npz file to write: embeddings, image_ids, captions.", Required = true };
        var space = new Option<EmbeddingSpace>("--space") { Description = "'relational' (shared logic) or 'attribute' (looks).", DefaultValueFactory = _ => EmbeddingSpace.Relational };
        space.AcceptOnlyFromAmong("relational", "attribute");
        var command = new Command("embed", "Embed pictures into an npz file. Unreadable ones are listed in FILE.errors.jsonl; the exit code is then 3.")
        {
            inputs, output, space, imageDir,
        };
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            Output print = Output.Of(parse);
            string path = parse.GetValue(output)!;
            IReadOnlyList<ImageInput> pictures = InputArguments.Expand(parse.GetValue(inputs)!, parse.GetValue(imageDir));
            using RelsimModel relsim = model.Load(parse);
            using ProgressBar bar = print.StartProgress("Embedding");
            var export = new EmbeddingExport(relsim.Encoder, relsim.Captions);
            ExportReport report = await export.WriteAsync(path, pictures, parse.GetValue(space), bar, cancellation).ConfigureAwait(false);
            bar.Dispose();
            Print(print, path, report);
            return ExitCodes.Of(report.Written, report.Errors.Count);
        });
        return command;
    }

    private static void Print(Output print, string path, ExportReport report)
    {
        if (report.ErrorFile is not null)
        {
            print.Note(report.Written > 0
                ? $"warning: {report.Errors.Count} pictures could not be read; they are listed in {report.ErrorFile}"
                : $"error: none of the {report.Errors.Count} pictures could be read, so {path} was not written; the reasons are in {report.ErrorFile}");
        }

        var document = new { output = report.Written > 0 ? path : null, report.Written, Unreadable = report.Errors.Count, report.ErrorFile };
        print.Write(document, console => console.WriteLine($"{report.Written} embeddings written{(report.Written > 0 ? $" to {path}" : "")}."));
    }
}
