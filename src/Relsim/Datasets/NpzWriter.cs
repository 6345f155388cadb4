using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Relsim.Datasets;

/// <summary>
/// Writes an npz of the published layout (see <see cref="NpzFile"/>) row by row. Numbers wait in a spool file beside the target, because
/// a numpy header comes first and holds the count; identifiers and captions wait in memory. Nothing is left behind
/// unless <see cref="Complete"/> was called. Not thread-safe.
/// </summary>
public sealed class NpzWriter : IDisposable
{
    private static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _path;
    private readonly FileStream _spool;
    private readonly List<string> _imageIds = [];
    private readonly List<string> _captions = [];
    private bool _completed;

    /// <summary>Starts a file of embeddings of <paramref name="dimension"/> numbers.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public NpzWriter(string path, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        _path = Path.GetFullPath(path);
        Dimension = dimension;
        _spool = new FileStream(AtomicFile.TemporaryName(_path), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
    }

    /// <summary>Numbers in an embedding (D).</summary>
    public int Dimension { get; }

    /// <summary>Rows appended so far (N).</summary>
    public int Count => _imageIds.Count;

    /// <summary>Adds one row; <paramref name="caption"/> null is stored as an empty caption.</summary>
    /// <exception cref="ArgumentException">The embedding has another length than D.</exception>
    public void Append(string imageId, string? caption, ReadOnlySpan<float> embedding)
    {
        ArgumentNullException.ThrowIfNull(imageId);
        ObjectDisposedException.ThrowIf(_completed, this);
        if (embedding.Length != Dimension)
        {
            throw new ArgumentException($"{_path} holds embeddings of {Dimension} numbers, got {embedding.Length} for {imageId}.", nameof(embedding));
        }

        _spool.Write(MemoryMarshal.AsBytes(embedding));
        _imageIds.Add(imageId);
        _captions.Add(caption ?? "");
    }

    /// <summary>Writes the file under a temporary name and renames it; an existing file is replaced.</summary>
    /// <exception cref="IOException">The file cannot be written; an old file is kept.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        _completed = true;
        _spool.Position = 0;
        AtomicFile.Write(_path, stream =>
        {
            using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
            using (Stream entry = OpenEntry(zip, NpzFile.EmbeddingsEntry))
            {
                new NpyHeader('f', sizeof(float), [Count, Dimension]).Write(entry);
                _spool.CopyTo(entry, 1 << 20);
            }

            WriteStrings(zip, NpzFile.ImageIdsEntry, _imageIds);
            WriteStrings(zip, NpzFile.CaptionsEntry, _captions);
        });
    }

    /// <summary>Removes the spool file.</summary>
    public void Dispose() => _spool.Dispose();

    private static Stream OpenEntry(ZipArchive zip, string name)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = FixedTime; // the same rows give the same bytes on any day
        return entry.Open();
    }

    private static void WriteStrings(ZipArchive zip, string name, List<string> values)
    {
        // numpy pads each string to the longest with NUL; a width of 0 is legal there but trips other readers.
        int width = Math.Max(1, values.Count == 0 ? 1 : values.Max(value => value.EnumerateRunes().Count()));
        using BufferedStream stream = new(OpenEntry(zip, name), 1 << 16);
        new NpyHeader('U', width, [values.Count]).Write(stream);
        byte[] element = new byte[width * 4];
        foreach (string value in values)
        {
            int used = Encoding.UTF32.GetBytes(value, element);
            element.AsSpan(used).Clear();
            stream.Write(element);
        }
    }
}
