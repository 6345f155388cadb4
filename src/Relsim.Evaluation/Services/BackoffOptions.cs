namespace Relsim.Evaluation.Services;

/// <summary>How calls of a service are spread and repeated.</summary>
public sealed record BackoffOptions
{
    /// <summary>Most calls at once, at least 1; fewer while the service says that they are too many. Default 8.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>How often a call is repeated that met a fault of server or network. Default 8, about three minutes.</summary>
    public int Retries { get; init; } = 8;

    /// <summary>How often a call is repeated that was one too many. Default 100.</summary>
    public int ThrottledRetries { get; init; } = 100;

    /// <summary>Wait before the first repetition; it doubles each time. Default one second.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait that we choose. Default one minute.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest wait that the service may ask for; a call that should wait longer is given up. Default ten minutes.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Successes in a row after which one more call is let in. Default 10.</summary>
    public int SuccessesToGrow { get; init; } = 10;

    /// <summary>Seed of the jitter, which spreads calls that failed together. Default 0.</summary>
    public int Seed { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Retries);
        ArgumentOutOfRangeException.ThrowIfNegative(ThrottledRetries);
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestDelay, FirstDelay);
        ArgumentOutOfRangeException.ThrowIfLessThan(SuccessesToGrow, 1);
    }
}
