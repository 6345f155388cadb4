using System.CommandLine;
using Relsim.Datasets;
using Relsim.Evaluation.Retrieval;
using Relsim.Scenes;
using Relsim.Torch.Encoders;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim evaluate scenes</c>: the benchmark on scenes of unseen subjects and styles.</summary>
internal static class EvaluateCommand
{
    private const int ScenesPerLook = 4;

    public static Command Create()
    {
        var evaluate = new Command("evaluate", "Measure a model.");
        evaluate.Subcommands.Add(CreateScenes());
        return evaluate;
    }

    private static Command CreateScenes()
    {
        var model = new Option<string>("--model") { Description = "'mini', or a folder with a mini model.", DefaultValueFactory = _ => "mini" };
        var pool = new Option<int>("--pool") { Description = "Scenes in the pool, half of them clutter.", DefaultValueFactory = _ => 28_000 };
        var queries = new Option<int>("--queries") { Description = "Queries of each table.", DefaultValueFactory = _ => 1000 };
        var seed = new Option<int>("--seed") { Description = "Seed of pool, queries and intervals.", DefaultValueFactory = _ => 1 };
        var output = new Option<DirectoryInfo?>("--output") { Description = "Folder for scenes.md and scenes.json." };
        var scenes = new Command("scenes", "Retrieval by relation on scenes of unseen subjects, styles and wordings, beside attribute baselines.") { model, pool, queries, seed, output };
        scenes.SetAction((parse, cancellation) =>
        {
            int draw = parse.GetValue(seed);
            string name = parse.GetValue(model)!;
            using MiniEncoder encoder = name == "mini" ? MiniEncoder.LoadDefault() : MiniEncoder.Load(name);
            int size = encoder.Config.ImageSize;
            var gallery = new SceneGalleryOptions { Count = parse.GetValue(pool), Seed = (ulong)draw };
            SceneGalleryOptions looks = gallery with
            {
                Count = Math.Max(ScenesPerLook, gallery.Count / 4), ClutterShare = 0, ScenesPerLook = ScenesPerLook, SiblingsShareLooks = true, Seed = gallery.Seed + 1,
            };
            RelationalReport report = RelationalBenchmark.Run(
                encoder,
                SceneLabels.Images(SceneGallery.Create(gallery), size),
                SceneLabels.Images(SceneGallery.Create(looks), size),
                SceneLabels.Texts(Split.Test),
                new RelationalBenchmarkOptions { Queries = parse.GetValue(queries), Seed = draw },
                null,
                cancellation);
            if (parse.GetValue(output) is { } folder)
            {
                folder.Create();
                AtomicFile.Write(Path.Combine(folder.FullName, "scenes.md"), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(report.ToMarkdown())));
                AtomicFile.Write(Path.Combine(folder.FullName, "scenes.json"), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(report.ToJson())));
            }

            Console.WriteLine(report.ToMarkdown());
            return Task.FromResult(0);
        });
        return scenes;
    }
}
