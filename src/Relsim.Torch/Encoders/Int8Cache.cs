using System.Security.Cryptography;
using Relsim.Imaging;
using Relsim.Tokenization;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Native;
using Relsim.Torch.Nn.Int8;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// Models in bytes, made once and kept: calibrated on pictures, written layer by layer, mapped from then on. In <c>relsim/int8</c> of the user's cache folder, or where
/// RELSIM_CACHE says.
/// </summary>
internal static class Int8Cache
{
    private const int DrawnPictures = 4;
    private const int Side = 448;

    /// <summary>The folder of the files.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("RELSIM_CACHE") is { Length: > 0 } cache
        ? Path.Combine(cache, "int8")
        : UserCache.Folder("int8");

    /// <summary>The pictures of a folder, prepared as the captioner's, or a few drawn ones where none is given.</summary>
    /// <exception cref="ArgumentException">There is no picture in the folder.</exception>
    /// <exception cref="ImageDecodeException">One cannot be read.</exception>
    public static IReadOnlyList<RgbImage> CalibrationImages(string? folder)
    {
        if (folder is null)
        {
            return [.. Enumerable.Range(0, DrawnPictures).Select(Draw)];
        }

        IReadOnlyList<string> files = Datasets.ImageInputs.InFolder(folder);
        var preprocessor = new ImagePreprocessor(PreprocessingProfiles.Captioner448);
        return files.Count > 0
            ? [.. files.Select(preprocessor.Load)]
            : throw new ArgumentException($"{folder}: there is no picture to calibrate on.");
    }

    /// <summary>Where the bytes of a model are, or will be.</summary>
    public static string PathFor(string digest, IReadOnlyList<RgbImage> calibration)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (RgbImage image in calibration)
        {
            hash.AppendData(BitConverter.GetBytes(image.Width));
            hash.AppendData(image.Pixels);
        }

        return Path.Combine(Folder, $"{digest}-{Convert.ToHexStringLower(hash.GetHashAndReset())[..8]}.safetensors");
    }

    /// <summary>Shows the pictures to a model in floating point, and writes its weights in bytes with the channels apart that stood out.</summary>
    /// <exception cref="WeightsException">The file cannot be written.</exception>
    public static void Write(string path, TensorSource source, Qwen25VLCheckpoint checkpoint, IReadOnlyList<RgbImage> calibration)
    {
        IReadOnlyDictionary<string, int[]> outliers = Calibrate(checkpoint, calibration);
        Dictionary<string, int[]> layers = ActivationRecorder.LayersOf(checkpoint.Model)
            .ToDictionary(part => part.Name, part => outliers.GetValueOrDefault(part.Name, []), StringComparer.Ordinal);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Int8Checkpoint.Write(
            path, source, layers, new Dictionary<string, string> { ["source"] = source.FilePath }, new WeightLoadOptions { Rename = CheckpointNames.ToHub });
    }

    private static IReadOnlyDictionary<string, int[]> Calibrate(Qwen25VLCheckpoint checkpoint, IReadOnlyList<RgbImage> calibration)
    {
        using var recorder = new ActivationRecorder(checkpoint.Model);
        string prompt = Qwen2ChatTemplate.Render([new ChatTurn("user", [ChatPart.Image, ChatPart.OfText("Describe this image.")])], addGenerationPrompt: true);
        foreach (RgbImage image in calibration)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGradient = no_grad();
            Qwen25VLModel model = checkpoint.Model;
            (Tensor pixelValues, IReadOnlyList<GridThw> grids) = checkpoint.Patches([image]);
            var batch = TokenBatch.Of([checkpoint.Tokenize(prompt, [checkpoint.CountTokens(image.Width, image.Height)])], checkpoint.Padding);
            using SequenceLayout layout = SequenceLayout.Create(model.Config, batch, RopeIndex.Create(model.Config, batch, grids), ForwardPlan.Full, checkpoint.Device);
            model.Logits(model.HiddenStates(layout, model.EmbedImages(pixelValues, grids), ForwardPlan.Full));
        }

        return recorder.Outliers();
    }

    /// <summary>A picture with edges, slopes and grain at every scale: what stands out in a large model hardly depends on what it is shown.</summary>
    private static RgbImage Draw(int number)
    {
        var random = new Random(number + 1);
        (double fx, double fy) = (1 + random.Next(12), 1 + random.Next(12));
        int square = 8 << number;
        byte[] pixels = new byte[Side * Side * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int x, int y, int channel) = (i / 3 % Side, i / 3 / Side, i % 3);
            double wave = Math.Sin((x * fx * Math.Tau / Side) + channel) * Math.Cos(y * fy * Math.Tau / Side);
            double check = ((x / square) + (y / square)) % 2 == 0 ? 0.4 : -0.4;
            pixels[i] = (byte)Math.Clamp(128 + (70 * wave) + (80 * check) + random.Next(-24, 25), 0, 255);
        }

        return new RgbImage(Side, Side, pixels);
    }
}
