using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Relsim.Web.Pictures;

/// <summary>
/// How pictures are named outside: a library's picture by 32 hexadecimal digits, the first 16 bytes of the SHA-256 of its path, an uploaded one by "u-" and 32 random ones. No
/// name says where a file is, and no path is ever taken from a client.
/// </summary>
public static class PictureId
{
    private const int Bytes = 16;
    private const string UploadPrefix = "u-";
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The name of a library's picture; the same in every process.</summary>
    public static string OfPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, Bytes));
    }

    /// <summary>A name for an uploaded picture that nobody can guess.</summary>
    public static string NewUpload() => UploadPrefix + RandomNumberGenerator.GetHexString(2 * Bytes, lowercase: true);

    /// <summary>Whether a name is of an uploaded picture.</summary>
    public static bool IsUpload(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.StartsWith(UploadPrefix, StringComparison.Ordinal);
    }

    /// <summary>Whether a text has the form of a name, of either kind.</summary>
    public static bool IsValid(string? id)
    {
        ReadOnlySpan<char> digits = id is null ? default : IsUpload(id) ? id.AsSpan(UploadPrefix.Length) : id;
        return digits.Length == 2 * Bytes && IsHexadecimal(digits);
    }

    /// <summary>Whether a text is of lower-case hexadecimal digits alone.</summary>
    internal static bool IsHexadecimal(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Digits);
}
