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
        new("middle", 2, 1e-3, 1, .9, Problems: 3),
        new("last", 2, 1e-9, 1, .9, Problems: 2), // hardly moves: it ends where it began
    ];

    private static readonly MixedBatch[] Validation = [new(TinyMini.Batch(1_000_001)), new(TinyMini.Batch(1_000_002))];

    private static readonly string[] Captions = ["one thing stands for another"];

    [Fact]
    public void Run_Stages_EachBeginsWhereTheOneBeforeEnded()
    {
        using var folder = new TemporaryFolder();
        var asked = new ConcurrentQueue<(ulong Seed, int Problems)>();

        MiniTrainingReport report = Run(folder.File("run"), Stages, 1, asked);

        Assert.Equal(folder.File("run"), report.Folder);
        Assert.Equal([(1UL, 4), (11UL, 3), (21UL, 2)], asked);
        float[] first = TinyMini.Head(folder.File("run/base/model.safetensors")), middle = TinyMini.Head(folder.File("run/middle/model.safetensors"));
        Assert.NotEqual(first, middle);
        Assert.Equal(middle, TinyMini.Head(folder.File("run/model.safetensors")), (expected, actual) => Math.Abs(expected - actual) < 1e-3);
    }

    [Fact]
    public void Run_StageWithABlend_EndsBetweenItAndTheEarlierStage()
    {
        using var folder = new TemporaryFolder();
        MiniStage[] stages = [Stages[0], Stages[1], Stages[2] with { Blend = new MiniBlend("base", .25) }];

        Run(folder.File("run"), stages, 1, []);

        float[] first = TinyMini.Head(folder.File("run/base/model.safetensors")), middle = TinyMini.Head(folder.File("run/middle/model.safetensors"));
        Assert.Equal(first.Zip(middle, (a, b) => (.25f * a) + (.75f * b)), TinyMini.Head(folder.File("run/model.safetensors")), (expected, actual) => Math.Abs(expected - actual) < 1e-3);
    }

    [Theory]
    [InlineData("bases")]
    [InlineData("last")]
    public void Run_BlendWithAStageThatDoesNotComeBefore_SaysSoBeforeTraining(string name)
    {
        using var folder = new TemporaryFolder();
        MiniStage[] stages = [Stages[0], Stages[2] with { Blend = new MiniBlend(name, .5) }];

        ArgumentException error = Assert.Throws<ArgumentException>(() => Run(folder.File("run"), stages, 1, []));

        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
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
    public void Stages_Recipe_HaveFoldersOfTheirOwn() =>
        Assert.Equal(MiniRecipe.Stages.Count, MiniRecipe.Stages.Select(stage => stage.Name).Distinct().Count());

    private static MiniTrainingReport Run(string output, MiniStage[] stages, ulong seed, ConcurrentQueue<(ulong Seed, int Problems)> asked)
    {
        var options = new TrainerOptions { Output = output, Seed = seed };
        return MiniRecipe.Run(TinyMini.Config(), stages, options, Pictures, Validation, Captions, cancellationToken: TestContext.Current.CancellationToken);

        Func<long, MixedBatch> Pictures(ulong pictures, int problems)
        {
            asked.Enqueue((pictures, problems));
            return step => new MixedBatch(TinyMini.Batch(((long)pictures * 1000) + step));
        }
    }
}
