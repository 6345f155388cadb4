using System.Globalization;
using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Tests.Models.Mini;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

[Collection(SharedGenerator.Name)]
public sealed class MiniTrainingTests
{
    private static readonly MixedBatch[] Validation = [new(TinyMini.Batch(1_000_001)), new(TinyMini.Batch(1_000_002)), new(TinyMini.Batch(1_000_003))];

    private static readonly string[] Deciding = ["fine_r1", "family_r1", "text_r1", "panel_r1", "side_2afc"];

    private static readonly string[] Captions = ["one thing stands for another"];

    [Fact]
    public void Run_PatternsToTellApart_FindsThemInNewColors()
    {
        using var folder = new TemporaryFolder();
        var reports = new Reports();
        TrainerOptions options = Options(folder, "run", steps: 60) with { CheckpointEvery = 20, LearningRate = 3e-3, WarmupSteps = 5, AverageDecay = 0.9 };

        MiniTrainingReport report = MiniTraining.Run(TinyMini.Config(), options, Batch, Validation, Captions, null, reports, Token);

        TrainingProgress[] losses = [.. reports.Where(r => r.Validation is null)];
        IReadOnlyDictionary<string, double> last = reports.Last(r => r.Validation is not null).Validation!;
        Assert.True(losses[^1].Loss < 0.7 * losses[0].Loss, $"the loss went from {losses[0].Loss} to {losses[^1].Loss}");
        Assert.True(last["fine_r1"] > 0.9, $"fine R@1 is {last["fine_r1"]}");
        Assert.True(last["text_r1"] > 0.9, $"text R@1 is {last["text_r1"]}");
        Assert.True(report.BestScore > 0.9);
        Assert.Equal(Captions, File.ReadAllLines(folder.File("run/captions.txt")));
        Assert.Equal(Count(TinyMini.Config()), report.Parameters);
    }

    [Fact]
    public void Run_ProblemsAndPanels_LearnsTheSidesAndIsJudgedByThemToo()
    {
        using var folder = new TemporaryFolder();
        var reports = new Reports();
        TrainerOptions options = Options(folder, "run", steps: 40) with { CheckpointEvery = 20, LearningRate = 3e-3, WarmupSteps = 5, AverageDecay = 0.9 };

        MiniTraining.Run(TinyMini.Config(), options, step => TinyMini.Mixed(step), [TinyMini.Mixed(1_000_001), TinyMini.Mixed(1_000_002)], Captions, null, reports, Token);

        IReadOnlyDictionary<string, double> last = reports.Last(r => r.Validation is not null).Validation!;
        Assert.True(last["side_2afc"] > 0.85, $"side-2AFC is {last["side_2afc"]}");
        Assert.InRange(last["panel_r1"], 0, 1);
        Assert.Equal(Deciding.Average(name => last[name]), last["score"], 9);
    }

    [Fact]
    public void Run_FromWeightsOfAnEarlierRun_BeginsWhereThatOneEnded()
    {
        using var folder = new TemporaryFolder();
        MiniTraining.Run(TinyMini.Config(), Options(folder, "first", 30) with { CheckpointEvery = 10, LearningRate = 3e-3, WarmupSteps = 5, AverageDecay = 0.9 }, Batch, Validation, Captions, null, null, Token);
        var fresh = new Reports();
        var started = new Reports();
        TrainerOptions second = Options(folder, "fresh", 10) with { LearningRate = 1e-6 };

        MiniTraining.Run(TinyMini.Config(), second, Batch, Validation, Captions, null, fresh, Token);
        MiniTraining.Run(TinyMini.Config(), second with { Output = folder.File("started") }, Batch, Validation, Captions, new MiniStart(folder.File("first/model.safetensors")), started, Token);

        double from = started.First(r => r.Validation is null).Loss, afresh = fresh.First(r => r.Validation is null).Loss;
        Assert.True(from < 0.8 * afresh, $"the loss begins at {from} and {afresh}");
    }

    [Fact]
    public void Run_BlendedWithAnEarlierModel_EndsAtTheMeanAndReportsItsScore()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        string start = Untrained(folder);
        TrainerOptions options = Options(folder, "end", 6) with { LearningRate = 1e-2, AverageDecay = 0.5 };
        var reports = new Reports();

