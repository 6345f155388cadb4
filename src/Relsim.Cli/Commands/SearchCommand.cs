using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Relsim.Datasets;
using Relsim.Search;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim search LIBRARY --image Q</c>: the pictures that share most logic with a picture or a text.</summary>
internal static class SearchCommand
{
    public static Command Create()
    {
        var parts = new Parts();
        var command = new Command("search", "Find the pictures of a library that share most logic with pictures or words. A folder of pictures is embedded (or brought up to date) first.");
        parts.AddTo(command);
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            Output output = Output.Of(parse);
            string library = parse.GetValue(parts.Library)!;
            using RelsimModel relsim = model.Load(parse);
            LibraryQuery query = relsim.CreateQuery(parse.GetValue(parts.Images)!, parse.GetValue(parts.Texts), parse.GetValue(parts.MinusTexts));
            using EmbeddingStore store = await OpenAsync(relsim, library, output, cancellation).ConfigureAwait(false);
            LibrarySearchOptions options = parts.ReadOptions(parse) with { Captions = relsim.Captions };
            LibrarySearchResult result = JointRanking.Load(store).Search(query, options, cancellation);
            Print(output, store, result);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<EmbeddingStore> OpenAsync(RelsimModel relsim, string library, Output output, CancellationToken cancellation)
    {
        bool isFolder = Directory.Exists(library);
        if (isFolder && ImageInputs.InFolder(library).Count == 0)
        {
            throw new CommandException($"there is no picture in {library}.");
        }

        EmbeddingStore store = relsim.OpenLibrary(library, create: isFolder);
        try
        {
            if (isFolder)
            {
                using ProgressBar bar = output.StartProgress("Embedding");
                LibraryReport report = await relsim.RescanAsync(store, [library], bar, cancellation).ConfigureAwait(false);
                if (report.Failed > 0)
                {
                    output.Note($"warning: {report.Failed} pictures could not be read; 'relsim library info {library}' says why");
                }
            }

            return store.Count() > 0 ? store : throw new CommandException($"there is no picture in {library}.");
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    internal static void Print(Output output, EmbeddingStore store, LibrarySearchResult result)
    {
        string? shortfall = result.Shortfall?.ToString();
        var document = new
        {
            library = store.FilePath,
            hits = result.Hits.Select((hit, i) => new
            {
                rank = i + 1,
                hit.Path,
                relational = hit.RelationalScore,
                attribute = hit.AttributeScore,
                joint = hit.Score,
                hit.Interest,
                shared_caption = hit.Reason,
            }).ToArray(),
            shortfall,
        };
        output.Write(document, console =>
        {
            bool hasLooks = store.Identity.AttributeDimension > 0;
            string[] looks = hasLooks ? [">attribute"] : [];
            Table table = Output.CreateTable([">rank", ">joint", ">relational", .. looks, "picture", ">fit", "what both show"]);
            foreach (var (hit, i) in result.Hits.Select((hit, i) => (hit, i)))
            {
                string[] look = hasLooks ? [Output.Number(hit.AttributeScore)] : [];
                table.AddTextRow(
                    [(i + 1).ToString(CultureInfo.InvariantCulture), Output.Number(hit.Score), Output.Number(hit.RelationalScore), .. look,
                    Output.ShortPath(hit.Path), Output.Number(hit.Reason?.Score), hit.Reason?.Caption ?? "-"]);
            }

            console.Write(table);
        });
        if (shortfall is not null)
        {
            output.Note($"note: {shortfall}");
        }
    }

    /// <summary>The command's arguments and options.</summary>
    private sealed class Parts
    {
        public Argument<string> Library { get; } = new("LIBRARY") { Description = "A library file, or a folder of pictures (its embeddings are kept in it as .relsim.db)." };

        public Option<string[]> Images { get; } = Many<string>("--image", "A picture to look for; several are averaged.");

        public Option<string[]> Texts { get; } = Many<string>("--text", "Words to look for, such as \"stages of something growing\".");

        public Option<string[]> MinusTexts { get; } = Many<string>("--minus-text", "Words to turn away from.");

        private Option<int> TopK { get; } = new("--top-k", "-k") { Description = "Hits to return.", DefaultValueFactory = _ => 10 };

        private Option<float> RelationalWeight { get; } = new("--relational-weight") { Description = "Weight of shared logic.", DefaultValueFactory = _ => 1 };

        private Option<float> AttributeWeight { get; } = new("--attribute-weight") { Description = "Weight of looks; negative asks for the same logic with unlike looks." };

        private Option<float?> MinScore { get; } = new("--min-score") { Description = "Leave out hits whose joint score is lower." };

        private Option<string?> Folder { get; } = new("--folder") { Description = "Only paths that match: * within a name, ** across folders, ? one character." };

        private Option<int> MinSize { get; } = new("--min-size") { Description = "Only pictures whose shorter side has at least this many pixels." };

        private Option<float> MinInterest { get; } = new("--min-interest") { Description = "Only pictures that show a relation with at least this probability." };

        private Option<DateTimeOffset?> Since { get; } = new("--since") { Description = "Only files changed on or after this date (2026-01-31)." };

        private Option<DateTimeOffset?> Until { get; } = new("--until") { Description = "Only files changed on or before this date." };

        public void AddTo(Command command)
        {
            TopK.RequireAtLeast(1);
            MinSize.RequireAtLeast(0);
            command.Arguments.Add(Library);
            foreach (Option option in new Option[]
                { Images, Texts, MinusTexts, TopK, RelationalWeight, AttributeWeight, MinScore, Folder, MinSize, MinInterest, Since, Until })
            {
                command.Options.Add(option);
            }

            command.Validators.Add(Check);
        }

        public LibrarySearchOptions ReadOptions(ParseResult parse) => new()
        {
            TopK = parse.GetValue(TopK),
            RelationalWeight = parse.GetValue(RelationalWeight),
            AttributeWeight = parse.GetValue(AttributeWeight),
            Filter = new LibraryFilter
            {
                PathPattern = parse.GetValue(Folder),
                ModifiedFrom = parse.GetValue(Since),
                ModifiedTo = parse.GetValue(Until),
                MinimumSide = parse.GetValue(MinSize),
                MinimumInterest = parse.GetValue(MinInterest),
                MinimumScore = parse.GetValue(MinScore),
            },
        };

        private static Option<T[]> Many<T>(string name, string description) => new(name)
        {
            Description = description,
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [],
        };

        // Defaults are not filled in yet when a command is validated.
        private static float Given(CommandResult result, Option<float> option, float otherwise) =>
            result.GetResult(option) is { Implicit: false } given ? given.GetValueOrDefault<float>() : otherwise;

        private void Check(CommandResult result)
        {
            bool hasImage = result.GetResult(Images) is { Implicit: false };
            if (!hasImage && result.GetResult(Texts) is not { Implicit: false } && result.GetResult(MinusTexts) is not { Implicit: false })
            {
                result.AddError("Say what to look for: --image, --text or --minus-text.");
            }
            else if (result.Errors.Any())
            {
                return;
            }
            else if (Given(result, RelationalWeight, 1) == 0 && Given(result, AttributeWeight, 0) == 0)
            {
                result.AddError("--relational-weight and --attribute-weight are both 0: nothing could be ranked.");
            }
            else if (Given(result, AttributeWeight, 0) != 0 && !hasImage)
            {
                result.AddError("--attribute-weight needs an --image: words say nothing about looks.");
            }
        }
    }
}
