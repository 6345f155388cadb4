using System.Globalization;
using System.Text.RegularExpressions;
using Relsim.Torch.Nn;
using Relsim.Torch.Weights.Pickle;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Weights.Peft;

/// <summary>
/// A LoRA adapter in PEFT's layout: a folder with adapter_config.json and adapter_model.safetensors (or .bin). Layers are known by their
/// paths in the hub's tree, whichever tree the adapter was made on.
/// </summary>
/// <remarks>Source of the layout: huggingface/peft 0.14.0, `utils/save_and_load.py`.</remarks>
internal sealed partial class LoraAdapter : IDisposable
{
    /// <summary>Name of the settings' file.</summary>
    public const string ConfigName = "adapter_config.json";

    /// <summary>Name of the weights' file.</summary>
    public const string WeightsName = "adapter_model.safetensors";

    private const string OldWeightsName = "adapter_model.bin";
    private const string Prefix = "base_model.model.";
    private const string EmbeddingName = "model.embed_tokens.weight";
    private const string HeadName = "lm_head.weight";

    private readonly bool newerTree;

    private LoraAdapter(string folder, PeftConfig config, TensorSource source)
    {
        Folder = folder;
        Config = config;
        Source = source;
        newerTree = source.Tensors.Keys.Any(key => key.StartsWith(Prefix, StringComparison.Ordinal) && CheckpointNames.IsNewer(key[Prefix.Length..]));
        (Layers, Tables) = Sort();
    }

    /// <summary>The folder that it was loaded from.</summary>
    public string Folder { get; }

    /// <summary>Its settings.</summary>
    public PeftConfig Config { get; }

    /// <summary>Its settings as they stand in the file.</summary>
    public string ConfigText { get; private init; } = "";

    /// <summary>The layers that it brings, by path in the hub's tree (`model.layers.0.self_attn.q_proj`).</summary>
    public IReadOnlyDictionary<string, LoraLayer> Layers { get; }

    /// <summary>What its factors are multiplied with, a line for each layer.</summary>
    public string Scales => string.Join('\n', Layers.Values.OrderBy(layer => layer.Path, StringComparer.Ordinal)
        .Select(layer => string.Create(CultureInfo.InvariantCulture, $"{layer.Path} {layer.Scale:R}")));

    /// <summary>The token embedding and head that it brings whole: the file's key by the parameter's name in the hub's tree. Often empty.</summary>
    public IReadOnlyDictionary<string, string> Tables { get; }

    /// <summary>Its file.</summary>
    public TensorSource Source { get; }

