using System.Globalization;
using Microsoft.Extensions.Logging;
using Relsim.Datasets;
using Relsim.Evaluation.Reports;
using Relsim.Imaging;

namespace Relsim.Web.Pictures;

/// <summary>
/// Thumbnails as JPEG, in a few sizes, named by the content of their picture: on disk, and in memory where the disk takes none. Thread-safe.
/// </summary>
public sealed partial class ThumbnailCache : IDisposable
{
    private const int Quality = 84;
    private const long MemoryBytes = 32 << 20;

    private readonly string? _folder;
    private readonly ILogger<ThumbnailCache> _logger;
    private readonly ByteCache<byte[]> _memory = new(MemoryBytes);
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);
    private readonly ImageDecoder _decoder = new();
    private int _warned;

    /// <summary>A cache in <paramref name="folder"/>, which need not exist; null keeps thumbnails in memory alone.</summary>
    public ThumbnailCache(string? folder, ILogger<ThumbnailCache> logger) => (_folder, _logger) = (folder, logger);

    /// <summary>Longest sides that are made, in pixels.</summary>
    public static IReadOnlyList<int> Sides { get; } = [64, 128, 256, 384, 512, 1024];

    /// <summary>The thumbnail of a picture, at most <paramref name="side"/> pixels wide and high.</summary>
    /// <param name="contentKey">SHA-256 of the picture's file in hexadecimal.</param>
    /// <param name="side">One of <see cref="Sides"/>.</param>
    /// <param name="read">Gives the picture's bytes; called only where there is no thumbnail yet.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ImageDecodeException">The bytes are no picture.</exception>
    public async Task<byte[]> GetAsync(string contentKey, int side, Func<CancellationToken, Task<byte[]>> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contentKey);
        ArgumentNullException.ThrowIfNull(read);
        if (!Sides.Contains(side) || !PictureId.IsHexadecimal(contentKey))
        {
            throw new ArgumentException($"No thumbnail of {side} pixels is made for '{contentKey}'.");
        }

        string name = Path.Combine(side.ToString(CultureInfo.InvariantCulture), contentKey[..2], $"{contentKey}.jpg");
        if (_memory.TryGet(name, out byte[]? kept))
        {
            return kept;
        }

        if (await TryReadAsync(name, cancellationToken).ConfigureAwait(false) is { Length: > 0 } stored)
        {
            return stored;
        }

        await _decoders.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            byte[] bytes = await read(cancellationToken).ConfigureAwait(false);
            byte[] made = await Task.Run(() => Thumbnail.Jpeg(_decoder.DecodeForSide(bytes, "the picture", side), side, Quality), cancellationToken).ConfigureAwait(false);
            await StoreAsync(name, made).ConfigureAwait(false);
            return made;
        }
        finally
        {
            _decoders.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _decoders.Dispose();

    private async Task<byte[]?> TryReadAsync(string name, CancellationToken cancellationToken)
    {
        string? path = _folder is null ? null : Path.Combine(_folder, name);
        try
        {
            return File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Warn(e);
            return null;
        }
    }

    private async Task StoreAsync(string name, byte[] made)
    {
        try
        {
            if (_folder is not null)
            {
                await AtomicFile.WriteAsync(Path.Combine(_folder, name), async (stream, token) => await stream.WriteAsync(made, token).ConfigureAwait(false)).ConfigureAwait(false);
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Warn(e);
        }

        _memory.Set(name, made, made.Length);
    }

    private void Warn(Exception error)
    {
        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            LogDisk(_logger, _folder, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Thumbnails cannot be kept in {Folder} and are made again when they are needed ({Reason}). Free some room there, or set XDG_CACHE_HOME.")]
    private static partial void LogDisk(ILogger logger, string? folder, string reason);
}
