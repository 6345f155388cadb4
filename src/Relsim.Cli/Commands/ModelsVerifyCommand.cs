using System.CommandLine;
using Relsim.Torch.Weights.Hub;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim models verify ID...</c>: computes the checksums of what is in the cache.</summary>
internal static class ModelsVerifyCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("ID") { Description = ModelsCommand.Names, Arity = ArgumentArity.OneOrMore };
        var command = new Command("verify", "Check every file of models in the cache against its checksum. Exit code 1 where one is damaged.") { ids };
        command.SetAction(async (parse, cancellation) =>
        {
            using ModelStore store = ModelStore.Open();
            Output output = Output.Of(parse);
            List<VerificationReport> reports = [];
            foreach (HubModelId id in parse.GetValue(ids)!.SelectMany(KnownModels.Expand).Select(part => part.Id).Distinct())
            {
                using ProgressBar bar = output.StartProgress($"{id.Name}, MB");
                reports.Add(await store.VerifyAsync(id, new TransferProgress(bar), cancellation).ConfigureAwait(false));
            }

            Print(output, reports);
            return reports.All(report => report.Damaged.Count == 0) ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static void Print(Output output, List<VerificationReport> reports)
    {
        var document = reports.Select(report => new { id = report.Id.ToString(), report.Checked, report.Bytes, report.Damaged, report.Unknown }).ToArray();
        output.Write(document, console =>
        {
            foreach (VerificationReport report in reports)
            {
                console.WriteLine($"{report.Id}: {report.Checked} files ({Output.Size(report.Bytes)}) as they should be, {report.Damaged.Count} damaged, {report.Unknown.Count} without a known checksum");
                foreach (DamagedFile file in report.Damaged)
                {
                    console.WriteLine($"  damaged: {(file.Names.Count > 0 ? string.Join(", ", file.Names) : "used by no snapshot")}: {file.Reason}: {file.File}");
                }
            }
        });
        foreach (VerificationReport report in reports.Where(report => report.Damaged.Count > 0))
        {
            output.Note($"To mend it: relsim models remove {report.Id.Repository}, then relsim models pull {report.Id}.");
        }
    }
}
