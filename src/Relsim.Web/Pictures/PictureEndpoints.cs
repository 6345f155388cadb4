using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Relsim.Imaging;
using Relsim.Web.Api;
using Relsim.Web.Library;
using Relsim.Web.Search;
using Relsim.Web.Uploads;

namespace Relsim.Web.Pictures;

/// <summary><c>GET /img/{id}</c> and <c>GET /thumb/{id}?w=</c>: pictures by their names, never by a path.</summary>
public static class PictureEndpoints
{
    private const int KeyDigits = 16;
    private const string Forever = "private, max-age=31536000, immutable";
    private const string AskAgain = "private, no-cache";

    /// <summary>Where a picture's thumbnail is: an address that changes with the content, so that browsers may keep what it gives.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="side">One of <see cref="ThumbnailCache.Sides"/>.</param>
    public static string ThumbnailUrl(LibraryPicture picture, int side)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return $"/thumb/{picture.Id}?w={side}&v={picture.Ranked.File.Sha256[..KeyDigits]}";
    }

    internal static void MapPictures(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").ExcludeFromDescription();
        group.MapGet("/img/{id}", SendOriginalAsync);
        group.MapGet("/thumb/{id}", SendThumbnailAsync);
    }

    private static async Task<IResult> SendOriginalAsync(string id, LibrarySession session, UploadStore uploads, HttpContext context)
    {
        byte[] head = new byte[32];
        Stream? stream = Open(id, session, uploads);
        int read = stream is null ? 0 : await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        if (stream is null || ImageFormats.MediaType(head.AsSpan(0, read)) is not { } type)
        {
            stream?.Dispose();
            return Gone(id);
        }

        stream.Position = 0;
        context.Response.Headers.CacheControl = AskAgain;
        var tag = new EntityTagHeaderValue($"\"{Stamp(stream, id)}\"");
        return Results.Stream(stream, type, entityTag: tag, enableRangeProcessing: true);
    }

    private static async Task<IResult> SendThumbnailAsync(string id, LibrarySession session, UploadStore uploads, ThumbnailCache thumbnails, HttpContext context, int w = 256, string? v = null)
    {
        if (!ThumbnailCache.Sides.Contains(w))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"Thumbnails are made {string.Join(", ", ThumbnailCache.Sides)} pixels wide.");
        }

        using Stream? stream = Open(id, session, uploads);
        if (stream is null)
        {
            return Gone(id);
        }

        string key = await ContentKeyAsync(id, session, uploads, stream, context.RequestAborted).ConfigureAwait(false);
        var tag = new EntityTagHeaderValue($"\"{key[..KeyDigits]}-{w}\"");
        try
        {
            byte[] jpeg = await thumbnails.GetAsync(key, w, token => ReadAllAsync(stream, token), context.RequestAborted).ConfigureAwait(false);
            context.Response.Headers.CacheControl = key.StartsWith(v ?? "?", StringComparison.Ordinal) && v!.Length == KeyDigits ? Forever : AskAgain;
            return Results.Bytes(jpeg, "image/jpeg", entityTag: tag);
        }
        catch (ImageDecodeException e)
        {
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, e.Reason);
        }
    }

    private static Stream? Open(string id, LibrarySession session, UploadStore uploads) =>
        !PictureId.IsValid(id) ? null
        : PictureId.IsUpload(id) ? uploads.Find(id) is { } upload ? new MemoryStream(upload.Bytes, writable: false) : null
        : session.Snapshot.Find(id) is { } picture ? session.Files.TryOpen(picture.Ranked.Path) : null;

    /// <summary>The hash that the library knows, where the file is as it was then; else the hash of what it holds now.</summary>
    private static async Task<string> ContentKeyAsync(string id, LibrarySession session, UploadStore uploads, Stream stream, CancellationToken cancellationToken)
    {
        if (uploads.Find(id) is { } upload)
        {
            return upload.Embedded.Sha256;
        }

        if (stream is FileStream file && session.Snapshot.Find(id)?.Ranked.File is { } known && known.Size == file.Length && known.Modified.UtcDateTime == File.GetLastWriteTimeUtc(file.SafeFileHandle))
        {
            return known.Sha256;
        }

        string key = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
        stream.Position = 0;
        return key;
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream, CancellationToken cancellationToken)
    {
        long most = new ImageDecoderOptions().MaxBytes;
        if (stream.Length > most)
        {
            throw new ImageDecodeException("the picture", ImageFault.TooManyBytes, $"{stream.Length:N0} bytes, the limit is {most:N0}");
        }

        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    private static string Stamp(Stream stream, string id) => stream is FileStream file ? $"{file.Length:x}-{File.GetLastWriteTimeUtc(file.SafeFileHandle).Ticks:x}" : id;

    private static IResult Gone(string id) => Problems.Of(StatusCodes.Status404NotFound, ProblemException.NoPicture(id).Message);
}
