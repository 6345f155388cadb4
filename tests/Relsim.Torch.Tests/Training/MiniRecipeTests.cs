using System.Collections.Concurrent;
using Relsim.Datasets;
using Relsim.Torch.Tests.Models.Mini;
using Relsim.Torch.Training;

namespace Relsim.Torch.Tests.Training;

[Collection(SharedGenerator.Name)]
public sealed class MiniRecipeTests
{
    private static readonly MiniStage[] Stages =
    [
        new("base", 3, 1e-3, 1, .9, Problems: 4),
        new("branch", 2, 1e-3, 1, .9, Problems: 3, Branches: 2),
        new("final", 2, 1e-9, 1, .9, Problems: 2), // hardly moves: it ends where it began
    ];

    private static readonly MixedBatch[] Validation = [new(TinyMini.Batch(1_000_001)), new(TinyMini.Batch(1_000_002))];

    private static readonly string[] Captions = ["one thing stands for another"];

    [Fact]
    public void Run_StagesWithBranches_EachBeginsWhereTheOneBeforeEnded()
    {
        using var folder = new TemporaryFolder();
        var asked = new ConcurrentQueue<(ulong Seed, int Problems)>();

        MiniTrainingReport report = Run(folder.File("run"), Stages, 1, asked);

        Assert.Equal(folder.File("run"), report.Folder);
        Assert.Equal([(1UL, 4), (11UL, 3), (12UL, 3), (21UL, 2)], asked);
        float[] one = TinyMini.Head(folder.File("run/branch-1/model.safetensors")), two = TinyMini.Head(folder.File("run/branch-2/model.safetensors")), end = TinyMini.Head(folder.File("run/model.safetensors"));
        Assert.NotEqual(one, two);
        Assert.Equal(one.Zip(two, (a, b) => (a + b) / 2), end, (expected, actual) => Math.Abs(expected - actual) < 1e-3);
    }

    [Fact]
    public void Run_BranchesFromRandomWeights_TheBestGoesOnAndAllTeach()
    {
        using var folder = new TemporaryFolder();
        MiniStage[] stages =
        [
            new("base", 4, 3e-3, 1, .5, Problems: 3, Branches: 3),
            new("student", 1, 1e-9, 1, .9, Problems: 3, Teachers: "base"),
        ];
        var reports = new ConcurrentQueue<(string Run, double Score)>();

        Run(folder.File("run"), stages, 1, [], reports);

        string best = reports.Where(report => report.Run != "student").MaxBy(report => report.Score).Run;
        Assert.Equal(["base-1", "base-2", "base-3", "student"], reports.Select(report => report.Run));
        Assert.Equal(TinyMini.Head(folder.File($"run/{best}/model.safetensors")), TinyMini.Head(folder.File("run/model.safetensors")), (expected, actual) => Math.Abs(expected - actual) < 1e-3);
        Assert.False(File.Exists(folder.File("run/base.safetensors")));
    }

    [Theory]
    [InlineData("bases")]
    [InlineData("student")]
    public void Run_TeachersThatNoEarlierStageMade_SaysSoBeforeTraining(string teachers)
    {
        using var folder = new TemporaryFolder();
        MiniStage[] stages = [Stages[0], new("student", 1, 1e-3, 1, .9, Problems: 3, Teachers: teachers)];

        ArgumentException error = Assert.Throws<ArgumentException>(() => Run(folder.File("run"), stages, 1, []));

        Assert.Contains($"'{teachers}'", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Fact]
    public void Run_AnotherSeed_SharesNoPicturesWithTheFirst()
    {
        using var folder = new TemporaryFolder();
        var one = new ConcurrentQueue<(ulong Seed, int Problems)>();
        var two = new ConcurrentQueue<(ulong Seed, int Problems)>();

        Run(folder.File("one"), Stages, 1, one);
        Run(folder.File("two"), Stages, 2, two);

        Assert.Empty(one.Select(run => run.Seed).Intersect(two.Select(run => run.Seed)));
    }

    [Fact]
    public void Run_StartedAgainAfterItsEnd_EndsWithTheSameWeights()
    {
        using var folder = new TemporaryFolder();
        Run(folder.File("run"), Stages, 1, []);
        byte[] before = File.ReadAllBytes(folder.File("run/model.safetensors"));

        Run(folder.File("run"), Stages, 1, []);

        Assert.Equal(before, File.ReadAllBytes(folder.File("run/model.safetensors")));
    }

    [Fact]
    public void Stages_Recipe_EndsInOneRun()
    {
        Assert.All(MiniRecipe.Stages, stage => Assert.InRange(stage.Branches, 1, 9));
        Assert.Equal(1, MiniRecipe.Stages[^1].Branches);
        Assert.Equal(MiniRecipe.Stages.Count, MiniRecipe.Stages.Select(stage => stage.Name).Distinct().Count());
    }

    private static MiniTrainingReport Run(
        string output, MiniStage[] stages, ulong seed, ConcurrentQueue<(ulong Seed, int Problems)> asked, ConcurrentQueue<(string Run, double Score)>? scores = null)
    {
        var options = new TrainerOptions { Output = output, Seed = seed };
        return MiniRecipe.Run(
            TinyMini.Config(), stages, options, Pictures, Validation, Captions, progress: run => new Scores(run, scores), cancellationToken: TestContext.Current.CancellationToken);

        Func<long, MixedBatch> Pictures(ulong pictures, int problems)
        {
            asked.Enqueue((pictures, problems));
            return step => new MixedBatch(TinyMini.Batch(((long)pictures * 1000) + step));
        }
    }

    private sealed class Scores(string run, ConcurrentQueue<(string Run, double Score)>? queue) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Validation is not null)
            {
                queue?.Enqueue((run, value.Validation["score"]));
            }
        }
    }
}
