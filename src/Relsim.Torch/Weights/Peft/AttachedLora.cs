using Relsim.Torch.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights.Peft;

/// <summary>An adapter that has joined a model. Not thread-safe: nothing may run the model while it is merged, unmerged or detached.</summary>
internal sealed class AttachedLora
{
    private readonly LoraAdapter adapter;
    private readonly IReadOnlyList<(LoraLayer Layer, LoraLinear Module)> pairs;
    private readonly bool trained;

    internal AttachedLora(LoraAdapter adapter, IReadOnlyList<(LoraLayer Layer, LoraLinear Module)> pairs, bool trained)
    {
        this.adapter = adapter;
        this.pairs = pairs;
        this.trained = trained;
    }

    /// <summary>The layers that it has joined, by path in the hub's tree.</summary>
    public IEnumerable<string> Paths => pairs.Select(pair => pair.Layer.Path);

    /// <summary>Adds the adapter to the weights (<see cref="LoraLinear.Merge"/>) and says what rounding took.</summary>
    /// <exception cref="InvalidOperationException">It is merged or detached already.</exception>
    public MergeReport Merge() => new() { Layers = pairs.ToDictionary(pair => pair.Layer.Path, pair => pair.Module.Merge(), StringComparer.Ordinal) };

    /// <summary>Puts the base's weights back, bit for bit; nothing happens where the adapter is not merged.</summary>
    public void Unmerge()
    {
        foreach ((_, LoraLinear module) in pairs)
        {
            module.Unmerge();
        }
    }

    /// <summary>Takes the adapter away, unmerging first.</summary>
    public void Detach()
    {
        foreach ((_, LoraLinear module) in pairs)
        {
            module.Detach();
        }
    }

    /// <summary>
    /// Writes the adapter as it is now to <paramref name="folder"/>, which is made where it is absent, under the file and key names that it
    /// was loaded with; PEFT reads them. A trained one is stored as it was trained, any other in the types that it came in.
    /// </summary>
    /// <exception cref="WeightsException">The disk refuses.</exception>
    /// <exception cref="InvalidOperationException">It was detached.</exception>
    /// <exception cref="ObjectDisposedException">The adapter brings tables, and was closed.</exception>
    public void Save(string folder)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach ((LoraLayer layer, LoraLinear module) in pairs)
        {
            (Tensor a, Tensor b) = module.Adapter;
            tensors[layer.KeyA] = AsStored(a, layer.KeyA);
            tensors[layer.KeyB] = AsStored(b, layer.KeyB);
        }

        foreach (string key in adapter.Tables.Values)
        {
            tensors[key] = adapter.Source.Read(key);
        }

        WriteConfig(folder);
        SafetensorsWriter.Write(Path.Combine(folder, LoraAdapter.WeightsName), tensors, new Dictionary<string, string> { ["format"] = "pt" });
    }

    private void WriteConfig(string folder)
    {
        string config = Path.Combine(folder, LoraAdapter.ConfigName);
        string temporary = $"{config}.{Path.GetRandomFileName()}";
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(temporary, adapter.ConfigText);
            File.Move(temporary, config, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(config, null, $"the file cannot be written: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                File.Delete(temporary);
            }
        }
    }

    private Tensor AsStored(Tensor factor, string key) => trained ? factor : factor.to_type(adapter.Source.Tensors[key].Type);
}
