using System.Text.Json;
using Relsim.Torch.Weights.Pickle;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>
/// A checkpoint as the hub has it: a folder with `model.safetensors`, or with several such files and `model.safetensors.index.json`, which
/// says where each tensor lies. Every file is memory-mapped, as for <see cref="SafetensorsFile"/>. Thread-safe.
/// </summary>
/// <remarks>Source of the layout: huggingface/transformers 4.50, `utils/hub.py`, `get_checkpoint_shard_files`.</remarks>
internal sealed class CheckpointFolder : TensorSource
{
    /// <summary>Name of the weights' file from before safetensors.</summary>
    public const string OldName = "pytorch_model.bin";

    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";
    private const long MaxIndexLength = 100_000_000; // as the header of a single file

    private readonly IReadOnlyList<SafetensorsFile> shards;
    private readonly Dictionary<string, SafetensorsFile> owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsEntry> tensors = new(StringComparer.Ordinal);

    private CheckpointFolder(string folder, IReadOnlyList<SafetensorsFile> shards)
    {
        FilePath = folder;
        this.shards = shards;
        foreach (SafetensorsFile shard in shards)
        {
            foreach ((string name, SafetensorsEntry entry) in shard.Tensors)
            {
                owners.Add(name, shard);
                tensors.Add(name, entry);
            }
        }
    }

    /// <summary>The folder, as the caller named it.</summary>
    public override string FilePath { get; }

    /// <summary>What the files' headers say of each tensor, by name; an offset counts from the start of the tensor's own file.</summary>
    public override IReadOnlyDictionary<string, SafetensorsEntry> Tensors => tensors;

    /// <summary>
    /// Opens the checkpoint in <paramref name="folder"/>; a single file is preferred where both layouts are there, and `pytorch_model.bin`, of which nothing is executed,
    /// is read where neither is.
    /// </summary>
    /// <exception cref="WeightsException">
    /// There is none; a file is missing or breaks the format; or the index and the files do not agree, in which case all that differs is listed.
    /// </exception>
    public static TensorSource OpenFolder(string folder)
    {
        string single = Path.Combine(folder, SingleName);
        if (File.Exists(single))
        {
            return SafetensorsFile.Open(single);
        }

        string index = Path.Combine(folder, IndexName);
        if (!File.Exists(index))
        {
            string old = Path.Combine(folder, OldName);
            return File.Exists(old)
                ? StateDictSource.Open(old)
                : throw new WeightsException(folder, null, $"there is neither {SingleName} nor {IndexName} nor {OldName} in this folder; copy the weights from the published model.");
        }

        Dictionary<string, string> map = ReadIndex(index);
        CheckFileNames(folder, index, map.Values);
        return OpenShards(folder, index, map);
    }

    /// <inheritdoc/>
    /// <exception cref="WeightsException">The checkpoint has no such tensor.</exception>
    public override Tensor Read(string name) => owners.TryGetValue(name, out SafetensorsFile? shard)
        ? shard.Read(name)
        : throw new WeightsException(FilePath, name, "the checkpoint has no such tensor.");

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (SafetensorsFile shard in shards)
        {
            shard.Dispose();
        }
    }

    /// <summary>The file of each tensor, as the index has it.</summary>
    private static Dictionary<string, string> ReadIndex(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxIndexLength)
            {
                throw new WeightsException(path, null, $"an index of more than {MaxIndexLength} bytes is not read.");
            }

            using JsonDocument document = JsonDocument.Parse(
                File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            {
                throw new WeightsException(path, null, "the index has no weight_map.");
            }

            return map.EnumerateObject().ToDictionary(
                entry => entry.Name,
                entry => entry.Value.ValueKind == JsonValueKind.String
                    ? entry.Value.GetString()!
                    : throw new WeightsException(path, entry.Name, "the index does not name its file."),
                StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(path, null, $"the index cannot be read: {e.Message}", e);
        }
    }

    /// <summary>An index may name files beside it alone, and they must be there.</summary>
    private static void CheckFileNames(string folder, string index, IEnumerable<string> names)
    {
        string[] distinct = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] elsewhere = [.. distinct.Where(name => !IsPlainName(name))];
        if (elsewhere.Length > 0)
        {
            throw new WeightsException(index, null, $"the index names what is not a .safetensors file of its own folder: {string.Join(", ", elsewhere)}");
        }

        string[] missing = [.. distinct.Where(name => !File.Exists(Path.Combine(folder, name)))];
        if (missing.Length > 0)
        {
            throw new WeightsException(index, null, $"{missing.Length} of {distinct.Length} files are missing; get them again: {string.Join(", ", missing)}");
        }
    }

    private static bool IsPlainName(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal) && !name.Contains('\0') && name.AsSpan().IndexOfAny('/', '\\', ':') < 0;

    private static CheckpointFolder OpenShards(string folder, string index, Dictionary<string, string> map)
    {
        List<SafetensorsFile> shards = [];
        try
        {
            foreach (string name in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                shards.Add(SafetensorsFile.Open(Path.Combine(folder, name)));
            }

            CheckThatIndexAgrees(index, map, shards);
            return new CheckpointFolder(folder, shards);
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }
    }

    private static void CheckThatIndexAgrees(string index, Dictionary<string, string> map, List<SafetensorsFile> shards)
    {
        Dictionary<string, string> found = new(StringComparer.Ordinal);
        List<string> problems = [];
        foreach (SafetensorsFile shard in shards)
        {
            string file = Path.GetFileName(shard.FilePath);
            foreach (string name in shard.Tensors.Keys.Order(StringComparer.Ordinal))
            {
                if (!found.TryAdd(name, file))
                {
                    problems.Add($"held twice: {name}, by {found[name]} and {file}");
                }
                else if (!map.ContainsKey(name))
                {
                    problems.Add($"not in the index: {name} of {file}");
                }
            }
        }

        foreach ((string name, string file) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!found.TryGetValue(name, out string? actual))
            {
                problems.Add($"missing: {name}, which the index puts in {file}");
            }
            else if (actual != file)
            {
                problems.Add($"in another file: {name}, which the index puts in {file}, is in {actual}");
            }
        }

        if (problems.Count > 0)
        {
            throw new WeightsException(
                index, null, $"the index and the files do not agree:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", problems)}");
        }
    }
}
