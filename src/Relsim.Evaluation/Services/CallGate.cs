namespace Relsim.Evaluation.Services;

/// <summary>Lets as many calls in as its limit says: half as many after 'too many', one more after a run of successes. Thread-safe, first come first served.</summary>
internal sealed class CallGate
{
    private readonly int _most;
    private readonly int _successesToGrow;
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private int _inside;
    private int _limit;
    private int _successes;
    private int _round;
    private Task _pause = Task.CompletedTask;

    public CallGate(int most, int successesToGrow) => (_most, _limit, _successesToGrow) = (most, most, successesToGrow);

    public int Limit
    {
        get
        {
            lock (_lock)
            {
                return _limit;
            }
        }
    }

    /// <summary>Waits for a place; whoever got one gives it back with <see cref="Leave"/>.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource place;
        lock (_lock)
        {
            if (_inside < _limit && _waiting.Count == 0)
            {
                _inside++;
                return;
            }

            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Value;
        }

        await using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), place).ConfigureAwait(false))
        {
            await place.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Waits, inside, while the service wants no calls; the answer is the round in which the call begins, for <see cref="Throttle"/>.</summary>
    public async Task<int> BeginAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task pause;
            lock (_lock)
            {
                if (_pause.IsCompleted)
                {
                    return _round;
                }

                pause = _pause;
            }

            // A pause whose own caller gave up is over.
            await pause.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            _inside--;
            Admit();
        }
    }

    public void Succeeded()
    {
        lock (_lock)
        {
            if (++_successes >= _successesToGrow && _limit < _most)
            {
                (_limit, _successes) = (_limit + 1, 0);
                Admit();
            }
        }
    }

    /// <summary>Halves the limit, once for all calls of one round: those that were let in before it was halved say nothing new.</summary>
    public void Throttle(int round, Task pause)
    {
        lock (_lock)
        {
            _successes = 0;
            if (round == _round)
            {
                (_limit, _round) = (Math.Max(1, _limit / 2), _round + 1);
            }

            _pause = _pause.IsCompleted ? pause : Task.WhenAll(_pause, pause);
        }
    }

    private void Admit()
    {
        while (_inside < _limit && _waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            if (next.Value.TrySetResult())
            {
                _inside++;
            }
        }
    }
}
