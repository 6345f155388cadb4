using Relsim.Torch.Weights;

namespace Relsim.Torch.Encoders;

/// <summary>DINOv2 (Oquab et al. 2023): the class token after the last normalisation, L2-normalised; 1,024 numbers for facebook/dinov2-large. Thread-safe.</summary>
public sealed class DinoV2Encoder : VisionEncoder
{
    private DinoV2Encoder(VisionCheckpoint checkpoint, EncoderOptions options)
        : base(checkpoint, options)
    {
    }

    /// <summary>Loads config.json, preprocessor_config.json and the weights of a folder, as the hub has them.</summary>
    /// <exception cref="ArgumentException">An option has no meaning for the model, is out of range, or asks for a device that is not there.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration cannot be read, or is of another model.</exception>
    public static DinoV2Encoder Load(string folder, EncoderOptions? options = null)
    {
        options ??= new EncoderOptions();
        return new DinoV2Encoder(LoadFolder(folder, VisionCheckpoint.DinoV2Type, options), options);
    }
}
