using Relsim.Imaging;
using Relsim.Torch.Models.DreamSim;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Hub;
using Relsim.Torch.Weights.Peft;
using TorchSharp;

namespace Relsim.Torch.Encoders;

/// <summary>Chooses the encoder by what a folder holds.</summary>
public static class EncoderLoader
{
    private const string QwenType = "qwen2_5_vl";

    private enum ModelKind
    {
        Mini,
        Adapter,
    }

    /// <summary>Loads the model in <paramref name="folder"/>.</summary>
    /// <exception cref="ArgumentException">An option has no meaning for the model, is out of range, or asks for a device that is not there.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration cannot be read, or is of no model that is known here.</exception>
    public static RelationalEncoder Load(string folder, EncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new EncoderOptions();
        options.Validate();
        ModelKind kind = KindOf(folder);
        if (kind == ModelKind.Mini)
        {
            MiniEncoder mini = MiniEncoder.Load(folder);
            try
            {
                RefuseForMini(mini, options);
                return mini;
            }
            catch
            {
                mini.Dispose();
                throw;
            }
        }

        return LoadAdapted(folder, options).Encoder;
    }

    /// <summary>Loads a model by its folder, or one of the hub by its short name or id, which must have been pulled.</summary>
    /// <returns>The encoder, and the folder that stands for the model.</returns>
    /// <exception cref="HubException">The name is of no model, or a part has not been pulled; the message says how to.</exception>
    public static (RelationalEncoder Encoder, string Folder) LoadNamed(string model, EncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        if (Directory.Exists(model))
        {
            return (Load(model, options), model);
        }

        options ??= new EncoderOptions();
        options.Validate();
        return LoadAdapted(model, options);
    }

    /// <summary>A model that is an adapter with a projection, by what its base is.</summary>
    private static (RelationalEncoder Encoder, string Folder) LoadAdapted(string model, EncoderOptions options)
    {
        TorchDevice.Require(options.Device);
        using ModelStore store = ModelStore.Open();
        ModelFolders folders = ModelFolders.Resolve(model, store, options.Base, options.TextModel);
        string? type = ModelFolders.TypeOf(folders.Base);
        return type is null || !VisionCheckpoint.Types.Contains(type) ? (RelsimEncoder.Load(folders, options), folders.Main)
            : folders.Adapter is null ? throw LooksAlone(folders.Base, type)
            : (TunedVisionEncoder.Load(folders, options), folders.Main);
    }

    private static InvalidDataException LooksAlone(string folder, string type) => new(
        $"{Path.Combine(folder, ModelFolders.ConfigFile)}: a model of the type '{type}' tells how alike pictures look, and no relation. It is a baseline of the evaluation; a relational model made of it is a folder with {LoraAdapter.ConfigName} and {ProjectionFile.FileName}.");

    /// <summary>What the files of a folder say that it holds.</summary>
    private static ModelKind KindOf(string folder)
    {
        if (DreamSimFolder.IsOne(folder))
        {
            throw new InvalidDataException($"{folder}: DreamSim tells how alike pictures look, and no relation; it is a baseline of the evaluation (dreamsim=FOLDER).");
        }

        if (File.Exists(Path.Combine(folder, LoraAdapter.ConfigName)))
        {
            return ModelKind.Adapter;
        }

        string? type = ModelFolders.TypeOf(folder);
        return type is null ? ModelKind.Mini // a mini model's configuration, whose reader names the keys that are missing
            : type == QwenType ? ModelKind.Adapter
            : VisionCheckpoint.Types.Contains(type) ? throw LooksAlone(folder, type)
            : throw new InvalidDataException(
                $"{Path.Combine(folder, ModelFolders.ConfigFile)}: no encoder is known for the model_type '{type}'. Known: '{QwenType}', and a mini model's configuration, which has none.");
    }

    private static void RefuseForMini(MiniEncoder mini, EncoderOptions options)
    {
        string? refused = options switch
        {
            { CudaDevice: not null } => $"runs on the CPU alone, not on {options.Device}",
            { DType: { } type } => $"has weights of one type: {type} cannot be chosen",
            { BatchTokens: not null } => "takes images of one size: a budget of tokens means nothing to it",
            { Base: not null } => "is no adapter: it has no base model",
            { TextModel: not null } => "embeds texts itself: it takes no text model",
            { Profile: { } profile } when profile != mini.Profile.Name => $"was trained with the profile {mini.Profile.Name} and takes no other, not {profile}",
            _ => null,
        };
        if (refused is not null)
        {
            throw new ArgumentException($"The model {mini.ModelId} {refused}. Leave the option out.");
        }
    }
}
