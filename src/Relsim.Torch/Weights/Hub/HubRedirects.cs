using System.Net;
using System.Net.Sockets;

namespace Relsim.Torch.Weights.Hub;

/// <summary>Which redirects are followed: to the web alone, never from https down to http, and never from the public web into a private network.</summary>
internal static class HubRedirects
{
    public const int Most = 10;

    public static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>The same scheme, host and port: the only place that a token given for <paramref name="a"/> may go to.</summary>
    public static bool SameOrigin(Uri a, Uri b) =>
        Uri.Compare(a, b, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Why a redirect is not followed, or null where it is.</summary>
    public static async Task<string?> RefuseAsync(Uri endpoint, Uri from, Uri to, CancellationToken cancellationToken)
    {
        if (to.Scheme is not ("http" or "https") || to.UserInfo.Length > 0)
        {
            return "a redirect that is no plain address of http or https is not followed";
        }

        if (from.Scheme == "https" && to.Scheme == "http")
        {
            return $"a redirect from https down to http ({to.Host}) is not followed";
        }

        // A mirror in a private network may keep its files there; the public hub has no business on this side of the router.
        return !SameOrigin(endpoint, to) && await IsPrivateAsync(to, cancellationToken).ConfigureAwait(false)
            && !await IsPrivateAsync(endpoint, cancellationToken).ConfigureAwait(false)
            ? $"a redirect into a private network ({to.Host}) is not followed"
            : null;
    }

    /// <summary>Whether an address is of this machine or of a network that the web does not reach.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        byte[] bytes = address.GetAddressBytes();
        return IPAddress.IsLoopback(address) || (address.AddressFamily == AddressFamily.InterNetwork
            ? bytes[0] is 0 or 10 or 127 or >= 224 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168)
                || (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 100 && bytes[1] is >= 64 and <= 127)
            : address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any));
    }

    private static async Task<bool> IsPrivateAsync(Uri uri, CancellationToken cancellationToken)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(uri.DnsSafeHost, cancellationToken).ConfigureAwait(false)).Any(IsPrivate);
        }
        catch (SocketException)
        {
            return false; // a name that only the proxy can resolve: the connection goes to the proxy then
        }
    }
}
