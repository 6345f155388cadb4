using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace Relsim.Torch.Weights.Hub;

/// <summary>What the hub says of a file before it is fetched.</summary>
internal sealed record FileHead(string Hash, long Size);

/// <summary>An answer at the end of its redirects, with what the hub itself said on the way.</summary>
internal sealed class HubResponse(HttpResponseMessage message, Uri address, string? hash, long? size, string? commit) : IDisposable
{
    public HttpResponseMessage Message { get; } = message;

    public Uri Address { get; } = address;

    /// <summary>The checksum by the hub's own headers; what a file server calls its etag says nothing.</summary>
    public string? Hash { get; } = hash;

    public long? Size { get; } = size;

    public string? Commit { get; } = commit;

    public void Dispose() => Message.Dispose();
}

/// <summary>
/// Speaks the hub's protocol (huggingface/huggingface_hub, src/huggingface_hub/file_download.py, 0.34). Redirects are followed by hand, so that
/// the token goes to the endpoint's own host alone. Safe to use from several threads.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    private readonly ModelStoreOptions _options;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _bodies;

    public HubClient(ModelStoreOptions options)
    {
        _options = options;
        _bodies = HubResilience.ForBodies(options);
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _http = new HttpClient(new ResilienceHandler(HubResilience.ForRequests(options)) { InnerHandler = sockets }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("relsim.net", "1"));
        // A compressed body would have another length and other ranges than the file.
        _http.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The commit behind the id's revision and its files.</summary>
    public async Task<HubListing> ListAsync(HubModelId id, CancellationToken cancellationToken)
    {
        Uri address = Address($"api/models/{id.Repository}/revision/{Uri.EscapeDataString(id.Revision ?? HubModelId.DefaultRevision)}?blobs=true");
        byte[] json = await RetryBodyAsync(id, "the list of files", async stop =>
        {
            using HubResponse response = await SendAsync(HttpMethod.Get, address, id, null, null, stop).ConfigureAwait(false);
            return await ReadDocumentAsync(response, id, stop).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        HubListing listing = HubListing.Parse(json, id);
        return id.Revision is { } revision && HubModelId.IsCommit(revision) && revision != listing.Commit
            ? throw new HubException(HubFailure.BadAnswer, $"{id}: the hub answers with another commit, {listing.Commit}.")
            : listing;
    }

    /// <summary>The checksum and the size of a file, by the hub's headers.</summary>
    public async Task<FileHead> HeadAsync(HubModelId id, string commit, ListedFile file, CancellationToken cancellationToken)
    {
        using HubResponse response = await SendAsync(HttpMethod.Head, FileAddress(id, commit, file.Name), id, file.Name, null, cancellationToken).ConfigureAwait(false);
        string hash = response.Hash ?? file.Hash
            ?? throw new HubException(HubFailure.BadAnswer, $"{id}: {file.Name}: the server names no checksum, so the file could not be checked. Is HF_ENDPOINT a hub?");
        long size = response.Size ?? file.Size
            ?? throw new HubException(HubFailure.BadAnswer, $"{id}: {file.Name}: the server names no size.");
        if (size < 0 || (file.Size ?? size) != size || (file.Hash ?? hash) != hash || (response.Commit ?? commit) != commit)
        {
            throw new HubException(HubFailure.BadAnswer, $"{id}: {file.Name}: the hub's list and its headers name different contents. Try again; the model may just have changed.");
        }

        return new FileHead(hash, size);
    }

    /// <summary>Asks for a file, or for <paramref name="range"/> of it; the body has not been read yet.</summary>
    public Task<HubResponse> GetAsync(HubModelId id, string commit, string file, RangeRequest? range, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, FileAddress(id, commit, file), id, file, range, cancellationToken);

    /// <summary>Runs what reads a body, again after each cut; a cut that stays is an error that says so.</summary>
    public async Task<T> RetryBodyAsync<T>(HubModelId id, string what, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await _bodies.ExecuteAsync(async stop => await read(stop).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (TransferCutException e)
        {
            throw new HubException(
                HubFailure.Unavailable,
                $"{id}: {what}: the transfer was cut {HubErrors.Tries(_options)} in a row: {e.Message} What has arrived is kept: the same command goes on from there.",
                e);
        }
    }

    /// <summary>Reads some bytes of a body; 0 is its end.</summary>
    /// <exception cref="TransferCutException">The connection broke or fell silent.</exception>
    public async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationTokenSource stall, CancellationToken cancellationToken)
    {
        stall.CancelAfter(_options.StallTimeout);
        try
        {
            return await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransferCutException(string.Create(CultureInfo.InvariantCulture, $"no byte came for {_options.StallTimeout.TotalSeconds:F0} s."));
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new TransferCutException("the connection broke.", e);
        }
    }

    private Uri FileAddress(HubModelId id, string commit, string file) =>
        Address($"{id.Repository}/resolve/{commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");

    // The endpoint may have a path of its own.
    private Uri Address(string path) => new($"{_options.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>Sends a request and follows redirects; a HEAD stops at the hub's border, since only the hub knows the file's checksum.</summary>
    private async Task<HubResponse> SendAsync(HttpMethod method, Uri address, HubModelId id, string? file, RangeRequest? range, CancellationToken cancellationToken)
    {
        string? hash = null, commit = null;
        long? size = null;
        for (int hop = 0; hop <= HubRedirects.Most; hop++)
        {
            HttpResponseMessage response = await SendOnceAsync(method, address, id, range, cancellationToken).ConfigureAwait(false);
            bool ofHub = HubRedirects.SameOrigin(_options.Endpoint, address);
            bool redirect = HubRedirects.IsRedirect(response.StatusCode) && response.Headers.Location is not null;
            if (ofHub)
            {
                hash = BlobHash.FromEtag(Header(response, "X-Linked-Etag") ?? (redirect ? null : Header(response, "ETag"))) ?? hash;
                commit = Header(response, "X-Repo-Commit") ?? commit;
                size = Number(Header(response, "X-Linked-Size")) ?? size ?? (redirect || method != HttpMethod.Head ? null : response.Content.Headers.ContentLength);
            }

            if (response.IsSuccessStatusCode)
            {
                return new HubResponse(response, address, hash, size, commit);
            }

            using HttpResponseMessage answered = response;
            if (!redirect)
            {
                throw HubErrors.Explain(response, id, file, address, _options);
            }

            Uri next = await NextAsync(address, response.Headers.Location!, id, cancellationToken).ConfigureAwait(false);
            if (method == HttpMethod.Head && !HubRedirects.SameOrigin(_options.Endpoint, next))
            {
                return new HubResponse(new HttpResponseMessage(HttpStatusCode.OK), address, hash, size, commit);
            }

            address = next;
        }

        throw new HubException(HubFailure.BadAnswer, $"{id}: the server redirects in a circle (over {HubRedirects.Most} times).");
    }

    private async Task<Uri> NextAsync(Uri address, Uri location, HubModelId id, CancellationToken cancellationToken)
    {
        var next = new Uri(address, location);
        return await HubRedirects.RefuseAsync(_options.Endpoint, address, next, cancellationToken).ConfigureAwait(false) is { } reason
            ? throw new HubException(HubFailure.BadAnswer, $"{id}: {reason}.")
            : next;
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, Uri address, HubModelId id, RangeRequest? range, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        bool ofHub = HubRedirects.SameOrigin(_options.Endpoint, address);
        if (ofHub && _options.Token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Token);
        }

        if (range is not null)
        {
            request.Headers.Range = new RangeHeaderValue(range.From, range.To);
            if (ofHub)
            {
                // Elsewhere the etag is another: it would never match, and the whole file would come each time.
                request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue($"\"{range.Hash}\""));
            }
        }

        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            throw HubErrors.Unreachable(e, id, address, _options);
        }
    }

    private async Task<byte[]> ReadDocumentAsync(HubResponse response, HubModelId id, CancellationToken cancellationToken)
    {
        using Stream body = await response.Message.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var document = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        int read;
        while ((read = await ReadAsync(body, buffer, stall, cancellationToken).ConfigureAwait(false)) > 0)
        {
            document.Write(buffer, 0, read);
            if (document.Length > _options.MetadataBytes)
            {
                throw new HubException(HubFailure.BadAnswer, $"{id}: the hub's list of files is over {_options.MetadataBytes} bytes long, which no model's is.");
            }
        }

        return document.ToArray();
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
}

/// <summary>A part of a file with the checksum of the whole: the part is of no use if the file is another one by now. Both ends are inclusive.</summary>
internal sealed record RangeRequest(long From, long To, string Hash);
