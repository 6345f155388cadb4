using System.Text.Json;

namespace Relsim.Torch.Models;

/// <summary>Reads a checkpoint's config.json; every error names the file and the fault.</summary>
internal static class ConfigFile
{
    /// <summary>More layers than any published model has; a larger number is a damaged file, and would cost its memory.</summary>
    public const int MostLayers = 1000;

    /// <summary>The configuration in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">What it should be of, such as "a BERT encoder".</param>
    /// <param name="parse">Reads its text.</param>
    /// <exception cref="InvalidDataException">It is missing, not JSON, of another model, lacks a key or contradicts itself.</exception>
    public static T Read<T>(string path, string model, Func<string, T> parse)
    {
        try
        {
            return parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} is not the configuration of {model}: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidDataException">It does not hold.</exception>
    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    /// <summary>What every transformer's sizes must be.</summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public static void RequireTransformer(string part, int width, int layers, int heads, double epsilon)
    {
        Require(layers is > 0 and <= MostLayers, $"{part}num_hidden_layers is {layers}.");
        Require(heads > 0 && width > 0 && width % heads == 0, $"{part}num_attention_heads: {heads} heads do not divide hidden_size {width}.");
        Require(epsilon > 0, $"{part}layer_norm_eps is {epsilon}.");
    }

    /// <summary>What every vision transformer's image must be.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public static void RequireImage(string part, int imageSize, int patchSize, int channels)
    {
        Require(channels == 3, $"{part}num_channels is {channels}, not 3.");
        Require(patchSize > 0 && imageSize > 0 && imageSize % patchSize == 0, $"{part}patch_size {patchSize} does not divide image_size {imageSize}.");
    }
}
