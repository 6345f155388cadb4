using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Relsim.Web.Api;

namespace Relsim.Web.Safety;

/// <summary>Requests a second of each client, told apart by their address; bursts of ten seconds' worth are let through.</summary>
internal static class RateLimits
{
    private const int BurstSeconds = 10;

    public static void AddRateLimits(this IServiceCollection services, ServeOptions options) => services.AddRateLimiter(limiter =>
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetTokenBucketLimiter(
            Network(context.Connection.RemoteIpAddress ?? IPAddress.None),
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.RateLimit * BurstSeconds,
                TokensPerPeriod = options.RateLimit,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));
        limiter.OnRejected = async (rejected, _) => await Problems.WriteAsync(
            rejected.HttpContext,
            StatusCodes.Status429TooManyRequests,
            string.Create(CultureInfo.InvariantCulture, $"A client may send {options.RateLimit} requests a second."),
            rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) && wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    });

    /// <summary>One subscriber has a whole /64 of IPv6.</summary>
    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6 || address.GetAddressBytes() is not { Length: 16 } bytes)
        {
            return address;
        }

        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
