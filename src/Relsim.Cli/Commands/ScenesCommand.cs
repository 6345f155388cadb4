using System.CommandLine;
using Relsim.Scenes;
using Relsim.Scenes.Styles;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim scenes generate</c>: procedural scenes as a dataset on disk.</summary>
internal static class ScenesCommand
{
    public static Command Create()
    {
        var scenes = new Command("scenes", "Procedural relational scenes with ground truth.");
        scenes.Subcommands.Add(CreateGenerate());
        return scenes;
    }

    private static Command CreateGenerate()
    {
        var output = new Option<DirectoryInfo>("--output") { Description = "Folder for pictures, scenes.jsonl and groups.json.", Required = true };
        var count = new Option<int>("--count") { Description = "Number of scenes.", DefaultValueFactory = _ => 1000 };
        var seed = new Option<ulong>("--seed") { Description = "Another seed, other scenes.", DefaultValueFactory = _ => 1 };
        var size = new Option<int>("--size") { Description = "Side in pixels.", DefaultValueFactory = _ => 256 };
        var split = new Option<Split>("--split") { Description = "Subjects, styles and wordings of which split.", DefaultValueFactory = _ => Split.Train };
        var clutter = new Option<double>("--clutter") { Description = "Share of scenes without any relation, 0 to 1.", DefaultValueFactory = _ => 0.2 };
        var perLook = new Option<int>("--scenes-per-look") { Description = "Scenes that share one look, each under another relation.", DefaultValueFactory = _ => 1 };
        count.RequireAtLeast(1);
        size.RequireAtLeast(ScenePainter.SmallestSide);
        perLook.RequireAtLeast(1);
        var generate = new Command("generate", "Write scenes with their relations, captions and attributes.") { output, count, seed, size, split, clutter, perLook };
        generate.SetAction((parse, cancellation) =>
        {
            string folder = parse.GetValue(output)!.FullName;
            IReadOnlyList<SceneRecipe> recipes = SceneGallery.Create(new SceneGalleryOptions
            {
                Count = parse.GetValue(count),
                Seed = parse.GetValue(seed),
                Split = parse.GetValue(split),
                ClutterShare = parse.GetValue(clutter),
                ScenesPerLook = parse.GetValue(perLook),
            });
            Output printed = Output.Of(parse);
            using (ProgressBar bar = printed.StartProgress("Drawing scenes"))
            {
                SceneFiles.Write(folder, recipes, parse.GetValue(size), bar.Report, cancellation);
            }

            printed.Write(
                new { folder, scenes = recipes.Count, captions = SceneFiles.Captions, groups = SceneFiles.Groups },
                console => console.Write(new Spectre.Console.Text($"{recipes.Count} scenes, {SceneFiles.Captions} and {SceneFiles.Groups} in {folder}\n")));
            return Task.FromResult(ExitCodes.Ok);
        });
        return generate;
    }
}
