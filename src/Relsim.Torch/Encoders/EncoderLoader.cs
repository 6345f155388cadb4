using System.Text.Json;
using Relsim.Imaging;
using Relsim.Torch.Native;
using Relsim.Torch.Training;
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
        Relsim,
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

        return LoadRelsim(folder, options);
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
        RelsimEncoder encoder = LoadRelsim(model, options);
        return (encoder, encoder.Folder);
    }

    private static RelsimEncoder LoadRelsim(string model, EncoderOptions options)
    {
        RequireDevice(options);
        using ModelStore store = ModelStore.Open();
        return RelsimEncoder.Load(ModelFolders.Resolve(model, store, options.Base, options.TextModel), options);
    }

    /// <summary>What the files of a folder say that it holds.</summary>
    private static ModelKind KindOf(string folder)
    {
        if (File.Exists(Path.Combine(folder, LoraAdapter.ConfigName)))
        {
            return ModelKind.Relsim;
        }

        string path = Path.Combine(folder, MiniTraining.ConfigFile);
        if (!File.Exists(path))
        {
            throw new WeightsException(
                path, null, $"there is no such file; a model's folder holds config.json and weights, or {LoraAdapter.ConfigName} and an adapter's weights");
        }

        try
        {
            using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(path));
            string? type = config.RootElement.TryGetProperty("model_type", out JsonElement value) ? value.GetString() : null;
            return type == QwenType ? ModelKind.Relsim
                : type is null ? ModelKind.Mini // a mini model's configuration, whose reader names the keys that are missing
                : throw new InvalidDataException($"{path}: no encoder is known for the model_type '{type}'. Known: '{QwenType}', and a mini model's configuration, which has none.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is not a model's configuration: {e.Message}", e);
        }
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

    /// <exception cref="ArgumentException">The device is not there.</exception>
    internal static void RequireDevice(EncoderOptions options)
    {
        if (options.CudaDevice is not { } device)
        {
            return;
        }

        TorchRuntime.EnsureLoaded();
        int count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        if (device >= count)
        {
            throw new ArgumentException(count == 0
                ? $"The device {options.Device} is not there: this libtorch has no CUDA, or the machine has no GPU that it can use. Take the device cpu, or build with a libtorch that has CUDA."
                : $"The device {options.Device} is not there: the machine has {count}, numbered from 0.");
        }
    }
}
