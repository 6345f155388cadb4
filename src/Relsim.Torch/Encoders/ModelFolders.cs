using System.Text.Json;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Hub;
using Relsim.Torch.Weights.Peft;

namespace Relsim.Torch.Encoders;

/// <summary>Where the parts of a model lie that is an adapter over another one.</summary>
/// <param name="Base">Folder of the base model.</param>
/// <param name="Adapter">Folder of the adapter, or null where the base is used as it is.</param>
/// <param name="Text">Folder of the model that puts texts into the same space, or null.</param>
internal sealed record ModelFolders(string Base, string? Adapter, string? Text)
{
    /// <summary>Name of the file that says what a model is.</summary>
    public const string ConfigFile = "config.json";

    private static readonly HubModelId DefaultText = HubModelId.Parse("sentence-transformers/all-MiniLM-L6-v2");

    /// <summary>Whether nobody named the text model: it is the usual one, taken because it is there.</summary>
    public bool TextIsGuess { get; init; }

    /// <summary>What messages and fingerprints call the model: the adapter's folder, or the base's.</summary>
    public string Main => Adapter ?? Base;

    /// <summary>A name to show: the repository's where the folder is one of the hub's snapshots, else the folder's.</summary>
    public string Name
    {
        get
        {
            string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Main));
            string[] parts = folder.Split(Path.DirectorySeparatorChar);
            return parts is [.., ['m', 'o', 'd', 'e', 'l', 's', '-', '-', .. string repository], "snapshots", _]
                ? repository.Replace("--", "/", StringComparison.Ordinal)
                : Path.GetFileName(folder);
        }
    }

    /// <summary>The parts of a model that is named by a folder, a short name or an id of the hub.</summary>
    /// <param name="model">The name.</param>
    /// <param name="store">Where models of the hub are kept.</param>
    /// <param name="baseModel">Folder or id of the base; null: the one that the adapter names.</param>
    /// <param name="textModel">Folder or id of the text model; null: the one that belongs to the model, or MiniLM where it has been pulled.</param>
    /// <exception cref="HubException">A part has not been pulled; the message says how to.</exception>
    /// <exception cref="WeightsException">The adapter's configuration cannot be read.</exception>
    public static ModelFolders Resolve(string model, ModelStore store, string? baseModel = null, string? textModel = null)
    {
        IReadOnlyDictionary<ModelRole, string> parts = Parts(model, store, baseModel is not null);
        string main = parts.TryGetValue(ModelRole.Adapter, out string? adapter) ? adapter : parts[ModelRole.Model];
        string? text = textModel is not null ? Folder(textModel, store)
            : parts.TryGetValue(ModelRole.Text, out string? own) ? own
            : store.Find(DefaultText);
        bool guess = textModel is null && !parts.ContainsKey(ModelRole.Text);
        if (!File.Exists(Path.Combine(main, LoraAdapter.ConfigName)))
        {
            return baseModel is null
                ? new ModelFolders(main, null, text) { TextIsGuess = guess }
                : throw new ArgumentException($"{main} is no adapter: it has no base model. Leave the option out.");
        }

        string folder = baseModel is not null ? Folder(baseModel, store)
            : parts.TryGetValue(ModelRole.Base, out string? known) ? known
            : BaseOf(main, store);
        return new ModelFolders(folder, main, text) { TextIsGuess = guess };
    }

    /// <summary>The model_type in a folder's config.json; null where it names none.</summary>
    /// <exception cref="WeightsException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no model's configuration.</exception>
    public static string? TypeOf(string folder)
    {
        string path = Path.Combine(folder, ConfigFile);
        if (!File.Exists(path))
        {
            throw new WeightsException(
                path, null, $"there is no such file; a model's folder holds {ConfigFile} and weights, or {LoraAdapter.ConfigName} and an adapter's weights");
        }

        try
        {
            using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(path));
            return config.RootElement.TryGetProperty("model_type", out JsonElement value) ? value.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} is not a model's configuration: {e.Message}", e);
        }
    }

    private static IReadOnlyDictionary<ModelRole, string> Parts(string model, ModelStore store, bool baseIsGiven)
    {
        if (Directory.Exists(model))
        {
            return new Dictionary<ModelRole, string> { [ModelRole.Model] = model };
        }

        // Where the base is given, the one that belongs to a short name need not have been pulled.
        return baseIsGiven && KnownModels.Find(model) is { } known && known.Parts.FirstOrDefault(part => part.Role == ModelRole.Adapter) is { } adapter
            ? store.Locate(adapter.Id.ToString())
            : store.Locate(model);
    }

    private static string Folder(string model, ModelStore store) =>
        Directory.Exists(model) ? model : store.Locate(model).TryGetValue(ModelRole.Model, out string? folder)
            ? folder
            : throw new ArgumentException($"'{model}' stands for several models; name a folder or one id of the hub.");

    private static string BaseOf(string adapter, ModelStore store)
    {
        string path = Path.Combine(adapter, LoraAdapter.ConfigName);
        string name = ReadBaseName(path);
        string beside = Path.GetFullPath(Path.Combine(adapter, name));
        if (Directory.Exists(beside))
        {
            return beside;
        }

        return HubModelId.TryParse(name, out HubModelId? id) && store.Find(id) is { } folder
            ? folder
            : throw new WeightsException(
                path, null, $"the adapter changes the model '{name}', which is neither a folder nor pulled. Name the base's folder (--base), or pull it: relsim models pull {name}");
    }

    private static string ReadBaseName(string path)
    {
        try
        {
            using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(path));
            return config.RootElement.TryGetProperty("base_model_name_or_path", out JsonElement value) && value.GetString() is { Length: > 0 } name
                ? name
                : throw new WeightsException(path, null, "it does not say which model the adapter changes (base_model_name_or_path); name the base's folder (--base).");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException)
        {
            throw new WeightsException(path, null, $"the adapter's configuration cannot be read: {e.Message}", e);
        }
    }
}
