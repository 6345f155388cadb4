namespace Relsim.Evaluation.Services;

/// <summary>
/// Repeats calls that failed for the moment, after waits that double and are jittered, and bounds how many run at once: by additive increase and
/// multiplicative decrease (Chiu and Jain 1989), as TCP does. Thread-safe.
/// </summary>
internal sealed class Backoff
{
    private readonly BackoffOptions _options;
    private readonly TimeProvider _clock;
    private readonly CallGate _gate;
    private readonly Random _jitter;

    public Backoff(BackoffOptions options, TimeProvider clock)
    {
        options.Validate();
        (_options, _clock) = (options, clock);
        _gate = new CallGate(options.Concurrency, options.SuccessesToGrow);
        _jitter = new Random(options.Seed);
    }

    /// <summary>Calls that may run at once at the moment.</summary>
    public int Limit => _gate.Limit;

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        int throttled = 0, failed = 0;
        while (true)
        {
            await _gate.EnterAsync(cancellationToken).ConfigureAwait(false);
            TimeSpan wait;
            int round = 0;
            try
            {
                round = await _gate.BeginAsync(cancellationToken).ConfigureAwait(false);
                T result = await call(cancellationToken).ConfigureAwait(false);
                _gate.Succeeded();
                return result;
            }
            catch (ServiceException e) when (e.IsTransient && !(e.RetryAfter > _options.LongestRetryAfter))
            {
                if (e.IsThrottled ? throttled++ >= _options.ThrottledRetries : failed++ >= _options.Retries)
                {
                    throw;
                }

                TimeSpan own = Delay(throttled + failed - 1);
                wait = e.RetryAfter > own ? e.RetryAfter.Value : own;
                if (e.IsThrottled)
                {
                    // All wait as long as the service asks, not only the call that was told so.
                    _gate.Throttle(round, Task.Delay(e.RetryAfter ?? TimeSpan.Zero, _clock, cancellationToken));
                }
            }
            finally
            {
                _gate.Leave();
            }

            await Task.Delay(wait, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    // Half of it is certain, half by chance.
    private TimeSpan Delay(int retry)
    {
        double full = Math.Min(_options.FirstDelay.TotalSeconds * Math.Pow(2, retry), _options.LongestDelay.TotalSeconds);
        lock (_jitter)
        {
            return TimeSpan.FromSeconds(full * (0.5 + (0.5 * _jitter.NextDouble())));
        }
    }
}
