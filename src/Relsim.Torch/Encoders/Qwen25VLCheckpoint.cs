using Relsim.Imaging;
using Relsim.Tokenization;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// A Qwen2.5-VL checkpoint ready for use: the model with its adapter, the tokenizer and the image processor, all from the published files. The adapter's own
/// tokenizer and processor come first, as its authors saved them.
/// </summary>
internal sealed class Qwen25VLCheckpoint : IDisposable
{
    private const string ConfigFile = "config.json";
    private const string ProcessorFile = "preprocessor_config.json";

    private Qwen25VLCheckpoint(
        ModelFolders folders, Qwen25VLModel model, Qwen2Tokenizer tokenizer, Qwen2VLImageProcessor images, Device device, WeightType type, string digest)
    {
        Folders = folders;
        Model = model;
        Tokenizer = tokenizer;
        Images = images;
        Device = device;
        Digest = $"{digest}-{type.ToString().ToLowerInvariant()}";
        ImagePad = Require(SpecialTokens.ImagePad);
        Padding = Require(SpecialTokens.EndOfText);
        if (ImagePad != model.Config.ImageTokenId)
        {
            throw new InvalidDataException(
                $"{folders.Main}: the tokenizer's {SpecialTokens.ImagePad} is {ImagePad} where the configuration says {model.Config.ImageTokenId}; the files belong to different models.");
        }
    }

    public ModelFolders Folders { get; }

    public Qwen25VLModel Model { get; }

    public Qwen2Tokenizer Tokenizer { get; }

    public Qwen2VLImageProcessor Images { get; }

    public Device Device { get; }

    /// <summary>What tells these weights from others, adapter and number type included.</summary>
    public string Digest { get; }

    /// <summary>Id of the token that stands for one token of the vision tower.</summary>
    public int ImagePad { get; }

    /// <summary>Id that batches are filled up with.</summary>
    public int Padding { get; }

    /// <summary>Loads the model; the weights stay mapped where their type is as wanted.</summary>
    /// <param name="folders">Where the parts lie.</param>
    /// <param name="options">Type of the weights and device.</param>
    /// <param name="resized">Whether the vocabulary was resized to the tokenizer's length, as relsim's was when it got its query token.</param>
    /// <param name="trainable">Whether gradients flow to the adapter's weights, which are copied then; the base stays frozen.</param>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration or tokenizer file cannot be read, or the files belong to different models.</exception>
    public static Qwen25VLCheckpoint Load(ModelFolders folders, EncoderOptions options, bool resized, bool trainable = false)
    {
        TorchRuntime.EnsureLoaded();
        Device device = options.TorchDevice;
        Qwen25VLConfig config = Qwen25VLConfig.Read(Path.Combine(folders.Base, ConfigFile));
        string texts = HasTokenizer(folders.Main) ? folders.Main : folders.Base;
        Qwen2ChatTemplate.Verify(texts);
        Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(texts);
        string processor = new[] { folders.Main, folders.Base }.Select(folder => Path.Combine(folder, ProcessorFile)).FirstOrDefault(File.Exists)
            ?? throw new InvalidDataException($"{folders.Base}: there is no {ProcessorFile}; copy it from the published model.");
        var images = new Qwen2VLImageProcessor(Qwen2VLImageOptions.Read(processor));
        using LoraAdapter? adapter = folders.Adapter is null ? null : LoraAdapter.Load(folders.Adapter);
        TensorSource weights = CheckpointFolder.OpenFolder(folders.Base);
        using TensorSource source = adapter?.Over(weights, resized ? tokenizer.Count : null) ?? weights;
        string digest = adapter is null ? WeightsDigest.Of(source) : WeightsDigest.Of(adapter.Scales, source, adapter.Source);
        WeightType type = options.TypeFor(source);
        if (type != WeightType.I8)
        {
            return From(source, digest);
        }

        IReadOnlyList<RgbImage> calibration = Int8Cache.CalibrationImages(options.Calibration);
        string path = Int8Cache.PathFor(digest, calibration);
        if (!File.Exists(path))
        {
            using Qwen25VLCheckpoint exact = From(source, digest);
            Int8Cache.Write(path, source, exact, calibration);
        }

        using SafetensorsFile bytes = SafetensorsFile.Open(path);
        return From(bytes, Path.GetFileNameWithoutExtension(path));

        Qwen25VLCheckpoint From(TensorSource tensors, string name)
        {
            Qwen25VLModel model = Qwen25VLModel.Load(
                tensors, config, type == WeightType.F32 ? ScalarType.Float32 : ScalarType.BFloat16, vocabularyFromSource: true, device);
            try
            {
                adapter?.Attach(model, trainable: trainable);
                return new Qwen25VLCheckpoint(folders, model, tokenizer, images, device, type, name);
            }
            catch
            {
                model.Dispose();
                throw;
            }
        }
    }

    /// <summary>The token ids of a prompt where each image token is repeated as often as its image has tokens.</summary>
    /// <param name="text">A rendered conversation with one image token an image.</param>
    /// <param name="tokens">Tokens of each image, in order.</param>
    /// <exception cref="ArgumentException">There are more or fewer image tokens than images: a text holds one, which would be taken for an image.</exception>
    public IReadOnlyList<int> Tokenize(string text, IReadOnlyList<int> tokens)
    {
        var ids = new List<int>();
        int image = 0;
        foreach (int id in Tokenizer.Encode(text))
        {
            ids.AddRange(Enumerable.Repeat(id, id != ImagePad ? 1 : image < tokens.Count ? tokens[image] : 0));
            image += id == ImagePad ? 1 : 0;
        }

        return image == tokens.Count ? ids : throw new ArgumentException($"The prompt has {image} image tokens for {tokens.Count} images.", nameof(text));
    }

    /// <summary>Tokens of the language model that an image of these sides becomes.</summary>
    public int CountTokens(int width, int height)
    {
        (int columns, int rows) = Images.Resized(width, height);
        return columns / Images.Options.Multiple * (rows / Images.Options.Multiple);
    }

    /// <summary>The patches of some images as the vision tower takes them: float32 [P, 3 * frames * side * side] and their grids.</summary>
    public (Tensor PixelValues, IReadOnlyList<GridThw> Grids) Patches(IReadOnlyList<RgbImage> images)
    {
        ImagePatches[] patches = [.. images.Select(Images.Process)];
        long count = patches.Sum(image => (long)image.Grid.Patches);
        float[] values = new float[patches.Sum(image => (long)image.PixelValues.Length)];
        int at = 0;
        foreach (ImagePatches image in patches)
        {
            image.PixelValues.CopyTo(values, at);
            at += image.PixelValues.Length;
        }

        return (tensor(values, [count, values.Length / count], device: Device), [.. patches.Select(image => image.Grid)]);
    }

    /// <summary>The id of a token that the tokenizer must have.</summary>
    /// <exception cref="InvalidDataException">It has not.</exception>
    public int Require(string token) => Tokenizer.FindToken(token)
        ?? throw new InvalidDataException($"{Folders.Main}: the tokenizer has no {token}; its added_tokens.json or tokenizer.json is incomplete.");

    public void Dispose() => Model.Dispose();

    private static bool HasTokenizer(string folder) =>
        File.Exists(Path.Combine(folder, "vocab.json")) || File.Exists(Path.Combine(folder, "tokenizer.json"));
}
