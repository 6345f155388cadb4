using System.Globalization;

namespace Relsim.Web.Pictures;

/// <summary>
/// Opens files that really lie below one of some folders, every link on the way resolved; anything else does not exist. Immutable and thread-safe.
/// </summary>
public sealed class RootedFiles
{
    private const int MostLinks = 40;

    private readonly string[] _resolved;

    /// <summary>Files below <paramref name="roots"/>; a root that is missing now holds nothing.</summary>
    public RootedFiles(IEnumerable<string> roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        Roots = [.. roots.Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root))).Distinct(StringComparer.Ordinal)];
        _resolved = [.. Roots.Where(Directory.Exists).Select(root => Resolve(root)).OfType<string>()];
    }

    /// <summary>The folders, as full paths.</summary>
    public IReadOnlyList<string> Roots { get; }

    /// <summary>Whether a file or folder exists and lies below a root (or is one) once its links are resolved.</summary>
    public bool Contains(string path) => Locate(path) is not null;

    /// <summary>Opens a file for reading, or null where it is missing, no plain file, not allowed to be read, or not below a root.</summary>
    public FileStream? TryOpen(string path)
    {
        try
        {
            // Pipes and devices say 0 bytes; opening one could wait for ever.
            if (Locate(path) is not { } located || new FileInfo(located) is not { Exists: true, Length: > 0 })
            {
                return null;
            }

            var stream = new FileStream(located, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
            if (IsOpenBelowRoot(stream))
            {
                return stream;
            }

            stream.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string? Locate(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || !Path.IsPathFullyQualified(path))
        {
            return null;
        }

        try
        {
            return Resolve(Path.GetFullPath(path)) is { } located && IsBelowRoot(located) ? located : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private bool IsBelowRoot(string resolved) => _resolved.Any(root => resolved.StartsWith(root, StringComparison.Ordinal)
        && (resolved.Length == root.Length || root.EndsWith(Path.DirectorySeparatorChar) || resolved[root.Length] == Path.DirectorySeparatorChar));

    /// <summary>A link could have been put in between looking and opening: where the system tells what is open, that counts.</summary>
    private bool IsOpenBelowRoot(FileStream stream)
    {
        string link = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}");
        return !OperatingSystem.IsLinux() || File.ResolveLinkTarget(link, returnFinalTarget: false) is not { } open || IsBelowRoot(open.FullName);
    }

    /// <summary>The path without links, or null where it does not exist.</summary>
    private static string? Resolve(string path)
    {
        int links = 0;
        string done = Path.GetPathRoot(path)!;
        var rest = new Stack<string>(Parts(path[done.Length..]));
        while (rest.TryPop(out string? part))
        {
            string next = Path.Combine(done, part);
            FileSystemInfo info = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            if (!info.Exists)
            {
                return null;
            }

            if (info.LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            string full = Path.GetFullPath(target, done);
            done = Path.GetPathRoot(full)!;
            foreach (string piece in Parts(full[done.Length..]))
            {
                rest.Push(piece);
            }
        }

        return done;
    }

    private static IEnumerable<string> Parts(string path) => path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
