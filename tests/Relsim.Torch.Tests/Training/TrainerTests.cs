using Relsim.Torch.Training;
using Relsim.Torch.Weights;

namespace Relsim.Torch.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public void Run_ScoreStopsRising_StopsAfterPatienceWithTheBestWeights()
    {
        using var folder = new TemporaryFolder();
        using var task = new QuadraticTask { Scores = [0.2, 0.9, 0.5, 0.9, 0.8] };

        double best = new Trainer(task, Options(folder, 100) with { Patience = 3 }).Run(null, Token);

        Assert.Equal(0.9, best);
        Assert.Equal(5, task.Validated.Count); // an equal score is not a better one
        Assert.Equal(task.Validated[1], task.Values);
    }

    [Fact]
    public void Run_ScoreRisesAgain_ForgetsTheWorseOnes()
    {
        using var folder = new TemporaryFolder();
        using var task = new QuadraticTask { Scores = [0.5, 0.4, 0.3, 0.6, 0.4, 0.3, 0.7, 0.1] };

        double best = new Trainer(task, Options(folder, 7) with { Patience = 3 }).Run(null, Token);

        Assert.Equal(0.7, best);
        Assert.Equal(7, task.Validated.Count);
    }

    [Fact]
    public void Run_Validation_SeesTheAveragedWeights()
    {
        using var folder = new TemporaryFolder();
        using var plain = new QuadraticTask();
        using var averaged = new QuadraticTask { Scores = [1, 2, 3] };

        new Trainer(plain, Options(folder, 3, "plain") with { AverageDecay = 0 }).Run(null, Token);
        new Trainer(averaged, Options(folder, 3, "averaged") with { AverageDecay = 0.9 }).Run(null, Token);

        double decay = 2.0 / 11; // of the first step
        double[] start = new QuadraticTask().Values;
        double[] expected = [.. plain.Validated[0].Zip(start, (now, then) => (now * (1 - decay)) + (then * decay))];
        Assert.All(expected.Zip(averaged.Validated[0]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    [Trait("Kind", "Fault")]
    public void Run_LossIsNotANumber_SaysWhereAndKeepsTheLastCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using var task = new QuadraticTask { Scale = step => step == 2 ? float.NaN : 1 };
        TrainerOptions options = Options(folder, 10);

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => new Trainer(task, options).Run(null, Token));

        Assert.Contains("step 2", e.Message, StringComparison.Ordinal);
        Assert.Contains("NaN", e.Message, StringComparison.Ordinal);
        AssertGoesOn(options, task.Validated[1]);
    }

    [Fact]
    [Trait("Kind", "Fault")]
    public void Run_GradientIsInfinite_SaysWhereAndKeepsTheLastCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using var task = new QuadraticTask { Scale = step => step == 2 ? 2e37f : 1 }; // the loss still fits into float32, the squares of its gradient do not
        TrainerOptions options = Options(folder, 10);

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => new Trainer(task, options).Run(null, Token));

        Assert.Contains("gradient", e.Message, StringComparison.Ordinal);
        Assert.Contains("step 2", e.Message, StringComparison.Ordinal);
        AssertGoesOn(options, task.Validated[1]);
    }

    [Fact]
    public void Run_ErrorOfTheTaskWhileBatchesFailToo_IsTheTasksOwn()
    {
        using var folder = new TemporaryFolder();
        using var failed = new ManualResetEventSlim();
        using var task = new QuadraticTask
        {
            Preparing = step =>
            {
                if (step == 1)
                {
                    failed.Set();
                    throw new IOException("no more pictures");
                }
            },
            Scale = _ =>
            {
                failed.Wait(Token);
                return float.NaN;
            },
        };

        Assert.Throws<InvalidOperationException>(() => new Trainer(task, Options(folder, 10)).Run(null, Token));
    }

    [Fact]
    public void Run_BatchCannotBeMade_ThrowsItsError()
    {
        using var folder = new TemporaryFolder();
        using var task = new QuadraticTask { Preparing = step => _ = step < 4 ? step : throw new IOException("no more pictures") };

        IOException e = Assert.Throws<IOException>(() => new Trainer(task, Options(folder, 10)).Run(null, Token));

        Assert.Equal("no more pictures", e.Message);
        Assert.Equal(4, task.Validated.Count);
    }

    [Fact]
    public void Run_Cancelled_StopsBeforeTheNextStepAndGoesOnLater()
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        using var task = new QuadraticTask();
        TrainerOptions options = Options(folder, 10);

        Assert.ThrowsAny<OperationCanceledException>(() => new Trainer(task, options).Run(new CancelAt(3, cancel), cancel.Token));

        Assert.Equal(3, task.Validated.Count);
        AssertGoesOn(options, task.Validated[2], step: 3);
    }

    [Fact]
    public void Run_EveryTenSteps_ReportsTheMeanLoss()
    {
        using var folder = new TemporaryFolder();
        using var task = new QuadraticTask();
        var reports = new Reports();

        new Trainer(task, Options(folder, 20) with { CheckpointEvery = 20 }).Run(reports, Token);

        Assert.Equal([10L, 20, 20], reports.Select(report => report.Step));
        Assert.All(reports, report => Assert.Equal(20, report.Steps));
        Assert.True(reports[1].Loss < reports[0].Loss);
        Assert.Equal(1, reports[2].Validation!["score"]);
    }

    [Fact]
    public void Run_FinishedRunStartedAgain_TrainsNoFurther()
    {
        using var folder = new TemporaryFolder();
        using var first = new QuadraticTask();
        using var second = new QuadraticTask { Scores = [99] };
        TrainerOptions options = Options(folder, 5);

        new Trainer(first, options).Run(null, Token);
        double best = new Trainer(second, options).Run(null, Token);

        Assert.Equal(1, best);
        Assert.Empty(second.Validated);
        Assert.Equal(first.Values, second.Values);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static void AssertGoesOn(TrainerOptions options, double[] lastValidated, long step = 2)
    {
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0, AverageDecay = 0.9 });
        TrainingState? state = new Checkpoint(options.Output, model, optimizer).Resume(options);
        Assert.Equal(step, state?.Step);
        Assert.All(model.Values, value => Assert.True(double.IsFinite(value)));
        optimizer.SwapAverage();
        Assert.Equal(lastValidated, model.Values);
    }

    private static TrainerOptions Options(TemporaryFolder folder, long steps, string name = "run") => new()
    {
        Output = folder.File(name),
        Steps = steps,
        LearningRate = 0.05,
        WarmupSteps = 0,
        CheckpointEvery = 1,
        Patience = 1000,
    };

    private sealed class CancelAt(long step, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
            {
                source.Cancel();
            }
        }
    }

    private sealed class Reports : List<TrainingProgress>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Add(value);
    }
}
