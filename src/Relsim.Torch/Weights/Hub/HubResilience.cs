using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;

namespace Relsim.Torch.Weights.Hub;

/// <summary>A body ended before its end, or no byte of it came for too long.</summary>
internal sealed class TransferCutException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>How often and how soon the network is tried again.</summary>
internal static class HubResilience
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>For a request up to its headers: failures of the connection, silence, 408, 429 and 5xx are tried again.</summary>
    public static ResiliencePipeline<HttpResponseMessage> ForRequests(ModelStoreOptions options)
    {
        // Apart from the pauses' clock, which a test may let run at once.
        ResiliencePipeline<HttpResponseMessage> attempt = new ResiliencePipelineBuilder<HttpResponseMessage>().AddTimeout(options.StallTimeout).Build();
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = options.TimeProvider };
        if (options.Retries > 0)
        {
            builder.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                ShouldRetryAfterHeader = false,
                DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result, options.TimeProvider)),
                ShouldHandle = arguments => ValueTask.FromResult(
                    HttpClientResiliencePredicates.IsTransient(arguments.Outcome)
                    && !(RetryAfter(arguments.Outcome.Result, options.TimeProvider) > options.LongestRetryAfter)),
            });
        }

        return builder.AddPipeline(attempt).Build();
    }

    /// <summary>For a body: only a cut is tried again, since all else has been tried as a request or is the disk's.</summary>
    public static ResiliencePipeline ForBodies(ModelStoreOptions options)
    {
        if (options.Retries == 0)
        {
            return ResiliencePipeline.Empty;
        }

        return new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = options.Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            ShouldHandle = new PredicateBuilder().Handle<TransferCutException>(),
        }).Build();
    }

    /// <summary>The pause that a response asks for, or null.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider clock)
    {
        if (response?.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) || response.Headers.RetryAfter is not { } header)
        {
            return null;
        }

        TimeSpan? pause = header.Delta ?? header.Date - clock.GetUtcNow();
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause;
    }
}
