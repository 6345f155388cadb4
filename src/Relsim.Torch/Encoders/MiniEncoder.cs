using System.Security.Cryptography;
using Microsoft.Extensions.AI;
using Relsim.Imaging;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Native;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>Which space an image is embedded into.</summary>
public enum EmbeddingSpace
{
    /// <summary>Images that share a logic lie close.</summary>
    Relational,

    /// <summary>Images that look alike lie close.</summary>
    Attribute,
}

/// <summary>
/// The mini model as an encoder: images and texts to unit vectors. Results do not depend on what else is in a batch.
/// Thread-safe: weights are only read, and calls may run at once.
/// </summary>
public sealed class MiniEncoder : IEmbeddingGenerator<DataContent, Embedding<float>>
{
    private const int ImagesPerPass = 32;
    private const int TextsPerPass = 256;

    private readonly MiniModel _model;
    private readonly ImagePreprocessor _preprocessor;

    private MiniEncoder(MiniModel model, PreprocessingProfile profile, string weightsHash)
    {
        _model = model;
        Profile = profile;
        Fingerprint = $"{model.Config.ModelId}-{weightsHash}-{profile.Fingerprint}";
        _preprocessor = new ImagePreprocessor(Profile);
    }

    /// <summary>Shape and id of the model.</summary>
    public MiniConfig Config => _model.Config;

    /// <summary>How images are prepared; training prepared them the same way.</summary>
    public PreprocessingProfile Profile { get; }

    /// <summary>Model id, the weights' hash and the profile's fingerprint: embeddings are comparable only where this is equal.</summary>
    public string Fingerprint { get; }

    /// <summary>Folder of the model that ships with the program.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "models", "mini");

    /// <summary>Loads the model that ships with the program.</summary>
    /// <exception cref="WeightsException">The installation is damaged; the message names the file.</exception>
    public static MiniEncoder LoadDefault() => Load(DefaultFolder);

    /// <summary>Loads config.json and model.safetensors from a folder.</summary>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">config.json lacks a key, or names a profile that is unknown or of another size.</exception>
    public static MiniEncoder Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string configPath = Path.Combine(folder, MiniTraining.ConfigFile);
        string weightsPath = Path.Combine(folder, MiniTraining.WeightsFile);
        foreach (string path in new[] { configPath, weightsPath })
        {
            if (!File.Exists(path))
            {
                throw new WeightsException(path, null, "there is no such file; a mini model's folder holds config.json and model.safetensors");
            }
        }

        TorchRuntime.EnsureLoaded();
        MiniConfig config = MiniConfig.Read(configPath);
        PreprocessingProfile profile = PreprocessingProfiles.All.FirstOrDefault(known => known.Name == config.Profile && known.Size == config.ImageSize)
            ?? throw new InvalidDataException(
                $"{configPath}: no profile called '{config.Profile}' makes images of {config.ImageSize} pixels. Known: {string.Join(", ", PreprocessingProfiles.All.Select(known => $"{known.Name} ({known.Size})"))}.");
        var model = new MiniModel(config);
        using (SafetensorsFile file = SafetensorsFile.Open(weightsPath))
        {
            ModuleWeights.Load(model, file);
        }

