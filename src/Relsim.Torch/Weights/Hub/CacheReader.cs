using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Relsim.Torch.Weights.Hub;

/// <summary>Says what of a model is in the cache, whoever put it there.</summary>
internal static partial class CacheReader
{
    private const string IndexSuffix = ".safetensors.index.json";
    private const long LongestIndex = 64L << 20;
    private const int MostShards = 10_000;

    public static CachedModel Read(HubCache cache, HubModelId id)
    {
        IReadOnlyDictionary<string, string> refs = cache.Refs();
        List<CachedSnapshot> snapshots = [.. cache.Commits().Select(commit => ReadSnapshot(cache, commit, refs))];
        return new CachedModel(id.At(null), cache.Folder, DiskBytes(cache), snapshots);
    }

    public static CachedSnapshot ReadSnapshot(HubCache cache, string commit, IReadOnlyDictionary<string, string> refs)
    {
        List<SnapshotFile> files = [.. cache.Files(commit)];
        return new CachedSnapshot(
            commit,
            [.. refs.Where(reference => reference.Value == commit).Select(reference => reference.Key).Order(StringComparer.Ordinal)],
            cache.Snapshot(commit),
            files.Count,
            files.Sum(file => HubCache.LengthOf(file.FullPath) ?? 0),
            [.. Missing(files)]);
    }

    /// <summary>
    /// What is missing for a model: a blob behind a link, a configuration, weights, a shard that an index or a file's own name promises.
    /// Python makes a snapshot's folder first and fills it, so that its being there says nothing.
    /// </summary>
    private static IEnumerable<string> Missing(List<SnapshotFile> files)
    {
        Dictionary<string, SnapshotFile> present = files.Where(file => file.Exists).ToDictionary(file => file.Name);
        foreach (SnapshotFile file in files.Where(file => !file.Exists))
        {
            yield return file.Name;
        }

        if (!present.ContainsKey("config.json") && !present.ContainsKey("adapter_config.json"))
        {
            yield return "config.json";
        }

        HashSet<string> shards = [.. present.Values.SelectMany(Promised)];
        if (shards.Count == 0 && !present.Keys.Any(name => name.EndsWith(".safetensors", StringComparison.Ordinal) || name == CheckpointFolder.OldName))
        {
            yield return "*.safetensors";
        }

        foreach (string shard in shards.Where(shard => !present.ContainsKey(shard)).Order(StringComparer.Ordinal))
        {
            yield return shard;
        }
    }

    private static IEnumerable<string> Promised(SnapshotFile file)
    {
        string folder = file.Name[..(file.Name.LastIndexOf('/') + 1)];
        if (file.Name.EndsWith(IndexSuffix, StringComparison.Ordinal))
        {
            return ReadIndex(file).Select(shard => folder + shard);
        }

        Match match = ShardPattern().Match(file.Name);
        return match.Success && int.TryParse(match.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= MostShards
            ? Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{match.Groups["stem"].Value}-{i:D5}-of-{count:D5}.safetensors"))
            : [];
    }

    private static IEnumerable<string> ReadIndex(SnapshotFile file)
    {
        try
        {
            if (HubCache.LengthOf(file.FullPath) > LongestIndex)
            {
                return [$"{file.Name} (too long)"];
            }

            using var stream = new FileStream(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.Read);
            using JsonDocument index = JsonDocument.Parse(stream);
            return [.. index.RootElement.GetProperty("weight_map").EnumerateObject().Select(weight => weight.Value.GetString() ?? "?").Distinct()];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [$"{file.Name} (damaged)"];
        }
    }

    /// <summary>What the files take, links not counted: each blob once, copies as they are.</summary>
    private static long DiskBytes(HubCache cache) => !Directory.Exists(cache.Folder)
        ? 0
        : Directory.EnumerateFiles(cache.Folder, "*", SearchOption.AllDirectories)
            .Sum(path => new FileInfo(path) is { LinkTarget: null } file ? file.Length : IsBlobLink(cache, path) ? HubCache.LengthOf(path) ?? 0 : 0);

    // A blob that Python shares among models counts for each of them.
    private static bool IsBlobLink(HubCache cache, string path) => Path.GetDirectoryName(path) == cache.BlobFolder;

    [GeneratedRegex(@"\A(?<stem>.*)-\d{5}-of-(?<count>\d{5})\.safetensors\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex ShardPattern();
}
