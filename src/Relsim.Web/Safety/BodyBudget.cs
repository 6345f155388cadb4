using Microsoft.AspNetCore.Http;
using Relsim.Web.Api;

namespace Relsim.Web.Safety;

/// <summary>Bounds the memory of all requests together: bodies that were received and are still worked on may have so many bytes in all; more are asked to come again. Thread-safe.</summary>
internal sealed class BodyBudget(long maxBytes)
{
    private long _bytes;

    private long MaxBytes => maxBytes;

    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        long announced = request.ContentLength ?? 0;
        if (announced == 0 && request.Headers.TransferEncoding.Count == 0)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        var body = new CountedBody(request.Body, this);
        try
        {
            if (Interlocked.Read(ref _bytes) + announced > maxBytes)
            {
                throw TooMuch(); // before it is sent in vain
            }

            request.Body = body;
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Add(ref _bytes, -body.Count);
        }
    }

    private static ProblemException TooMuch() =>
        new(StatusCodes.Status429TooManyRequests, "Other requests take all the memory there is for them. Try again in a second.", TimeSpan.FromSeconds(1));

    /// <summary>A body that is taken off the budget as it is read; its length may not be known before.</summary>
    private sealed class CountedBody(Stream body, BodyBudget budget) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Take(await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => Take(body.Read(buffer, offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Take(int read)
        {
            Count += read;
            return Interlocked.Add(ref budget._bytes, read) > budget.MaxBytes ? throw TooMuch() : read;
        }
    }
}
