using Relsim.Search;
using Relsim.Torch.Encoders;
using Relsim.Web.Api;
using Relsim.Web.Fetching;
using Relsim.Web.Library;
using Relsim.Web.Uploads;

namespace Relsim.Web.Pictures;

/// <summary>A picture that a client named or sent, embedded.</summary>
/// <param name="Embedding">What the model says of it.</param>
/// <param name="Sha256">SHA-256 of its file in hexadecimal.</param>
public sealed record ResolvedPicture(RelationalEmbedding Embedding, string Sha256)
{
    /// <summary>As a part of a query.</summary>
    public QueryImage ToQuery() => new(Embedding.Relational, Embedding.Attribute, Sha256);
}

/// <summary>
/// Turns what clients name pictures by into embeddings: the name of a library's or an uploaded picture, a data URI, or an address where fetching is on. Paths are no names. Thread-safe.
/// </summary>
public sealed class PictureResolver(LibrarySession session, UploadStore uploads, PictureFetcher fetcher)
{
    private const string DataScheme = "data:";

    /// <summary>Embeds pictures, in order; those that come as bytes are embedded together.</summary>
    /// <exception cref="ProblemException">A picture is not there, a reference is none, or fetching is off or failed.</exception>
    /// <exception cref="Imaging.ImageDecodeException">Bytes are no picture.</exception>
    /// <exception cref="QueueFullException">The server has too much to do.</exception>
    public async Task<IReadOnlyList<ResolvedPicture>> ResolveAsync(IReadOnlyList<string> references, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(references);
        var resolved = new ResolvedPicture?[references.Count];
        var bytes = new List<(int At, ReadOnlyMemory<byte> Bytes)>();
        for (int i = 0; i < references.Count; i++)
        {
            resolved[i] = PictureId.IsValid(references[i]) ? Find(references[i]) : null;
            if (resolved[i] is null)
            {
                bytes.Add((i, await ReadAsync(references[i], cancellationToken).ConfigureAwait(false)));
            }
        }

        IReadOnlyList<EmbeddedImage> embedded = await session.Queue.EmbedImagesAsync([.. bytes.Select(image => (image.Bytes, $"image {image.At}"))], cancellationToken).ConfigureAwait(false);
        foreach (((int at, _), EmbeddedImage image) in bytes.Zip(embedded))
        {
            resolved[at] = new ResolvedPicture(image.Embedding!, image.Sha256);
        }

        return resolved!;
    }

    /// <summary>The bytes that a data URI holds, or that an address gives.</summary>
    /// <exception cref="ProblemException">The reference is neither, the data URI is damaged, or fetching is off or failed.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(string reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference.StartsWith(DataScheme, StringComparison.OrdinalIgnoreCase) ? Decode(reference)
            : Uri.TryCreate(reference, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
                ? await fetcher.FetchAsync(address, cancellationToken).ConfigureAwait(false)
            : throw ProblemException.BadRequest("A picture is named by the id of a library's or an uploaded one, or given as a data URI (data:image/jpeg;base64,...).");
    }

    private ResolvedPicture Find(string id)
    {
        if (PictureId.IsUpload(id))
        {
            return uploads.Find(id) is { Embedded: { Succeeded: true } image } ? new ResolvedPicture(image.Embedding, image.Sha256) : throw ProblemException.NoPicture(id);
        }

        LibrarySnapshot snapshot = session.Snapshot;
        return snapshot.Find(id) is { } picture ? new ResolvedPicture(snapshot.EmbeddingOf(picture), picture.Ranked.File.Sha256) : throw ProblemException.NoPicture(id);
    }

    private static byte[] Decode(string uri)
    {
        int comma = uri.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !uri.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
        {
            throw ProblemException.BadRequest("The data URI is not in base64: write data:image/jpeg;base64, and the bytes of the file.");
        }

        var bytes = new byte[((uri.Length - comma - 1) / 4 * 3) + 3];
        return Convert.TryFromBase64Chars(uri.AsSpan(comma + 1), bytes, out int written)
            ? bytes[..written]
            : throw ProblemException.BadRequest("The base64 of the data URI is damaged.");
    }
}
