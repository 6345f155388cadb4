using Relsim.Torch.Nn;
using Relsim.Torch.Nn.Int8;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Weights;

/// <summary>
/// A safetensors file whose linear layers are in bytes: `NAME.weight` I8 [O, I], `NAME.weight_scale` F32 [O], `NAME.outlier_index` I32 [K] and
/// `NAME.outlier_weight` BF16 [K, O]; every other tensor is as its source had it. Letters as for <see cref="Int8Weight"/>.
/// </summary>
internal static class Int8Checkpoint
{
    private const string Weight = ".weight";
    private const string Scale = ".weight_scale";
    private const string Index = ".outlier_index";
    private const string Outliers = ".outlier_weight";

    /// <summary>Whether <paramref name="source"/> has layers in bytes.</summary>
    public static bool IsQuantized(TensorSource source) => LayersIn(source).Any();

    /// <summary>
    /// Writes <paramref name="source"/> to <paramref name="path"/> with the named layers in bytes, one at a time, so that memory holds the largest layer at
    /// most; a killed process leaves no half of a file.
    /// </summary>
    /// <param name="path">The file; it is replaced.</param>
    /// <param name="source">Floating-point weights.</param>
    /// <param name="layers">Module names of the layers to round, each with the input channels to set apart, ascending.</param>
    /// <param name="metadata">Notes for the file's header: where the weights came from and how they were calibrated.</param>
    /// <param name="options">How the source's names relate to the module's; the file has the module's.</param>
    /// <exception cref="WeightsException">A layer is not in the source or is no matrix of finite numbers, or the disk refuses.</exception>
    public static void Write(
        string path,
        TensorSource source,
        IReadOnlyDictionary<string, int[]> layers,
        IReadOnlyDictionary<string, string>? metadata = null,
        WeightLoadOptions? options = null)
    {
        options ??= new WeightLoadOptions();
        (string Key, string Name)[] names = [.. from key in source.Tensors.Keys.Order(StringComparer.Ordinal) let name = options.Rename(key) where name is not null select (key, name)];
        string[] missing = [.. layers.Keys.Except(names.Select(pair => LayerOf(pair.Name)).OfType<string>())];
        if (missing.Length > 0)
        {
            throw new WeightsException(source.FilePath, null, $"there is no weight of these layers: {string.Join(", ", missing)}");
        }

        IEnumerable<PlannedTensor> planned = names.SelectMany(pair =>
            Find(layers, pair.Name, out int[] apart) ? Planned(LayerOf(pair.Name)!, source.Tensors[pair.Key], apart) : [Same(pair.Name, source.Tensors[pair.Key])]);
        SafetensorsWriter.Write(path, planned, metadata, put =>
        {
            foreach ((string key, string name) in names)
            {
                using Tensor stored = source.Read(key);
                if (Find(layers, name, out int[] apart))
                {
                    Put(put, source, name, stored, apart);
                }
                else
                {
                    put(name, stored);
                }
            }
        });
    }

