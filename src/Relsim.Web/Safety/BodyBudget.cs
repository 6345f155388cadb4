using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Relsim.Web.Api;

namespace Relsim.Web.Safety;

/// <summary>Bounds the memory of all requests together: bodies that are being received or worked on may have so many bytes in all; more are asked to come again.</summary>
internal sealed class BodyBudget(long maxBytes, long maxRequestBytes)
{
    private long _bytes;

    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        // A body without a length may be as long as any.
        long wanted = request.ContentLength ?? (request.Headers.TransferEncoding.Count > 0 ? maxRequestBytes : 0);
        if (wanted == 0 || wanted > maxRequestBytes)
        {
            await next(context).ConfigureAwait(false); // what is too long is refused by the server when it is read
            return;
        }

        try
        {
            if (Interlocked.Add(ref _bytes, wanted) > maxBytes)
            {
                await Problems.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Other requests take all the memory there is for them. Try again in a second.", TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                return;
            }

            await next(context).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Add(ref _bytes, -wanted);
        }
    }
}
