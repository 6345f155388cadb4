using Relsim.Torch.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Weights;

/// <summary>Moves weights between a module and a safetensors file, by the names of the module's parameters and buffers.</summary>
internal static class ModuleWeights
{
    /// <summary>
    /// Copies every tensor of <paramref name="file"/> into the parameter or buffer of its name, converting between
    /// floating-point types. The file may be closed afterwards.
    /// </summary>
    /// <exception cref="WeightsException">
    /// A tensor is missing, unexpected, mis-shaped, of another kind of number or named twice; the message lists all of them, and the module
    /// is as before.
    /// </exception>
    public static LoadReport Load(Module module, SafetensorsFile file, WeightLoadOptions? options = null)
    {
        options ??= new WeightLoadOptions();
        Dictionary<string, Tensor> targets = module.state_dict();
        Dictionary<string, string> sources = new(StringComparer.Ordinal);
        List<string> ignored = [];
        List<string> problems = [];
        foreach (string key in file.Tensors.Keys.Order(StringComparer.Ordinal))
        {
            string? name = options.Rename(key);
            if (name is null)
            {
                ignored.Add(key);
            }
            else if (!targets.TryGetValue(name, out Tensor? target))
            {
                problems.Add(name == key ? $"unexpected: {key}" : $"unexpected: {key} (as {name})");
            }
            else if (!sources.TryAdd(name, key))
            {
                problems.Add($"named twice: {name}, by {sources[name]} and {key}");
            }
            else
            {
                problems.AddRange(Mismatch(name, target, file.Tensors[key]));
            }
        }

        problems.AddRange(targets.Keys.Except(sources.Keys).Order(StringComparer.Ordinal).Select(name => $"missing: {name}"));
        if (problems.Count > 0)
        {
            throw new WeightsException(
                file.FilePath, null, $"{problems.Count} tensors do not fit the model:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", problems)}");
        }

        return Copy(file, targets, sources) with { Ignored = ignored };
    }

    /// <summary>
    /// Writes the module's parameters and persistent buffers to <paramref name="path"/>; floating-point ones as
    /// <paramref name="storage"/>, float32 or one of the 16-bit types.
    /// </summary>
    /// <exception cref="WeightsException">A value overflows in the storage type, or the disk refuses.</exception>
    public static void Save(
        Module module, string path, IReadOnlyDictionary<string, string>? metadata = null, ScalarType storage = ScalarType.Float32) =>
        SafetensorsWriter.Write(path, module.state_dict(), metadata, storage);

    private static IEnumerable<string> Mismatch(string name, Tensor target, SafetensorsEntry source)
    {
        if (!target.shape.AsSpan().SequenceEqual([.. source.Shape]))
        {
            yield return $"mis-shaped: {name} is [{string.Join(", ", target.shape)}] in the model and [{string.Join(", ", source.Shape)}] in the file";
        }
        else if (target.dtype != source.Type && !(is_floating_point(target.dtype) && is_floating_point(source.Type)))
        {
            yield return $"of another type: {name} is {target.dtype} in the model and {source.Type} in the file";
        }
    }

    private static LoadReport Copy(SafetensorsFile file, Dictionary<string, Tensor> targets, Dictionary<string, string> sources)
    {
        TorchRuntime.EnsureLoaded();
        using IDisposable noGradient = no_grad();
        long bytes = 0;
        int converted = 0;
        foreach ((string name, string key) in sources)
        {
            using Tensor source = file.Read(key);
            targets[name].copy_(source);
            bytes += file.Tensors[key].Length;
            converted += targets[name].dtype == source.dtype ? 0 : 1;
        }

        return new LoadReport { Tensors = sources.Count, Bytes = bytes, Converted = converted, Ignored = [] };
    }
}