    /// <summary>Opens the adapter in <paramref name="folder"/>.</summary>
    /// <exception cref="WeightsException">
    /// A file is missing or breaks its format, a setting is not supported, or keys are unexpected, missing or mis-shaped: all are listed.
    /// </exception>
    public static LoraAdapter Load(string folder)
    {
        PeftConfig config = PeftConfig.Read(Path.Combine(folder, ConfigName));
        string weights = Path.Combine(folder, WeightsName);
        string old = Path.Combine(folder, OldWeightsName);
        TensorSource source = !File.Exists(weights) && File.Exists(old) ? StateDictSource.Open(old) : SafetensorsFile.Open(weights);
        try
        {
            return new LoraAdapter(folder, config, source) { ConfigText = File.ReadAllText(Path.Combine(folder, ConfigName)) };
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The base's weights with the adapter's token embedding and head over them, all by their names in the hub's tree. What the adapter does
    /// not bring is cut to <paramref name="rows"/> rows. The result owns <paramref name="baseWeights"/> and borrows this adapter.
    /// </summary>
    /// <param name="baseWeights">The base model's checkpoint, of either tree.</param>
    /// <param name="rows">The tokenizer's length, special tokens included, where the model was resized to it; null leaves the base's rows.</param>
    /// <exception cref="WeightsException">The tables' rows do not agree, or the adapter brings a head that a tied model has no place for.</exception>
    public TensorSource Over(TensorSource baseWeights, long? rows)
    {
        var overlay = new OverlaySource(baseWeights, CheckpointNames.ToHub);
        bool tied = !overlay.Tensors.ContainsKey(HeadName);
        foreach (string name in (string[])[EmbeddingName, HeadName])
        {
            if (Tables.TryGetValue(name, out string? key))
            {
                CheckRows(key, rows);
                if (name == HeadName && tied)
                {
                    CheckTiedHead(key);
                }
                else
                {
                    overlay.Lay(name, Source, key);
                }
            }
            else if (rows is not null && overlay.Tensors.ContainsKey(name))
            {
                overlay.Cut(name, rows.Value);
            }
        }

        return overlay;
    }

    /// <summary>Lets the adapter join the layers of <paramref name="model"/>, unmerged; it may be closed afterwards unless it brings tables that are to be saved.</summary>
    /// <param name="model">The model, or a part of it: every layer that may be joined is a <see cref="LoraLinear"/>.</param>
    /// <param name="prefix">Where a part lies in the whole, with the dot at its end; the adapter's other layers are left to other parts.</param>
    /// <param name="trainable">Whether gradients flow to the adapter's weights, which are copied then.</param>
    /// <param name="type">Type to compute the adapter's path in; null widens 16-bit types to float32, as PEFT does when it loads.</param>
    /// <exception cref="WeightsException">A layer is unexpected, missing or mis-shaped; all are listed and the model is as before.</exception>
    /// <exception cref="InvalidOperationException">A layer has no weight yet, or another adapter has joined it.</exception>
    public AttachedLora Attach(Module model, string prefix = "", bool trainable = false, ScalarType? type = null)
    {
        Dictionary<string, LoraLinear> found = model.named_modules()
            .Where(named => named.module is LoraLinear)
            .ToDictionary(named => prefix + named.name, named => (LoraLinear)named.module, StringComparer.Ordinal);
        List<(LoraLayer Layer, LoraLinear Module)> pairs = Match(found, prefix);
        if (pairs.Find(pair => pair.Module.Device.type == DeviceType.META) is { Layer: not null } unbound)
        {
            throw new InvalidOperationException($"{unbound.Layer.Path} has no weight yet; bind the base's weights first.");
        }

        if (pairs.Find(pair => pair.Module.HasAdapter) is { Layer: not null } taken)
        {
            throw new InvalidOperationException($"An adapter has joined {taken.Layer.Path} already; detach it first.");
        }

        foreach ((LoraLayer layer, LoraLinear module) in pairs)
        {
            module.Attach(
                ReadFor(layer.KeyA, module.Device, trainable, type), ReadFor(layer.KeyB, module.Device, trainable, type), layer.Scale, trainable);
        }

        return new AttachedLora(this, pairs, trainable);
    }

    /// <summary>Closes the file; layers that it has joined keep their weights.</summary>
    public void Dispose() => Source.Dispose();

    [GeneratedRegex(@"\Abase_model\.model\.(?<path>.+)\.lora_(?<factor>[AB])(\.default)?\.weight\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex FactorKey();

    [GeneratedRegex(@"\Abase_model\.model\.(?<name>.*(embed_tokens|lm_head)\.weight)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex TableKey();

    private (Dictionary<string, LoraLayer> Layers, Dictionary<string, string> Tables) Sort()
    {
        Dictionary<string, (string? A, string? B)> factors = new(StringComparer.Ordinal);
        Dictionary<string, string> tables = new(StringComparer.Ordinal);
        List<string> problems = [];
        foreach (string key in Source.Tensors.Keys.Order(StringComparer.Ordinal))
        {
            if (FactorKey().Match(key) is { Success: true } factor)
            {
                string path = factor.Groups["path"].Value;
                (string? a, string? b) = factors.GetValueOrDefault(path);
                bool isA = factor.Groups["factor"].Value == "A";
                if ((isA ? a : b) is { } other)
                {
                    problems.Add($"named twice: {path}, by {other} and {key}");
                }

                factors[path] = isA ? (key, b) : (a, key);
            }
            else if (TableKey().Match(key) is { Success: true } table)
            {
                string name = CheckpointNames.ToHub(table.Groups["name"].Value);
                if (name is not (EmbeddingName or HeadName))
                {
                    problems.Add($"unexpected: {key}");
                }
                else if (!tables.TryAdd(name, key))
                {
                    problems.Add($"named twice: {name}, by {tables[name]} and {key}");
                }
            }
            else
            {
                problems.Add($"unexpected: {key}");
            }
        }

        Dictionary<string, LoraLayer> layers = Pair(factors, problems);
        return problems.Count == 0 ? (layers, tables) : throw Unfit(problems);
    }

    private Dictionary<string, LoraLayer> Pair(Dictionary<string, (string? A, string? B)> factors, List<string> problems)
    {
        Dictionary<string, LoraLayer> layers = new(StringComparer.Ordinal);
        foreach ((string path, (string? a, string? b)) in factors)
        {
            if (a is null || b is null)
            {
                problems.Add($"missing: {Prefix}{path}.lora_{(a is null ? "A" : "B")}.weight");
                continue;
            }

            (int rank, double scale) = Guarded(() => Config.At(path));
            SafetensorsEntry entryA = Source.Tensors[a], entryB = Source.Tensors[b];
            if (entryA.Shape.Count != 2 || entryB.Shape.Count != 2 || entryA.Shape[0] != rank || entryB.Shape[1] != rank)
            {
                problems.Add($"mis-shaped: {path} has A [{string.Join(", ", entryA.Shape)}] and B [{string.Join(", ", entryB.Shape)}], and its rank is {rank}");
            }
            else if (!is_floating_point(entryA.Type) || entryA.Type != entryB.Type)
            {
                problems.Add($"of another type: {path} has A of {entryA.Type} and B of {entryB.Type}");
            }
            else if (!layers.TryAdd(CheckpointNames.ToHub(path), new LoraLayer(CheckpointNames.ToHub(path), a, b, entryA.Shape[1], entryB.Shape[0], rank, scale)))
            {
                problems.Add($"named twice: {path}, in both trees");
            }
        }

        return layers;
    }

    private List<(LoraLayer Layer, LoraLinear Module)> Match(Dictionary<string, LoraLinear> found, string prefix)
    {
        List<(LoraLayer, LoraLinear)> pairs = [];
        List<string> problems = [];
        foreach (LoraLayer layer in Layers.Values.Where(layer => layer.Path.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(layer => layer.Path, StringComparer.Ordinal))
        {
            if (!found.TryGetValue(layer.Path, out LoraLinear? module))
            {
                problems.Add($"unexpected: {layer.KeyA} and {layer.KeyB}: the model has no such layer");
            }
            else if (module.Inputs != layer.Inputs || module.Outputs != layer.Outputs)
            {
                problems.Add($"mis-shaped: {layer.Path} is [{module.Outputs}, {module.Inputs}] in the model and [{layer.Outputs}, {layer.Inputs}] in the adapter");
            }
            else
            {
                pairs.Add((layer, module));
            }
        }

        problems.AddRange(found.Keys
            .Where(path => !Layers.ContainsKey(path) && Guarded(() => Config.Targets(newerTree ? CheckpointNames.ToNewer(path) : path)))
            .Order(StringComparer.Ordinal)
            .Select(path => $"missing: {path}, which {ConfigName} names as a target"));
        return problems.Count == 0 ? pairs : throw Unfit(problems);
    }

    private T Guarded<T>(Func<T> match)
    {
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new WeightsException(Path.Combine(Folder, ConfigName), null, "a regular expression takes too long.", e);
        }
    }

    private WeightsException Unfit(List<string> problems) => new(
        Source.FilePath, null, $"the adapter does not fit:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", problems)}");

    private Tensor ReadFor(string key, Device device, bool trainable, ScalarType? type)
    {
        Tensor stored = Source.Read(key);
        ScalarType wanted = type ?? (stored.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? ScalarType.Float32 : stored.dtype);
        Tensor moved = stored.to(wanted, device, copy: trainable);
        if (!ReferenceEquals(moved, stored))
        {
            stored.Dispose();
        }

        return moved;
    }

    private void CheckRows(string key, long? rows)
    {
        IReadOnlyList<long> shape = Source.Tensors[key].Shape;
        if (rows is not null && (shape.Count != 2 || shape[0] != rows))
        {
            throw new WeightsException(
                Source.FilePath, key, $"the table is [{string.Join(", ", shape)}], and the tokenizer has {rows} tokens; adapter and tokenizer are not of one training.");
        }
    }

    /// <summary>A tied model's head is its embedding, so that an adapter may only bring the same table twice.</summary>
    private void CheckTiedHead(string key)
    {
        using Tensor head = Source.Read(key);
        using Tensor? embedding = Tables.TryGetValue(EmbeddingName, out string? other) ? Source.Read(other) : null;
        using Tensor? same = embedding is not null && embedding.shape.SequenceEqual(head.shape) ? embedding.eq(head).all() : null;
        if (same?.item<bool>() != true)
        {
            throw new WeightsException(Source.FilePath, key, "the base's head is its token embedding, and the adapter brings a head of its own.");
        }
    }
}

/// <summary>A layer of an adapter: its path in the hub's tree, the file's keys of A [r, I] and B [O, r], I, O, r and the scale.</summary>
internal sealed record LoraLayer(string Path, string KeyA, string KeyB, long Inputs, long Outputs, int Rank, double Scale);
