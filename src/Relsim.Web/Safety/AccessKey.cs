using System.Security.Cryptography;
using System.Text;

namespace Relsim.Web.Safety;

/// <summary>The key that clients must show; kept as its hash, so that no message can hold it. Thread-safe.</summary>
internal sealed class AccessKey(string? key)
{
    private readonly byte[]? _hash = key is null ? null : Hash(key);

    /// <summary>Whether this is the key, found in the same time whatever is shown; always false where there is none.</summary>
    public bool Matches(string shown) => _hash is not null && CryptographicOperations.FixedTimeEquals(Hash(shown), _hash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
