using Relsim.Torch.Models.DreamSim;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Hub;
using Relsim.Torch.Weights.Peft;

namespace Relsim.Torch.Encoders;

/// <summary>Chooses an encoder of looks by what a folder holds.</summary>
public static class AttributeEncoderLoader
{
    private static readonly Dictionary<string, Func<string, EncoderOptions, AttributeEncoder>> ByModelType = new(StringComparer.Ordinal)
    {
        [VisionCheckpoint.ClipType] = ClipEncoder.Load,
        [VisionCheckpoint.DinoV2Type] = DinoV2Encoder.Load,
        [VisionCheckpoint.DinoType] = DinoEncoder.Load,
    };

    /// <summary>Loads a model by its folder (of the hub's layout, or DreamSim's as its zip files are unpacked), or one of the hub by its short name ("clip", "dinov2", "dino") or id, which must have been pulled.</summary>
    /// <exception cref="ArgumentException">An option has no meaning for the model, is out of range, or asks for a device that is not there.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration cannot be read, or is of no model that is known here.</exception>
    /// <exception cref="HubException">The name is of no model, or a part has not been pulled; the message says how to.</exception>
    public static AttributeEncoder Load(string modelOrFolder, EncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelOrFolder);
        options ??= new EncoderOptions();
        options.Validate();
        string folder = Directory.Exists(modelOrFolder) ? modelOrFolder : Locate(modelOrFolder);
        if (DreamSimFolder.IsOne(folder))
        {
            return DreamSimEncoder.Load(folder, options);
        }

        if (File.Exists(Path.Combine(folder, LoraAdapter.ConfigName)))
        {
            throw new InvalidDataException(
                $"{Path.Combine(folder, LoraAdapter.ConfigName)}: an adapter makes a relational model, which does not tell how alike pictures look; load it as one ({nameof(EncoderLoader)}).");
        }

        string? type = ModelFolders.TypeOf(folder);
        return type is not null && ByModelType.TryGetValue(type, out Func<string, EncoderOptions, AttributeEncoder>? load)
            ? load(folder, options)
            : throw new InvalidDataException(
                $"{Path.Combine(folder, ModelFolders.ConfigFile)}: no encoder of looks is known for the model_type '{type}'. Known: {string.Join(", ", ByModelType.Keys)}, and DreamSim's folders.");
    }

    private static string Locate(string model)
    {
        using ModelStore store = ModelStore.Open();
        return store.Locate(model).TryGetValue(ModelRole.Model, out string? folder)
            ? folder
            : throw new ArgumentException($"'{model}' compares relations, not looks, or stands for several models. Take 'clip', 'dinov2', 'dino', a folder or one id of the hub.");
    }
}