        MiniTraining.Run(TinyMini.Config(), options, Batch, Validation, Captions, new MiniStart(start), null, Token);
        MiniTrainingReport report = MiniTraining.Run(TinyMini.Config(), options with { Output = folder.File("mean") }, Batch, Validation, Captions, new MiniStart(start, BlendWith: start, Share: .25), reports, Token);

        float[] from = TinyMini.Head(start), to = TinyMini.Head(folder.File("end/model.safetensors")), mean = TinyMini.Head(folder.File("mean/model.safetensors"));
        Assert.True(from.Zip(to, (a, b) => Math.Abs(a - b)).Max() > 0.02, "the run must have moved");
        AssertClose(from.Zip(to, (a, b) => (.25f * a) + (.75f * b)), mean, 1e-3f);
        Assert.Equal(report.BestScore, reports[^1].Validation!["score"]);
    }

    [Fact]
    public void Run_KilledAndStartedAgain_EndsWhereAStraightRunEnds()
    {
        using var folder = new TemporaryFolder();
        long killAt = 5; // two steps after the last checkpoint: they are done again
        MixedBatch Killed(long step) => step < killAt ? Batch(step) : throw new IOException("killed");

        MiniTrainingReport straight = MiniTraining.Run(TinyMini.Config(), Options(folder, "straight", 6), Batch, Validation, Captions, null, null, Token);
        Assert.Throws<IOException>(() => MiniTraining.Run(TinyMini.Config(), Options(folder, "killed", 6), Killed, Validation, Captions, null, null, Token));
        Assert.False(File.Exists(folder.File("killed/model.safetensors")));
        random.manual_seed(99); // a new process does not start where the old one stopped
        MiniTrainingReport resumed = MiniTraining.Run(TinyMini.Config(), Options(folder, "killed", 6), Batch, Validation, Captions, null, null, Token);

        Assert.Equal(straight.BestScore, resumed.BestScore);
        foreach (string file in new[] { "last.safetensors", "best.safetensors", "model.safetensors" })
        {
            AssertSameTensors(folder.File($"straight/{file}"), folder.File($"killed/{file}"));
        }
    }

    [Fact]
    public void Run_SameSeedTwice_GivesTheSameWeights()
    {
        using var folder = new TemporaryFolder();

        MiniTraining.Run(TinyMini.Config(), Options(folder, "one", 3), Batch, Validation, Captions, null, null, Token);
        MiniTraining.Run(TinyMini.Config(), Options(folder, "two", 3), Batch, Validation, Captions, null, null, Token);

        AssertSameTensors(folder.File("one/last.safetensors"), folder.File("two/last.safetensors"));
    }

    [Fact]
    public void Run_FolderOfAnotherSeedOrWidth_IsAnErrorThatSaysSo()
    {
        using var folder = new TemporaryFolder();
        MiniTraining.Run(TinyMini.Config(), Options(folder, "run", 3), Batch, Validation, Captions, null, null, Token);

        WeightsException seed = Assert.Throws<WeightsException>(
            () => MiniTraining.Run(TinyMini.Config(), Options(folder, "run", 3) with { Seed = 8 }, Batch, Validation, Captions, null, null, Token));
        WeightsException width = Assert.Throws<WeightsException>(
            () => MiniTraining.Run(TinyMini.Config() with { Width = 16 }, Options(folder, "run", 3), Batch, Validation, Captions, null, null, Token));

        Assert.Contains("seed 7, not 8", seed.Message, StringComparison.Ordinal);
        Assert.Contains("trunk.stem.weight is [16, 3, 8, 8] in the model and [8, 3, 8, 8] in the file", width.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Exported_LoadsInTheEncoderWithTheSameEmbeddingsAsTheTrainedWeights()
    {
        using var folder = new TemporaryFolder();
        MiniConfig config = TinyMini.Config(side: 128);
        RelationalBatch batch = TinyMini.Batch(1, side: 128);
        MiniTrainingReport report = MiniTraining.Run(config, Options(folder, "run", 3), _ => new MixedBatch(batch), [new MixedBatch(batch)], Captions, null, null, Token);

        using DisposeScope scope = NewDisposeScope();
        using var model = new MiniModel(config);
        using (SafetensorsFile file = SafetensorsFile.Open(folder.File("run/best.safetensors")))
        {
            ModuleWeights.Load(model, file);
        }

        model.eval();
        ImageFeatures expected = model.EncodeImages(TinyMini.ToTensor(batch));
        float[] expectedTexts = model.EncodeTexts(batch.Bank).data<float>().ToArray();
        using MiniEncoder encoder = MiniEncoder.Load(report.Folder);
        RgbImage[] images = TinyMini.Images(batch);
        IReadOnlyList<RelationalEmbedding> actual = encoder.Embed(images, Token);

        const float HalfPrecision = 5e-3f;
        AssertClose(expected.Relational.data<float>().ToArray(), actual.SelectMany(e => e.Relational), HalfPrecision);
        AssertClose(expected.Attribute.data<float>().ToArray(), actual.SelectMany(e => e.Attribute), HalfPrecision);
        AssertClose(expected.Interest.sigmoid().data<float>().ToArray(), actual.Select(e => e.Interest!.Value), HalfPrecision);
        AssertClose(expectedTexts, encoder.EmbedTexts(batch.Bank).SelectMany(t => t), HalfPrecision);
    }

    [Fact]
    public void Run_ManySteps_LeavesNoTensorAlive()
    {
        using var folder = new TemporaryFolder();
        var counts = new LiveTensors();

        MiniTraining.Run(TinyMini.Config(), Options(folder, "run", 8) with { CheckpointEvery = 2 }, Batch, Validation, Captions, null, counts, Token);

        Assert.Equal(4, counts.Count);
        Assert.All(counts, count => Assert.Equal(counts[0], count));
    }

    [Fact]
    public void Run_Finished_LeavesNoTensorAlive()
    {
        using var folder = new TemporaryFolder();
        MiniTraining.Run(TinyMini.Config(), Options(folder, "one", 2), Batch, Validation, Captions, null, null, Token);
        long first = LiveTensors.Now;
        new MiniModel(TinyMini.Config()).Dispose();
        long ofConstruction = LiveTensors.Now - first; // TorchSharp's convolutions with a bias leave one each to the collector

        MiniTraining.Run(TinyMini.Config(), Options(folder, "two", 2), Batch, Validation, Captions, null, null, Token);

        Assert.Equal(first + (2 * ofConstruction), LiveTensors.Now);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static MixedBatch Batch(long step) => new(TinyMini.Batch(step));

    private static TrainerOptions Options(TemporaryFolder folder, string name, long steps) => new()
    {
        Output = folder.File(name),
        Steps = steps,
        WarmupSteps = 2,
        CheckpointEvery = 3,
        Seed = 7,
    };

    private static string Untrained(TemporaryFolder folder)
    {
        string path = folder.File("untrained.safetensors");
        using MiniModel model = TinyMini.Model(TinyMini.Config());
        ModuleWeights.Save(model, path);
        return path;
    }

    private static long Count(MiniConfig config)
    {
        using var model = new MiniModel(config);
        return model.parameters().Sum(p => p.numel());
    }

    private static void AssertSameTensors(string expected, string actual)
    {
        using SafetensorsFile one = SafetensorsFile.Open(expected);
        using SafetensorsFile other = SafetensorsFile.Open(actual);
        Assert.Equal(one.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal), other.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(one.Tensors.Keys.Order(StringComparer.Ordinal), other.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (string name in one.Tensors.Keys)
        {
            using DisposeScope scope = NewDisposeScope();
            float difference = (one.Read(name).to_type(ScalarType.Float32) - other.Read(name).to_type(ScalarType.Float32)).abs().max().item<float>();
            Assert.True(difference <= 1e-6f, $"{name} differs by {difference}");
        }
    }

    private static void AssertClose(IEnumerable<float> expected, IEnumerable<float> actual, float tolerance)
    {
        float difference = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(difference < tolerance, $"differs by {difference}");
    }

    private sealed class Reports : List<TrainingProgress>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Add(value);
    }

    /// <summary>The number of this thread's tensors at every report of the run.</summary>
    private sealed class LiveTensors : List<long>, IProgress<TrainingProgress>
    {
        public static long Now => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        public void Report(TrainingProgress value) => Add(Now);
    }
}
