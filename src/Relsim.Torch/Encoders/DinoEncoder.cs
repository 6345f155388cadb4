using Relsim.Torch.Weights;

namespace Relsim.Torch.Encoders;

/// <summary>DINO (Caron et al. 2021): the class token after the last normalisation, L2-normalised; 768 numbers for facebook/dino-vitb16. Thread-safe.</summary>
public sealed class DinoEncoder : VisionEncoder
{
    private DinoEncoder(VisionCheckpoint checkpoint, EncoderOptions options)
        : base(checkpoint, options)
    {
    }

    /// <summary>Loads config.json, preprocessor_config.json and the weights of a folder, as the hub has them.</summary>
    /// <exception cref="ArgumentException">An option has no meaning for the model, is out of range, or asks for a device that is not there.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration cannot be read, or is of another model.</exception>
    public static DinoEncoder Load(string folder, EncoderOptions? options = null)
    {
        options ??= new EncoderOptions();
        return new DinoEncoder(LoadFolder(folder, VisionCheckpoint.DinoType, options), options);
    }
}
