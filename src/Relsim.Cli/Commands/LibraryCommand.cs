using System.CommandLine;
using System.Globalization;
using Relsim.Datasets;
using Relsim.Search;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim library add|rescan|remove|info LIBRARY</c>: keeps the embeddings of pictures in one file.</summary>
internal static class LibraryCommand
{
    public static Command Create() => new("library", "Keep the embeddings of many pictures in one file, to search them at once.")
    {
        CreateAdd(),
        CreateRescan(),
        CreateRemove(),
        CreateInfo(),
    };

    private static Argument<string> Library() => new("LIBRARY")
    {
        Description = "The library file; a folder stands for the library that it holds itself (.relsim.db).",
    };

    private static Command CreateAdd()
    {
        Argument<string> library = Library();
        Argument<string[]> inputs = InputArguments.Create();
        Option<string?> imageDir = InputArguments.CreateImageDir();
        var command = new Command("add", "Add pictures. What the library holds already is not embedded again; a stopped run goes on where it was.")
        {
            library, inputs, imageDir,
        };
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            string path = parse.GetValue(library)!;
            string[] files = [.. InputArguments.Expand(parse.GetValue(inputs)!, parse.GetValue(imageDir)).Select(input => input.Path)];
            using RelsimModel relsim = model.Load(parse);
            using EmbeddingStore store = relsim.OpenLibrary(path, create: true);
            using ProgressBar bar = Output.Of(parse).StartProgress("Embedding");
            LibraryReport report = await relsim.AddAsync(store, files, bar, cancellation).ConfigureAwait(false);
            bar.Dispose();
            return Print(Output.Of(parse), store, report);
        });
        return command;
    }

    private static Command CreateRescan()
    {
        Argument<string> library = Library();
        var folders = new Argument<string[]>("FOLDER")
        {
            Description = "Folders to look through; without any, the pictures that the library holds (and the folder, where LIBRARY is one).",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("rescan", "Bring the library up to date: new, changed, moved and vanished pictures of the folders.") { library, folders };
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            string path = parse.GetValue(library)!;
            string[] named = parse.GetValue(folders)!;
            using RelsimModel relsim = model.Load(parse);
            using EmbeddingStore store = relsim.OpenLibrary(path, create: false);
            using ProgressBar bar = Output.Of(parse).StartProgress("Embedding");
            string[] scanned = named.Length == 0 && Directory.Exists(path) ? [path] : named;
            LibraryReport report = await relsim.RescanAsync(store, scanned, bar, cancellation).ConfigureAwait(false);
            bar.Dispose();
            return Print(Output.Of(parse), store, report);
        });
        return command;
    }

    private static Command CreateRemove()
    {
        Argument<string> library = Library();
        var paths = new Argument<string[]>("PATH") { Description = "Pictures or folders to forget; the files themselves are left alone.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("remove", "Forget pictures.") { library, paths };
        command.SetAction(parse =>
        {
            Output output = Output.Of(parse);
            using EmbeddingStore store = EmbeddingStore.OpenExisting(RelsimModel.LibraryFile(parse.GetValue(library)!));
            int removed = 0;
            List<string> unknown = [];
            foreach (string path in parse.GetValue(paths)!)
            {
                string full = Path.GetFullPath(path);
                int count = store.Remove([full]) + store.RemoveFolder(full);
                removed += count;
                if (count == 0)
                {
                    unknown.Add(path);
                    output.Note($"warning: {path} is not in the library");
                }
            }

            output.Write(new { removed, unknown, pictures = store.Count() }, console => console.WriteLine($"{removed} pictures removed; {store.Count()} are left."));
            return ExitCodes.Of(removed, unknown.Count);
        });
        return command;
    }

    private static Command CreateInfo()
    {
        Argument<string> library = Library();
        var check = new Option<bool>("--check") { Description = "Also let SQLite check the whole file." };
        var command = new Command("info", "Say what a library holds.") { library, check };
        command.SetAction(parse =>
        {
            using EmbeddingStore store = EmbeddingStore.OpenExisting(RelsimModel.LibraryFile(parse.GetValue(library)!));
            string? integrity = parse.GetValue(check) ? store.CheckIntegrity() : null;
            PrintInfo(Output.Of(parse), store, integrity);
            return integrity is null or "ok" ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static void PrintInfo(Output output, EmbeddingStore store, string? integrity)
    {
        IReadOnlyList<StoredError> errors = store.Errors();
        var document = new
        {
            library = store.FilePath,
            pictures = store.Count(),
            bytes = new FileInfo(store.FilePath).Length,
            model = store.Identity.ModelId,
            preprocessing = store.Identity.ProfileFingerprint,
            store.Identity.RelationalDimension,
            store.Identity.AttributeDimension,
            unreadable = errors.Select(error => new { error.Path, error.Reason }).ToArray(),
            integrity,
        };
        output.Write(document, console =>
        {
            var table = Output.CreateTable("", "");
            table.AddTextRow("library", document.library);
            table.AddTextRow("pictures", document.pictures.ToString(CultureInfo.InvariantCulture));
            table.AddTextRow("size", string.Create(CultureInfo.InvariantCulture, $"{document.bytes / 1e6:F1} MB"));
            table.AddTextRow("model", document.model);
            table.AddTextRow("preprocessing", document.preprocessing);
            table.AddTextRow("embeddings", Output.Dimensions(document.RelationalDimension, document.AttributeDimension));
            table.AddTextRow("unreadable", errors.Count.ToString(CultureInfo.InvariantCulture));
            if (integrity is not null)
            {
                table.AddTextRow("integrity", integrity);
            }

            console.Write(table);
            foreach (StoredError error in errors)
            {
                console.WriteLine($"  {error.Path}: {error.Reason}");
            }
        });
    }

    private static int Print(Output output, EmbeddingStore store, LibraryReport report)
    {
        int pictures = store.Count();
        if (report.Failed > 0)
        {
            output.Note($"warning: {report.Failed} pictures could not be read; 'relsim library info {store.FilePath}' says why");
        }

        output.Write(
            new { library = store.FilePath, pictures, report.Added, report.Updated, report.Relinked, report.Unchanged, report.Removed, report.Failed },
            console => console.WriteLine(
                $"{pictures} pictures in {store.FilePath}: {report.Added} added, {report.Updated} updated, {report.Relinked} moved or copied, "
                + $"{report.Unchanged} unchanged, {report.Removed} removed."));
        return ExitCodes.Of(report.Added + report.Updated + report.Relinked + report.Unchanged + report.Removed, report.Failed);
    }
}
