namespace Relsim.Evaluation.Services;

/// <summary>How calls of a service are spread and repeated.</summary>
public sealed record BackoffOptions
{
    /// <summary>Most calls at once, at least 1; fewer while the service says that they are too many. Default 8.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>How often a call that failed for the moment is repeated. Default 8, about four minutes.</summary>
    public int Retries { get; init; } = 8;

    /// <summary>Wait before the first repetition; it doubles each time. Default one second.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait that we choose; the service may ask for more. Default one minute.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Successes in a row after which one more call is let in. Default 10.</summary>
    public int SuccessesToGrow { get; init; } = 10;

    /// <summary>Seed of the jitter, which spreads calls that failed together. Default 0.</summary>
    public int Seed { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Retries);
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestDelay, FirstDelay);
        ArgumentOutOfRangeException.ThrowIfLessThan(SuccessesToGrow, 1);
    }
}
