using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Relsim.Web.Api;

namespace Relsim.Web.Fetching;

/// <summary>Finds the addresses of a host.</summary>
public delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);

/// <summary>Opens a connection to exactly one address.</summary>
public delegate Task<Stream> ConnectTo(IPEndPoint address, CancellationToken cancellationToken);

/// <summary>
/// Fetches pictures that clients name by address, where the server was started so. A host is resolved once for each connection and connected to at exactly that address; a host
/// with any address that is not of the public internet is refused, at every redirect again. Bytes, time and redirects are limited; cookies, proxies and credentials are not used. Thread-safe.
/// </summary>
public sealed class PictureFetcher : IDisposable
{
    private const int MostRedirects = 4;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(15);

    private readonly bool _allowed;
    private readonly long _maxBytes;
    private readonly ResolveHost _resolve;
    private readonly ConnectTo _connect;
    private readonly HttpMessageInvoker _client;

    /// <summary>A fetcher that fetches nothing unless <see cref="ServeOptions.AllowFetch"/> says so.</summary>
    public PictureFetcher(ServeOptions options)
        : this(options, Dns.GetHostAddressesAsync, ConnectSocketAsync)
    {
    }

    internal PictureFetcher(ServeOptions options, ResolveHost resolve, ConnectTo connect)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_allowed, _maxBytes, _resolve, _connect) = (options.AllowFetch, options.Limits.MaxBytes, resolve, connect);
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeLimit,
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.Zero, // a kept connection would outlive the check of its address
            ConnectCallback = async (context, token) => await OpenAsync(context.DnsEndPoint, token).ConfigureAwait(false),
        });
    }

    /// <summary>The bytes at an address.</summary>
    /// <exception cref="ProblemException">Fetching is off, the address is not allowed, or the host does not answer with at most so many bytes in time.</exception>
    public async Task<ReadOnlyMemory<byte>> FetchAsync(Uri address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!_allowed)
        {
            throw ProblemException.BadRequest("This server fetches no addresses. Send the picture itself as a data URI, or start the server with --allow-fetch.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeLimit);
        try
        {
            return await FollowAsync(address, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(address, $"it took longer than {TimeLimit.TotalSeconds:F0} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            // The refusal of an address comes wrapped by the connection that was not made.
            throw e.InnerException as ProblemException ?? Unreachable(address, "the host does not answer as it should");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<ReadOnlyMemory<byte>> FollowAsync(Uri address, CancellationToken cancellationToken)
    {
        for (int hop = 0; hop <= MostRedirects; hop++)
        {
            Check(address);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using HttpResponseMessage response = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
                && response.Headers.Location is { } next)
            {
                address = new Uri(address, next);
                continue;
            }

            return response.StatusCode == HttpStatusCode.OK
                ? await ReadAsync(response, address, cancellationToken).ConfigureAwait(false)
                : throw Unreachable(address, $"the host answers {(int)response.StatusCode}");
        }

        throw Unreachable(address, $"it leads on more than {MostRedirects} times");
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (bytes.Length + read > _maxBytes)
            {
                throw Unreachable(address, $"it holds more than {_maxBytes:N0} bytes");
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>Resolves a host once, and connects to an address of that answer.</summary>
    private async Task<Stream> OpenAsync(DnsEndPoint host, CancellationToken cancellationToken)
    {
        // A literal is an address already: no resolver is asked, so that none can read "0x7f.1" in a way of its own.
        IPAddress[] addresses = IPAddress.TryParse(host.Host.Trim('[', ']'), out IPAddress? literal) ? [literal] : await _resolve(host.Host, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, PublicAddress.IsGlobal))
        {
            throw Refused(host.Host);
        }

        return await _connect(new IPEndPoint(addresses[0], host.Port), cancellationToken).ConfigureAwait(false);
    }

    private static void Check(Uri address)
    {
        if ((address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.UserInfo.Length > 0 || address.Port is not (80 or 443) || address.Host.Length == 0)
        {
            throw ProblemException.BadRequest("Only plain http and https addresses at ports 80 and 443, without a user name, are fetched.");
        }

        if (IPAddress.TryParse(address.DnsSafeHost, out IPAddress? literal) && !PublicAddress.IsGlobal(literal))
        {
            throw Refused(address.Host);
        }
    }

    private static async Task<Stream> ConnectSocketAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static ProblemException Refused(string host) => ProblemException.BadRequest($"'{host}' is not a host of the public internet; nothing else is fetched. Send the picture itself as a data URI.");

    private static ProblemException Unreachable(Uri address, string why) =>
        new(StatusCodes.Status422UnprocessableEntity, $"The picture at {address.Host} cannot be fetched: {why}. Send the picture itself as a data URI.");
}
