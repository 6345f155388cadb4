using System.Collections.Concurrent;

namespace Relsim.Evaluation.Tests.Services;

/// <summary>
/// A clock on which every wait is over at once, and is noted, but those of <see cref="Timeout"/>: they never end before <see cref="ExpireTimeouts"/>.
/// </summary>
internal sealed class FakeClock : TimeProvider
{
    /// <summary>How long answers are waited for.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromHours(5);

    private readonly Lock _lock = new();
    private readonly HashSet<HeldTimer> _held = [];
    private (int Count, TaskCompletionSource Signal)? _watched;

    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout)
        {
            var timer = new HeldTimer(this, callback, state);
            lock (_lock)
            {
                _held.Add(timer);
            }

            return timer;
        }

        if (dueTime <= TimeSpan.Zero)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        Waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    /// <summary>Lets all waits for answers end.</summary>
    public void ExpireTimeouts()
    {
        HeldTimer[] held;
        lock (_lock)
        {
            held = [.. _held];
        }

        foreach (HeldTimer timer in held)
        {
            timer.Fire();
        }
    }

    /// <summary>Ends when no more than <paramref name="count"/> answers are waited for.</summary>
    public Task WhenWaitingFor(int count)
    {
        lock (_lock)
        {
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watched = (count, signal);
            Tell();
            return signal.Task.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    private void Release(HeldTimer timer)
    {
        lock (_lock)
        {
            _held.Remove(timer);
            Tell();
        }
    }

    private void Tell()
    {
        if (_watched is { } watched && _held.Count <= watched.Count)
        {
            watched.Signal.TrySetResult();
        }
    }

    private sealed class HeldTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => clock.Release(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
