namespace Relsim.Torch.Weights.Hub;

/// <summary>
/// The folders of one model in the cache that Python's huggingface_hub shares (https://huggingface.co/docs/hub/local-cache):
/// <c>models--o--r/blobs/{hash}</c>, <c>refs/{revision}</c> with a commit in it, <c>snapshots/{commit}/{file}</c> that links to a blob.
/// </summary>
internal sealed class HubCache(ModelStoreOptions options, HubModelId id)
{
    private const string Prefix = "models--";
    private const int LongestRef = 256;

    public string Folder { get; } = Path.Combine(options.CacheFolder, $"{Prefix}{id.Organization}--{id.Name}");

    public string BlobFolder => Path.Combine(Folder, "blobs");

    public string SnapshotsFolder => Path.Combine(Folder, "snapshots");

    private string RefFolder => Path.Combine(Folder, "refs");

    public string Blob(string hash) => Path.Combine(BlobFolder, hash);

    public string Snapshot(string commit) => Path.Combine(SnapshotsFolder, commit);

    public string LockFile(string hash) => Path.Combine(options.CacheFolder, ".locks", Path.GetFileName(Folder), $"{hash}.lock");

    /// <summary>The ids of all models in the cache, sorted; folders of other kinds are passed over.</summary>
    public static IEnumerable<HubModelId> Models(string cacheFolder)
    {
        if (!Directory.Exists(cacheFolder))
        {
            yield break;
        }

        foreach (string folder in Directory.EnumerateDirectories(cacheFolder, $"{Prefix}*").Order(StringComparer.Ordinal))
        {
            string[] parts = Path.GetFileName(folder)[Prefix.Length..].Split("--");
            if (parts.Length == 2 && HubModelId.TryParse($"{parts[0]}/{parts[1]}", out HubModelId? id))
            {
                yield return id;
            }
        }
    }

    /// <summary>The commit that the id's revision stood for when it was last pulled, or null.</summary>
    public string? Commit(string? revision)
    {
        revision ??= HubModelId.DefaultRevision;
        string file = Path.Combine([RefFolder, .. revision.Split('/')]);
        return File.Exists(file) ? ReadRef(file) : HubModelId.IsCommit(revision) ? revision : null;
    }

    /// <summary>All refs: revision and commit.</summary>
    public IReadOnlyDictionary<string, string> Refs() => !Directory.Exists(RefFolder)
        ? new Dictionary<string, string>()
        : Directory.EnumerateFiles(RefFolder, "*", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(RefFolder, file).Replace('\\', '/'), Commit: ReadRef(file)))
            .Where(reference => reference.Commit is not null)
            .ToDictionary(reference => reference.Name, reference => reference.Commit!);

    /// <summary>The commits that have a snapshot.</summary>
    public IEnumerable<string> Commits() => !Directory.Exists(SnapshotsFolder)
        ? []
        : Directory.EnumerateDirectories(SnapshotsFolder).Select(folder => Path.GetFileName(folder)).Where(HubModelId.IsCommit).Order(StringComparer.Ordinal);

    /// <summary>Writes a ref; a name that is a commit needs none.</summary>
    public void WriteRef(string? revision, string commit)
    {
        revision ??= HubModelId.DefaultRevision;
        if (revision == commit)
        {
            return;
        }

        string file = Path.Combine([RefFolder, .. revision.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        // Not beside the ref: whatever lies in that folder is a ref to Python.
        string temporary = Path.Combine(Folder, $".{Path.GetRandomFileName()}");
        try
        {
            File.WriteAllText(temporary, commit);
            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public void DeleteRef(string revision) => File.Delete(Path.Combine([RefFolder, .. revision.Split('/')]));

    /// <summary>The files of a snapshot by their names with '/', whether their blobs are there or not.</summary>
    public IEnumerable<SnapshotFile> Files(string commit)
    {
        string snapshot = Snapshot(commit);
        return !Directory.Exists(snapshot)
            ? []
            : Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(path => new SnapshotFile(Path.GetRelativePath(snapshot, path).Replace('\\', '/'), path, HashOf(path)));
    }

    /// <summary>Makes <c>snapshots/{commit}/{file}</c> show the blob: by a relative link, or by a copy where links cannot be.</summary>
    public void Link(string commit, string file, string hash, bool copy)
    {
        string path = Path.Combine([Snapshot(commit), .. file.Split('/')]);
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        string target = Path.GetRelativePath(folder, Blob(hash));
        if (!copy && new FileInfo(path).LinkTarget == target)
        {
            return;
        }

        string temporary = Path.Combine(Folder, $".{Path.GetRandomFileName()}");
        try
        {
            if (copy)
            {
                File.Copy(Blob(hash), temporary);
                File.Move(temporary, path, overwrite: true);
                return;
            }

            File.Delete(path);
            File.CreateSymbolicLink(path, target);
        }
        catch (IOException) when (!copy && new FileInfo(path).LinkTarget == target)
        {
            // Another process has made the same link in the meantime.
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Whether the disk takes symbolic links: Windows wants developer mode for them, FAT has none.</summary>
    public bool CanLink()
    {
        string probe = Path.Combine(Folder, $".{Path.GetRandomFileName()}");
        try
        {
            File.CreateSymbolicLink(probe, "blobs");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return false;
        }
        finally
        {
            File.Delete(probe);
        }
    }

    /// <summary>The length of a file, or of what a link leads to; null where that is missing. Python may link a blob on to a store of all models.</summary>
    public static long? LengthOf(string path)
    {
        FileSystemInfo file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            file = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        }

        return file.Exists && file is FileInfo found ? found.Length : null;
    }

    private static string? HashOf(string path) => new FileInfo(path).LinkTarget is { } target && Path.GetFileName(target) is var name && BlobHash.IsHash(name) ? name : null;

    private static string? ReadRef(string file)
    {
        if (new FileInfo(file).Length > LongestRef)
        {
            return null;
        }

        string text = File.ReadAllText(file).Trim();
        return HubModelId.IsCommit(text) ? text : null;
    }
}

/// <summary>A file of a snapshot; the hash is null where it is no link to a blob.</summary>
internal sealed record SnapshotFile(string Name, string FullPath, string? Hash)
{
    public bool Exists => HubCache.LengthOf(FullPath) is not null;
}
