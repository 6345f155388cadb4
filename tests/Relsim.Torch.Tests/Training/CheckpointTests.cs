using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

public sealed class CheckpointTests
{
    private static readonly TrainerOptions Options = new() { Output = "unused", Steps = 100, Seed = ulong.MaxValue };

    [Fact]
    public void Resume_AfterSave_RestoresWeightsOptimizerAverageAndState()
    {
        using var folder = new TemporaryFolder();
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });
        for (int i = 0; i < 7; i++)
        {
            using Tensor loss = model.Loss();
            loss.backward();
            optimizer.Update(0.01, 1);
        }

        var saved = new TrainingState(7, 1.0 / 3, 2, Options.Seed);
        new Checkpoint(folder.FullName, model, optimizer).Save(saved);

        using var restored = new Quadratic();
        using var restoredOptimizer = new AdamW(restored, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });
        TrainingState? state = new Checkpoint(folder.FullName, restored, restoredOptimizer).Resume(Options);

        Assert.Equal(saved, state);
        Assert.Equal(7, restoredOptimizer.Step);
        Assert.Equal(model.Values, restored.Values);
        Dictionary<string, Tensor> expected = optimizer.State.ToDictionary(s => s.Name, s => s.Value);
        foreach ((string name, Tensor value) in restoredOptimizer.State)
        {
            using Tensor same = value.eq(expected[name]).all();
            Assert.True(same.item<bool>(), name);
        }
    }

    [Fact]
    public void Resume_NoScoreYet_RestoresMinusInfinity()
    {
        using var folder = new TemporaryFolder();
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });
        var checkpoint = new Checkpoint(folder.FullName, model, optimizer);

        checkpoint.Save(TrainingState.Start(Options));

        Assert.Equal(TrainingState.Start(Options), checkpoint.Resume(Options));
    }

    [Fact]
    public void Resume_NothingThere_IsNull()
    {
        using var folder = new TemporaryFolder();
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });

        Assert.Null(new Checkpoint(folder.FullName, model, optimizer).Resume(Options));
    }

    [Fact]
    public void Resume_OtherSeed_IsAnErrorThatNamesBothAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });
        var checkpoint = new Checkpoint(folder.FullName, model, optimizer);
        checkpoint.Save(TrainingState.Start(Options));

        WeightsException seed = Assert.Throws<WeightsException>(() => checkpoint.Resume(Options with { Seed = 3 }));

        Assert.Contains($"seed {ulong.MaxValue}", seed.Message, StringComparison.Ordinal);
        Assert.Contains("not 3;", seed.Message, StringComparison.Ordinal);
        Assert.Contains(folder.FullName, seed.Message, StringComparison.Ordinal);
        Assert.Equal(new Quadratic().Values, model.Values);
    }

    [Fact]
    public void Resume_OtherLength_GoesOn()
    {
        using var folder = new TemporaryFolder();
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });
        var checkpoint = new Checkpoint(folder.FullName, model, optimizer);
        checkpoint.Save(TrainingState.Start(Options));

        Assert.Equal(TrainingState.Start(Options), checkpoint.Resume(Options with { Steps = 12 }));
    }

    [Fact]
    [Trait("Kind", "Fault")]
    public void Resume_FileOfSomethingElse_IsAnErrorThatNamesTheFile()
    {
        using var folder = new TemporaryFolder();
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });
        ModuleWeights.Save(model, folder.File("last.safetensors"));

        WeightsException e = Assert.Throws<WeightsException>(() => new Checkpoint(folder.FullName, model, optimizer).Resume(Options));

        Assert.Contains(folder.File("last.safetensors"), e.Message, StringComparison.Ordinal);
        Assert.Contains("step", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "Fault")]
    public void Resume_CutOffFile_IsAnErrorThatNamesTheFile()
    {
        using var folder = new TemporaryFolder();
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });
        var checkpoint = new Checkpoint(folder.FullName, model, optimizer);
        checkpoint.Save(TrainingState.Start(Options));
        byte[] whole = File.ReadAllBytes(folder.File("last.safetensors"));
        File.WriteAllBytes(folder.File("last.safetensors"), whole[..^5]);

        WeightsException e = Assert.Throws<WeightsException>(() => checkpoint.Resume(Options));

        Assert.Contains("last.safetensors", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadBest_AfterSaveBest_RestoresTheWeights()
    {
        using var folder = new TemporaryFolder();
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });
        var checkpoint = new Checkpoint(folder.FullName, model, optimizer);
        double[] before = model.Values;
        checkpoint.SaveBest();
        using Tensor loss = model.Loss();
        loss.backward();
        optimizer.Update(0.1, 1);
        Assert.NotEqual(before, model.Values);

        checkpoint.LoadBest();

        Assert.Equal(before, model.Values);
        Assert.Equal(["best.safetensors"], Directory.GetFiles(folder.FullName).Select(Path.GetFileName));
    }
}
