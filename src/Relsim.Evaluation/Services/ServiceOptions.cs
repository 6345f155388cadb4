namespace Relsim.Evaluation.Services;

/// <summary>How a service is reached. Keys come from the environment alone.</summary>
public sealed record ServiceOptions
{
    /// <summary>Address of the service, instead of the one in the environment or the usual one. Default null.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Longest wait for one answer; default two minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Measures the wait.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gives the value of an environment variable, or null.</summary>
    internal Func<string, string?> Variables { get; init; } = Environment.GetEnvironmentVariable;
}
