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

/// <summary>Prepares the next few batches on one thread of its own while the current one is trained on.</summary>
internal sealed class BatchesAhead : IDisposable
{
    private const int Depth = 3;

    private readonly CancellationTokenSource _stop = new();
    private readonly System.Collections.Concurrent.BlockingCollection<object> _queue = new(Depth);
    private readonly Task _worker;

    public BatchesAhead(Func<long, object> prepare, long first, long end) =>
        _worker = Task.Factory.StartNew(() => Fill(prepare, first, end), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public object Next(CancellationToken cancellationToken)
    {
        if (_queue.TryTake(out object? batch, Timeout.Infinite, cancellationToken))
        {
            return batch;
        }

        _worker.GetAwaiter().GetResult();
        throw new InvalidOperationException("No batches are left.");
    }

    public void Dispose()
    {
        _stop.Cancel();
        // Waits and does not throw: an error of the worker is Next's to report, and must not hide the one that ended the run.
        _ = Task.WaitAny(_worker);
        _queue.Dispose();
        _stop.Dispose();
    }

    private void Fill(Func<long, object> prepare, long first, long end)
    {
        try
        {
            for (long step = first; step < end && !_stop.IsCancellationRequested; step++)
            {
                _queue.Add(prepare(step), _stop.Token);
            }
        }
        finally
        {
            _queue.CompleteAdding();
        }
    }
}