        model.FoldNorms();
        using FileStream stream = File.OpenRead(weightsPath);
        string hash = Convert.ToHexStringLower(SHA256.HashData(stream))[..12];
        return new MiniEncoder(model, profile, hash);
    }

    /// <summary>Decodes, prepares and embeds an image file.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read as an image; the message names it and says why.</exception>
    public MiniEmbedding EmbedFile(string path) => Embed([Prepare(path)])[0];

    /// <summary>Decodes and prepares an image file as the model wants it.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read as an image; the message names it and says why.</exception>
    public RgbImage Prepare(string path) => _preprocessor.Load(path);

    /// <summary>Embeds prepared images (S x S each, see <see cref="Prepare"/>), in order.</summary>
    /// <exception cref="ArgumentException">An image is not S x S.</exception>
    public IReadOnlyList<MiniEmbedding> Embed(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var embeddings = new List<MiniEmbedding>(images.Count);
        foreach (RgbImage[] chunk in images.Chunk(ImagesPerPass))
        {
            cancellationToken.ThrowIfCancellationRequested();
            embeddings.AddRange(Pass(chunk));
        }

        return embeddings;
    }

    /// <summary>Texts (anonymous captions, or any words) to unit vectors of the relational space, in order.</summary>
    public IReadOnlyList<float[]> EmbedTexts(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var embeddings = new List<float[]>(texts.Count);
        foreach (string[] chunk in texts.Chunk(TextsPerPass))
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            embeddings.AddRange(Rows(_model.EncodeTexts(chunk)));
        }

        return embeddings;
    }

    /// <summary>
    /// Embeds image bytes (<see cref="DataContent"/> of any image media type) into the relational space, or into the space
    /// that <see cref="EmbeddingGenerationOptions.ModelId"/> names: "attribute", "relational", or the model's id for the latter.
    /// </summary>
    /// <exception cref="ArgumentException">ModelId names none of these.</exception>
    /// <exception cref="ImageDecodeException">A content cannot be read as an image.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<DataContent> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        EmbeddingSpace space = SpaceOf(options?.ModelId);
        return Task.Run(
            () =>
            {
                var images = new List<RgbImage>();
                foreach (DataContent content in values)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    images.Add(_preprocessor.Decode(content.Data, content.Name ?? $"image {images.Count}"));
                }

                IEnumerable<Embedding<float>> embeddings = Embed(images, cancellationToken)
                    .Select(e => new Embedding<float>(space == EmbeddingSpace.Relational ? e.Relational : e.Attribute) { ModelId = Config.ModelId });
                return new GeneratedEmbeddings<Embedding<float>>(embeddings);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
        {
            return null;
        }

        return serviceType == typeof(EmbeddingGeneratorMetadata)
            ? new EmbeddingGeneratorMetadata("relsim", defaultModelId: Config.ModelId, defaultModelDimensions: Config.RelationalDimension)
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private EmbeddingSpace SpaceOf(string? modelId) => modelId?.ToUpperInvariant() switch
    {
        null or "RELATIONAL" => EmbeddingSpace.Relational,
        "ATTRIBUTE" => EmbeddingSpace.Attribute,
        _ when modelId == Config.ModelId => EmbeddingSpace.Relational,
        _ => throw new ArgumentException($"There is no model '{modelId}'. Known: relational, attribute, {Config.ModelId}.", nameof(modelId)),
    };

    private MiniEmbedding[] Pass(RgbImage[] images)
    {
        int side = Config.ImageSize;
        int length = side * side * 3;
        byte[] pixels = new byte[images.Length * length];
        for (int i = 0; i < images.Length; i++)
        {
            if (images[i].Width != side || images[i].Height != side)
            {
                throw new ArgumentException($"Image {i} is {images[i].Width}x{images[i].Height}; the model takes {side}x{side}. Prepare it with the profile {Profile.Name}.", nameof(images));
            }

            images[i].Pixels.CopyTo(pixels, i * length);
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor bytes = tensor(pixels, [images.Length, side, side, 3]);
        ImageFeatures features = _model.EncodeImages(bytes.permute(0, 3, 1, 2).to_type(ScalarType.Float32).div_(255f));
        float[][] relational = Rows(features.Relational);
        float[][] attribute = Rows(features.Attribute);
        float[] interest = features.Interest.sigmoid().data<float>().ToArray();
        return [.. relational.Select((row, i) => new MiniEmbedding(row, attribute[i], interest[i]))];
    }

    private static float[][] Rows(Tensor matrix)
    {
        int columns = (int)matrix.shape[1];
        return [.. matrix.contiguous().data<float>().ToArray().Chunk(columns)];
    }
}
