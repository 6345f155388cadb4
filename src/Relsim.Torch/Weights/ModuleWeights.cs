using Relsim.Torch.Native;
using Relsim.Torch.Nn;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Weights;

/// <summary>Moves weights between a module and a source of tensors, by the names of the module's parameters and buffers.</summary>
internal static class ModuleWeights
{
    /// <summary>
    /// Copies every tensor of <paramref name="source"/> into the parameter or buffer of its name, converting between
    /// floating-point types. The source may be closed afterwards.
    /// </summary>
    /// <exception cref="WeightsException">
    /// A tensor is missing, unexpected, mis-shaped, of another kind of number or named twice; the message lists all of them, and the module
    /// is as before.
    /// </exception>
    public static LoadReport Load(Module module, TensorSource source, WeightLoadOptions? options = null)
    {
        options ??= new WeightLoadOptions();
        Dictionary<string, Tensor> targets = module.state_dict();
        Match match = MatchNames(targets, source, options);
        TorchRuntime.EnsureLoaded();
        using IDisposable noGradient = no_grad();
        int converted = 0;
        foreach ((string name, string key) in match.Sources)
        {
            using Tensor tensor = source.Read(key);
            targets[name].copy_(tensor);
            converted += targets[name].dtype == tensor.dtype ? 0 : 1;
        }

        return match.Report(source, converted);
    }

    /// <summary>Copies a safetensors file of exactly the module's tensors into it: what <see cref="Save"/> wrote.</summary>
    /// <exception cref="WeightsException">The file cannot be read, or a weight is missing, unexpected or mis-shaped.</exception>
    public static void Load(Module module, string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Load(module, file);
    }

    /// <summary>
    /// Gives every <see cref="WeightLayer"/> of a module its tensors on the source's own bytes, without a copy where the type is as wanted.
    /// The source may be closed afterwards.
    /// </summary>
    /// <param name="module">A module whose parameters all belong to such layers.</param>
    /// <param name="source">Where the weights come from.</param>
    /// <param name="type">Floating-point type to compute in; null leaves each as it is stored.</param>
    /// <param name="options">How names relate.</param>
    /// <param name="device">Where the weights are to lie; the processor's memory by default.</param>
    /// <exception cref="WeightsException">As for <see cref="Load(Module, TensorSource, WeightLoadOptions?)"/>.</exception>
    public static LoadReport Bind(Module module, TensorSource source, ScalarType? type = null, WeightLoadOptions? options = null, Device? device = null)
    {
        options ??= new WeightLoadOptions();
        Match match = MatchNames(module.state_dict(), source, options);
        int converted = 0;
        foreach ((string prefix, Module part) in module.named_modules().Prepend(("", module)))
        {
            if (part is not WeightLayer layer)
            {
                continue;
            }

            foreach ((string name, _) in layer.named_parameters(recurse: false).ToArray())
            {
                Tensor tensor = source.Read(match.Sources[prefix.Length == 0 ? name : $"{prefix}.{name}"]);
                ScalarType wanted = type ?? tensor.dtype;
                converted += tensor.dtype == wanted ? 0 : 1;
                if (tensor.dtype != wanted || (device is not null && device.type != tensor.device_type))
                {
                    using Tensor stored = tensor;
                    tensor = stored.to(wanted, device ?? CPU);
                }

                layer.Bind(name, tensor.DetachFromDisposeScope());
            }
        }

        return match.Report(source, converted);
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

    private static Match MatchNames(Dictionary<string, Tensor> targets, TensorSource source, WeightLoadOptions options)
    {
        Dictionary<string, string> sources = new(StringComparer.Ordinal);
        List<string> ignored = [];
        List<string> problems = [];
        foreach (string key in source.Tensors.Keys.Order(StringComparer.Ordinal))
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
                problems.AddRange(Mismatch(name, target, source.Tensors[key]));
            }
        }

        problems.AddRange(targets.Keys.Except(sources.Keys).Order(StringComparer.Ordinal).Select(name => $"missing: {name}"));
        return problems.Count == 0
            ? new Match(sources, ignored)
            : throw new WeightsException(
                source.FilePath, null, $"{problems.Count} tensors do not fit the model:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", problems)}");
    }

    /// <summary>The source's name for each of the module's names, and the source's names that are left out on purpose.</summary>
    private sealed record Match(Dictionary<string, string> Sources, List<string> Ignored)
    {
        public LoadReport Report(TensorSource source, int converted) => new()
        {
            Tensors = Sources.Count,
            Bytes = Sources.Values.Sum(key => source.Tensors[key].Length),
            Converted = converted,
            Ignored = Ignored,
        };
    }
}
