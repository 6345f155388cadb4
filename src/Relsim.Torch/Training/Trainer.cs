using System.Diagnostics;
using Relsim.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Training;

/// <summary>
/// Drives a task: learning-rate schedule, clipping, running average of the weights, validation, checkpoints, logs, early
/// stop. A killed run started again with the same options goes on from its last checkpoint.
/// </summary>
internal sealed class Trainer(TrainingTask task, TrainerOptions options)
{
    private const int ReportEvery = 10;

    /// <summary>Trains until the last step, early stop or cancellation. Returns the best score and leaves the task's model with the weights that reached it.</summary>
    public double Run(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        options.Validate();
        Directory.CreateDirectory(options.Output);
        using var optimizer = new AdamW(task.Model, new AdamWOptions { WeightDecay = options.WeightDecay, AverageDecay = options.AverageDecay });
        var checkpoint = new Checkpoint(options.Output, task.Model, optimizer);
        TrainingState state = checkpoint.Resume(options) ?? TrainingState.Start(options);
        using var log = new TrainingLog(options.Output);
        using var ahead = new BatchesAhead(task.Prepare, state.Step, options.Steps);

        var clock = Stopwatch.StartNew();
        double lossSum = 0;
        while (state.Step < options.Steps && state.WorseInARow < options.Patience)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (double loss, IReadOnlyDictionary<string, double> parts) = TakeStep(optimizer, ahead.Next(cancellationToken), state.Step);
            lossSum += loss;
            state = state with { Step = state.Step + 1 };
            if (state.Step % ReportEvery == 0)
            {
                double rate = ReportEvery / clock.Elapsed.TotalSeconds;
                log.Write(state.Step, "train", parts.Append(new("loss", lossSum / ReportEvery)).Append(new("steps_per_second", rate)));
                progress?.Report(new TrainingProgress(state.Step, options.Steps, lossSum / ReportEvery, rate, null));
                lossSum = 0;
                clock.Restart();
            }

            if (state.Step % options.CheckpointEvery == 0 || state.Step == options.Steps)
            {
                state = Judge(optimizer, checkpoint, state, log, progress);
                clock.Restart();
            }
        }

        checkpoint.LoadBest();
        task.Model.eval();
        return state.BestScore;
    }

    private (double Loss, IReadOnlyDictionary<string, double> Parts) TakeStep(AdamW optimizer, object batch, long step)
    {
        using DisposeScope scope = NewDisposeScope();
        task.Model.train();
        // The augmentation of a step is its own, whether the run was interrupted before it or not.
        random.manual_seed(unchecked((long)options.Seed * 1_000_003) + step);
        Tensor loss;
        IReadOnlyDictionary<string, double> parts;
        using (AutocastScope.Enter())
        {
            (loss, parts) = task.Loss(batch);
        }

        double value = loss.item<float>();
        RequireFinite("loss", value, step);
        loss.backward();
        double norm = optimizer.Update(options.RateAt(step), options.ClipNorm);
        RequireFinite("norm of the gradient", norm, step);
        return (value, parts);
    }

    // Checked at every step, so that weights that are no numbers can never reach a checkpoint.
    private void RequireFinite(string what, double value, long step)
    {
        if (!double.IsFinite(value))
        {
            throw new InvalidOperationException(
                $"The {what} is {value} at step {step}. Lower the learning rate (now {options.LearningRate}); the last checkpoint in {options.Output} is intact.");
        }
    }

    private TrainingState Judge(
        AdamW optimizer, Checkpoint checkpoint, TrainingState state, TrainingLog log, IProgress<TrainingProgress>? progress)
    {
        optimizer.SwapAverage();
        task.Model.eval();
        IReadOnlyDictionary<string, double> metrics = task.Validate();
        log.Write(state.Step, "validation", metrics);
        progress?.Report(new TrainingProgress(state.Step, options.Steps, double.NaN, double.NaN, metrics));
        double score = metrics[task.DecidingMetric];
        if (score > state.BestScore)
        {
            checkpoint.SaveBest();
            state = state with { BestScore = score, WorseInARow = 0 };
        }
        else
        {
            state = state with { WorseInARow = state.WorseInARow + 1 };
        }

        optimizer.SwapAverage();
        checkpoint.Save(state);
        return state;
    }
}

/// <summary>Prepares the next few batches side by side, each on a thread of its own, while the current one is trained on.</summary>
internal sealed class BatchesAhead : IDisposable
{
    private readonly Queue<Task<object>> _batches = new();
    private readonly Func<long, object> _prepare;
    private readonly long _end;
    private long _next;
    private bool _disposed;

    public BatchesAhead(Func<long, object> prepare, long first, long end)
    {
        _prepare = prepare;
        _next = first;
        _end = end;
        Fill();
    }

    // One for each core, where training leaves the cores alone; a few where it does not.
    private static int Depth => Math.Max(3, Environment.ProcessorCount);

    public object Next(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_batches.TryPeek(out Task<object>? first))
        {
            throw new InvalidOperationException("No batches are left.");
        }

        // An error stays at the head: what was ordered after it is never given.
        first.WaitAsync(cancellationToken).GetAwaiter().GetResult();
        _ = _batches.Dequeue();
        Fill();
        return first.Result;
    }

    /// <summary>Waits for what is being prepared. Does not throw: an error of a batch is <see cref="Next"/>'s to report, and must not hide the one that ended the run.</summary>
    public void Dispose()
    {
        _disposed = true;
        ((Task)Task.WhenAll(_batches)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
    }

    private void Fill()
    {
        while (_batches.Count < Depth && _next < _end)
        {
            long step = _next++;
            _batches.Enqueue(Task.Factory.StartNew(() => _prepare(step), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        }
    }
}
