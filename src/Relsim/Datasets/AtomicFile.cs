namespace Relsim.Datasets;

/// <summary>
/// Writes a file under a temporary name in the same folder, flushes it to the disk and renames it, so that a killed
/// process leaves either the old file or the whole new one. Thread-safe; the last of two writers wins.
/// </summary>
public static class AtomicFile
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Replaces <paramref name="path"/> by what <paramref name="write"/> puts into a seekable stream.</summary>
    /// <exception cref="IOException">The folder cannot be created or the file cannot be written; the old file is kept.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
        string temporary = TemporaryName(target);
        try
        {
            using (FileStream stream = Create(temporary, FileOptions.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>The asynchronous form of <see cref="Write"/>; a cancelled write keeps the old file.</summary>
    /// <exception cref="IOException">The folder cannot be created or the file cannot be written; the old file is kept.</exception>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
        string temporary = TemporaryName(target);
        try
        {
            await using (FileStream stream = Create(temporary, FileOptions.Asynchronous))
            {
                await write(stream, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>A fresh hidden name beside <paramref name="target"/>; its folder is created when it is missing.</summary>
    internal static string TemporaryName(string target)
    {
        string folder = Path.GetDirectoryName(target) ?? throw new IOException($"{target} names no file.");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
    }

    private static FileStream Create(string temporary, FileOptions options) =>
        new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, options);
}
