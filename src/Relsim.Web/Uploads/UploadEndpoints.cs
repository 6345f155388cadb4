using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Relsim.Web.Api;

namespace Relsim.Web.Uploads;

/// <summary><c>POST /upload</c>: a picture to search with, as the body itself or as a form's only file. Answers its name.</summary>
internal static class UploadEndpoints
{
    public static void MapUploads(this IEndpointRouteBuilder routes, ServeOptions options) =>
        routes.MapPost("/upload", ReceiveAsync)
            .WithRequestTimeout(options.RequestTimeout)
            .ExcludeFromDescription();

    private static async Task<IResult> ReceiveAsync(HttpContext context, UploadStore uploads, ServeOptions options)
    {
        HttpRequest request = context.Request;
        if (!request.HasFormContentType)
        {
            return await AddAsync(request.Body, request.ContentLength, request.Query["name"]).ConfigureAwait(false);
        }

        IFormCollection form = await ReadFormAsync(request, context.RequestAborted).ConfigureAwait(false);
        if (form.Files is not [var file])
        {
            throw ProblemException.BadRequest($"The form holds {form.Files.Count} files; send one.");
        }

        using Stream stream = file.OpenReadStream();
        return await AddAsync(stream, file.Length, file.FileName).ConfigureAwait(false);

        async Task<IResult> AddAsync(Stream body, long? length, string? name)
        {
            if (length > options.Limits.MaxBytes)
            {
                throw new ProblemException(StatusCodes.Status413PayloadTooLarge, $"The picture has {length:N0} bytes; the limit is {options.Limits.MaxBytes:N0}.");
            }

            using var bytes = new MemoryStream((int)(length ?? 0));
            await body.CopyToAsync(bytes, context.RequestAborted).ConfigureAwait(false);
            UploadedPicture picture = await uploads.AddAsync(bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray(), name, context.RequestAborted).ConfigureAwait(false);
            return Results.Json(new { id = picture.Id, name = picture.Name, width = picture.Embedded.Width, height = picture.Embedded.Height });
        }
    }

    private static async Task<IFormCollection> ReadFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException && !cancellationToken.IsCancellationRequested))
        {
            throw ProblemException.BadRequest("The form cannot be read: it is damaged, or beyond the limits.");
        }
    }
}
