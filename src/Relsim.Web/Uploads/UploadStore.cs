using Relsim.Torch.Encoders;
using Relsim.Web.Library;
using Relsim.Web.Pictures;

namespace Relsim.Web.Uploads;

/// <summary>A picture that a client sent.</summary>
/// <param name="Id">Its name (<see cref="PictureId"/>).</param>
/// <param name="Name">What the client calls it; for display alone.</param>
/// <param name="Bytes">Its file.</param>
/// <param name="Embedded">What the model says of it.</param>
public sealed record UploadedPicture(string Id, string Name, byte[] Bytes, EmbeddedImage Embedded);

/// <summary>Pictures to search with, in memory and for this process alone: up to 256 MiB, those used last. Thread-safe.</summary>
public sealed class UploadStore(LibrarySession session)
{
    private const long MaxBytes = 256L << 20;
    private const int LongestName = 200;

    private readonly ByteCache<UploadedPicture> _pictures = new(MaxBytes);

    /// <summary>Decodes, embeds and keeps a picture.</summary>
    /// <exception cref="Imaging.ImageDecodeException">The bytes are no picture, or one beyond the limits.</exception>
    /// <exception cref="QueueFullException">The server has too much to do.</exception>
    /// <exception cref="Api.ProblemException">The model is not loaded (yet).</exception>
    public async Task<UploadedPicture> AddAsync(byte[] bytes, string? name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        string shown = string.IsNullOrWhiteSpace(name) ? "picture" : Path.GetFileName(name.Replace('\\', '/')) is { Length: > 0 } file ? file[..Math.Min(file.Length, LongestName)] : "picture";
        EmbeddedImage embedded = (await session.Queue.EmbedImagesAsync([(bytes, shown)], cancellationToken).ConfigureAwait(false))[0];
        var picture = new UploadedPicture(PictureId.NewUpload(), shown, bytes, embedded);
        _pictures.Set(picture.Id, picture, bytes.Length);
        return picture;
    }

    /// <summary>The picture of a name, or null where it is gone.</summary>
    public UploadedPicture? Find(string id) => _pictures.TryGet(id, out UploadedPicture? picture) ? picture : null;
}