    /// <summary>
    /// Gives a module the weights of such a file without a copy: layers in bytes compute in bytes from then on, all others as
    /// <see cref="ModuleWeights.Bind"/> has it.
    /// </summary>
    /// <param name="module">A module whose parameters all belong to <see cref="WeightLayer"/>s; of no use after an error.</param>
    /// <param name="source">The file; it may be closed afterwards.</param>
    /// <param name="type">Floating-point type of the other weights; null leaves each as it is stored.</param>
    /// <param name="options">How names relate.</param>
    /// <param name="device">Where the other weights are to lie; layers in bytes compute on the processor alone.</param>
    /// <exception cref="WeightsException">A tensor is missing, unexpected, mis-shaped or of another type; the message names it.</exception>
    public static LoadReport Bind(Module module, TensorSource source, ScalarType? type = null, WeightLoadOptions? options = null, Device? device = null)
    {
        options ??= new WeightLoadOptions();
        Dictionary<string, LoraLinear> layers = ActivationRecorder.LayersOf(module).ToDictionary(part => part.Name, part => part.Layer, StringComparer.Ordinal);
        HashSet<string> taken = new(StringComparer.Ordinal), quantized = new(StringComparer.Ordinal);
        foreach (string name in LayersIn(source))
        {
            taken.UnionWith([name + Weight, name + Scale, name + Index, name + Outliers]);
            if (options.Rename(name + Weight) is not string wanted)
            {
                continue;
            }

            if (!layers.TryGetValue(LayerOf(wanted) ?? wanted, out LoraLinear? layer))
            {
                throw new WeightsException(source.FilePath, name + Weight, "the model has no linear layer of this name.");
            }

            Quantize(layer, source, name);
            quantized.UnionWith([name + Weight, name + Scale, name + Index, name + Outliers]);
        }

        using var rest = new Remainder(source, taken);
        LoadReport report = ModuleWeights.Bind(module, rest, type, options, device);
        return report with { Tensors = report.Tensors + quantized.Count, Bytes = report.Bytes + quantized.Sum(name => source.Tensors[name].Length) };
    }

    private static void Quantize(LoraLinear layer, TensorSource source, string name)
    {
        Tensor[] parts = [.. new[] { Weight, Scale, Index, Outliers }.Select(suffix => source.Read(name + suffix))];
        Int8Weight? weight = null;
        try
        {
            weight = new Int8Weight(parts[0], parts[1], parts[2], parts[3]);
            layer.Quantize(weight);
        }
        catch (ArgumentException e)
        {
            weight?.Dispose();
            Array.ForEach(parts, part => part.Dispose());
            throw new WeightsException(source.FilePath, name + Weight, e.Message, e);
        }
    }

    private static IEnumerable<string> LayersIn(TensorSource source) =>
        source.Tensors.Values.Where(entry => entry.Type == ScalarType.Int8).Select(entry => LayerOf(entry.Name)).OfType<string>();

    private static string? LayerOf(string name) => name.EndsWith(Weight, StringComparison.Ordinal) ? name[..^Weight.Length] : null;

    private static bool Find(IReadOnlyDictionary<string, int[]> layers, string name, out int[] apart)
    {
        int[]? found = null;
        bool there = LayerOf(name) is string layer && layers.TryGetValue(layer, out found);
        apart = found ?? [];
        return there;
    }

    private static PlannedTensor Same(string name, SafetensorsEntry entry) => new(name, entry.Type, entry.Shape);

    private static IEnumerable<PlannedTensor> Planned(string layer, SafetensorsEntry weight, int[] apart) =>
    [
        new(layer + Weight, ScalarType.Int8, weight.Shape), new(layer + Scale, ScalarType.Float32, [weight.Shape[0]]),
        new(layer + Index, ScalarType.Int32, [apart.Length]), new(layer + Outliers, ScalarType.BFloat16, [apart.Length, weight.Shape[0]]),
    ];

    private static void Put(Action<string, Tensor> put, TensorSource source, string name, Tensor stored, int[] apart)
    {
        string layer = LayerOf(name)!;
        try
        {
            using Int8Weight weight = Int8Weight.Quantize(stored, apart);
            put(layer + Weight, weight.Values);
            put(layer + Scale, weight.Scales);
            put(layer + Index, weight.OutlierIndex);
            put(layer + Outliers, weight.OutlierWeight);
        }
        catch (ArgumentException e)
        {
            throw new WeightsException(source.FilePath, name, e.Message, e);
        }
    }

    /// <summary>A source less the tensors that were taken.</summary>
    private sealed class Remainder(TensorSource source, HashSet<string> taken) : TensorSource
    {
        public override string FilePath => source.FilePath;

        public override IReadOnlyDictionary<string, SafetensorsEntry> Tensors { get; } =
            source.Tensors.Where(entry => !taken.Contains(entry.Key)).ToDictionary(StringComparer.Ordinal);

        public override Tensor Read(string name) => source.Read(name);

        public override void Dispose()
        {
        }
    }
}
