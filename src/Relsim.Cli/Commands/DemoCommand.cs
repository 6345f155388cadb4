using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Relsim.Evaluation.Demo;
using Relsim.Evaluation.Reports;
using Relsim.Scenes;
using Relsim.Search;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim demo</c>: the main job from pictures to relational neighbours, on scenes drawn for the occasion.</summary>
internal static class DemoCommand
{
    private const int PictureSide = 256;
    private const int ScenesPerLook = 4;
    private const double ClutterShare = 0.2;

    public static Command Create()
    {
        var output = new Option<DirectoryInfo>("--output") { Description = "Folder for pictures, library, report and map.", DefaultValueFactory = _ => new DirectoryInfo("relsim-demo") };
        var count = new Option<int>("--count") { Description = "Pictures in the gallery.", DefaultValueFactory = _ => 900 };
        var queries = new Option<int>("--queries") { Description = "Queries shown.", DefaultValueFactory = _ => 8 };
        var seed = new Option<ulong>("--seed") { Description = "Another seed, other pictures and queries.", DefaultValueFactory = _ => 1 };
        count.RequireAtLeast(20);
        queries.RequireAtLeast(1);
        var command = new Command("demo", "Draw a gallery, search it by relation and by look, and write a report to look at.") { output, count, queries, seed };
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            using RelsimModel relsim = model.Load(parse);
            return await RunAsync(
                Output.Of(parse), relsim, parse.GetValue(output)!.FullName, parse.GetValue(count), parse.GetValue(queries), parse.GetValue(seed), cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        Output output, RelsimModel relsim, string folder, int count, int queries, ulong seed, CancellationToken cancellation)
    {
        if (relsim.Encoder.AttributeDimension == 0)
        {
            throw new CommandException($"the demo sets logic beside looks, and the model {relsim.Encoder.ModelId} has no attribute space: it says nothing about looks. Use 'mini'.");
        }

        IReadOnlyList<SceneRecipe> recipes = SceneGallery.Create(new SceneGalleryOptions
        {
            Count = count,
            Seed = seed,
            ClutterShare = ClutterShare,
            ScenesPerLook = ScenesPerLook,
        });
        // A gallery of another seed or size must not be searched along with this one.
        string gallery = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"gallery-{seed}-{count}"));
        IReadOnlyList<string> paths;
        using (ProgressBar bar = output.StartProgress("Drawing pictures"))
        {
            paths = SceneFiles.Write(gallery, recipes, PictureSide, bar.Report, cancellation);
        }

        using EmbeddingStore library = relsim.OpenLibrary(gallery, create: true);
        using (ProgressBar bar = output.StartProgress("Embedding pictures"))
        {
            await relsim.RescanAsync(library, [gallery], bar, cancellation).ConfigureAwait(false);
        }

        GalleryItem[] items = [.. recipes.Select((recipe, i) => Item(recipe, paths[i]))];
        var demo = new GalleryDemo(library, items, relsim.Captions, new GalleryDemoOptions { Queries = queries, Seed = seed, NextSteps = NextSteps(gallery, paths[0]) });
        GalleryDemoReport report = demo.Run(cancellation);
        demo.Write(folder, report, Provenance(relsim, seed));
        Print(output, folder, report, NextSteps(gallery, paths[0]));
        return ExitCodes.Ok;
    }

    private static void Print(Output output, string folder, GalleryDemoReport report, IReadOnlyList<NextStep> next)
    {
        string page = Path.Combine(folder, "report.html"), map = Path.Combine(folder, "map.png");
        output.Write(new { report = page, map, report.Agreement, report.Results }, console =>
        {
            foreach (DemoResult result in report.Results)
            {
                console.Write(new Text($"{result.Item.Relation}: {result.Item.Caption}", new Style(decoration: Decoration.Bold)));
                console.WriteLine();
                Table table = Output.CreateTable(">", "same logic", "because both show", ">", "same look");
                foreach ((SearchHit relational, SearchHit attribute) in result.Relational.Zip(result.Attribute))
                {
                    table.AddTextRow(
                        Output.Number(relational.RelationalScore), Name(relational), relational.Reason?.Caption ?? "", Output.Number(attribute.AttributeScore), Name(attribute));
                }

                console.Write(table);
                console.WriteLine();
            }

            foreach (DemoAgreement head in report.Agreement)
            {
                console.Write(new Text(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{head.Name}: of {head.Hits} first hits, {head.SameRelation:P0} show the query's relation and {head.SameLook:P0} its look.\n")));
            }

            console.Write(new Text($"\nOpen {page}\nThe map: {map}\n\nThen:\n"));
            foreach (NextStep step in next)
            {
                console.Write(new Text($"  {step.Command}\n      {step.Purpose}\n"));
            }
        });
    }

    private static string Name(SearchHit hit) => Path.GetFileNameWithoutExtension(hit.Path)[..8];

    private static GalleryItem Item(SceneRecipe recipe, string path)
    {
        SceneTruth truth = recipe.Describe();
        return new GalleryItem(path, recipe.Relation?.Family.Name, recipe.Relation?.Id, truth.Caption, truth.AttributeCaption, recipe.LookSeed);
    }

    private static NextStep[] NextSteps(string gallery, string picture)
    {
        const string relsim = "dotnet run -c Release --project src/Relsim.Cli --";
        string folder = Path.GetRelativePath(Environment.CurrentDirectory, gallery);
        return
        [
            new("Find the pictures of your own folder that share the logic of one picture.", $"{relsim} search ~/Pictures --image your-picture.jpg"),
            new("Same logic, unlike looks: a negative weight pushes look-alikes away.", $"{relsim} search ~/Pictures --image your-picture.jpg --attribute-weight -0.5"),
            new("Search this gallery by a relation in words.", $"{relsim} search {folder} --text \"things getting bigger step by step\""),
            new("Say what two pictures have in common.", $"{relsim} explain {Path.Combine(folder, Path.GetFileName(picture))} your-picture.jpg"),
        ];
    }

    private static DemoProvenance Provenance(RelsimModel relsim, ulong seed) => new(
        "relsim demo --seed " + seed.ToString(CultureInfo.InvariantCulture),
        seed,
        relsim.Encoder.ModelId,
        relsim.Encoder.Fingerprint,
        $"{relsim.Encoder.Profile.Name} ({relsim.Encoder.Profile.Fingerprint})",
        Assembly.GetExecutingAssembly().GetName().Version!.ToString(3),
        $"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}",
        TimeProvider.System.GetLocalNow());
}
