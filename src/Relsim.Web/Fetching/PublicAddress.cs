using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Relsim.Web.Fetching;

/// <summary>Tells addresses of the public internet from all others: those are never connected to for a client.</summary>
/// <remarks>
/// The lists are IANA's special-purpose registries (RFC 6890 and its successors). An IPv6 address that carries an IPv4 one counts as that, and only where it is public;
/// outside 2000::/3 nothing is.
/// </remarks>
public static class PublicAddress
{
    private static readonly IPNetwork[] NotGlobal4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    // 6to4 and Teredo carry an IPv4 address, but no host is reached that way today: refused like the rest.
    private static readonly IPNetwork[] NotGlobal6 =
    [
        .. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48" }.Select(text => IPNetwork.Parse(text)),
    ];

    private static readonly IPNetwork Unicast6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether an address is of the public internet.</summary>
    public static bool IsGlobal(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !Array.Exists(NotGlobal4, network => network.Contains(address));
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId != 0)
        {
            return false;
        }

        // ::ffff:a.b.c.d and 64:ff9b::a.b.c.d reach the IPv4 host; ::a.b.c.d is long abandoned and falls outside 2000::/3.
        return address.IsIPv4MappedToIPv6 ? IsGlobal(address.MapToIPv4())
            : Translated.Contains(address) ? IsGlobal(Embedded(address))
            : Unicast6.Contains(address) && !Array.Exists(NotGlobal6, network => network.Contains(address));
    }

    private static IPAddress Embedded(IPAddress address) => new(BinaryPrimitives.ReverseEndianness(BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes().AsSpan(12))));
}
