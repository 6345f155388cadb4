using System.Security.Cryptography;
using System.Text;

namespace Relsim.Torch.Weights.Hub;

/// <summary>
/// The hub names a file's content by its checksum, and sends that as the etag: SHA-256 of the bytes for large files (git LFS), git's SHA-1 of
/// "blob", length and bytes for small ones. The digits' number tells which.
/// </summary>
internal static class BlobHash
{
    private const int Sha1Digits = 40;
    private const int Sha256Digits = 64;
    private const int BufferBytes = 1 << 20;

    /// <summary>The checksum in an etag header's value, or null where it holds none.</summary>
    public static string? FromEtag(string? header)
    {
        string? text = header?.Trim();
        if (text?.StartsWith("W/", StringComparison.Ordinal) == true)
        {
            text = text[2..];
        }

        text = text?.Trim('"');
        return text is not null && IsHash(text) ? text : null;
    }

    /// <summary>Whether the text is a checksum of one of the two kinds.</summary>
    public static bool IsHash(string text) => text.Length is Sha1Digits or Sha256Digits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The checksum of the file at <paramref name="path"/> of the kind that <paramref name="like"/> is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="like">A checksum; its length chooses the kind.</param>
    /// <param name="advance">Called with the number of bytes read since the last call.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<string> ComputeAsync(string path, string like, Action<long>? advance, CancellationToken cancellationToken)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(like.Length == Sha1Digits ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);
        if (like.Length == Sha1Digits)
        {
            hash.AppendData(Encoding.ASCII.GetBytes($"blob {file.Length}\0"));
        }

        byte[] buffer = new byte[BufferBytes];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            advance?.Invoke(read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
