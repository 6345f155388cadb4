using System.CommandLine;
using System.Text;
using Relsim.Datasets;
using Relsim.Evaluation.Retrieval;
using Relsim.Scenes;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim evaluate scenes</c>: the benchmark on scenes of unseen subjects and styles.</summary>
internal static class EvaluateScenesCommand
{
    private const int ScenesPerLook = 4;

    public static Command Create()
    {
        var pool = new Option<int>("--pool") { Description = "Scenes in the pool, half of them clutter.", DefaultValueFactory = _ => 28_000 };
        var queries = new Option<int>("--queries") { Description = "Queries of each table.", DefaultValueFactory = _ => 1000 };
        var seed = new Option<int>("--seed") { Description = "Seed of pool, queries and intervals.", DefaultValueFactory = _ => 1 };
        var output = new Option<DirectoryInfo?>("--output") { Description = "Folder for scenes.md and scenes.json." };
        pool.RequireAtLeast(100);
        queries.RequireAtLeast(1);
        var command = new Command("scenes", "Retrieval by relation on scenes of unseen subjects, styles and wordings, beside attribute baselines.") { pool, queries, seed, output };
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction((parse, cancellation) =>
        {
            using RelsimModel relsim = model.Load(parse);
            int size = relsim.Encoder.Profile.IsSquare
                ? relsim.Encoder.Profile.Size
                : throw new CommandException($"scenes are drawn as squares of the model's size, and the profile {relsim.Encoder.Profile.Name} has none; choose another --profile.");
            var options = new RelationalBenchmarkOptions { Queries = parse.GetValue(queries), Seed = parse.GetValue(seed) };
            var gallery = new SceneGalleryOptions { Count = parse.GetValue(pool), Seed = (ulong)options.Seed };
            SceneGalleryOptions looks = gallery with
            {
                Count = gallery.Count / 4,
                ClutterShare = 0,
                ScenesPerLook = ScenesPerLook,
                SiblingsShareLooks = true,
                Seed = gallery.Seed + 1,
            };
            Output printed = Output.Of(parse);
            using ProgressBar bar = printed.StartProgress("Painting and embedding");
            RelationalReport report = RelationalBenchmark.Run(
                relsim.Encoder,
                SceneLabels.Images(SceneGallery.Create(gallery), size),
                SceneLabels.Images(SceneGallery.Create(looks), size),
                SceneLabels.Texts(Split.Test),
                options,
                bar.Report,
                cancellation);
            if (parse.GetValue(output) is { } folder)
            {
                folder.Create();
                AtomicFile.Write(Path.Combine(folder.FullName, "scenes.md"), stream => stream.Write(Encoding.UTF8.GetBytes(report.ToMarkdown())));
                AtomicFile.Write(Path.Combine(folder.FullName, "scenes.json"), stream => stream.Write(Encoding.UTF8.GetBytes(report.ToJson())));
            }

            printed.Write(report, console => console.Write(new Spectre.Console.Text(report.ToMarkdown())));
            return Task.FromResult(ExitCodes.Ok);
        });
        return command;
    }
}
