using System.Security.Cryptography;
using Relsim.Imaging;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Native;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// The mini model as an encoder: images and texts to unit vectors of a relational and an attribute space. Thread-safe.
/// </summary>
public sealed class MiniEncoder : RelationalEncoder
{
    private const int ImagesPerPass = 32;

    // A commit flushes the disk: large enough that flushes cost little, small enough that a killed run loses under a second of work.
    private const int ImagesPerCommit = 128;
    private const int TextsPerPass = 256;

    private readonly MiniModel _model;

    private MiniEncoder(MiniModel model, PreprocessingProfile profile, string weightsHash)
        : base(profile)
    {
        _model = model;
        Fingerprint = $"{model.Config.ModelId}-{weightsHash}-{profile.Fingerprint}";
    }

    /// <summary>Shape and id of the model.</summary>
    public MiniConfig Config => _model.Config;

    /// <inheritdoc/>
    public override string ModelId => Config.ModelId;

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <inheritdoc/>
    public override int RelationalDimension => Config.RelationalDimension;

    /// <inheritdoc/>
    public override int AttributeDimension => Config.AttributeDimension;

    /// <inheritdoc/>
    public override bool HasInterest => true;

    /// <inheritdoc/>
    public override PipelineShape Shape { get; } = new() { SideBySide = true, BatchTokens = ImagesPerPass, ImagesPerCommit = ImagesPerCommit };

    /// <inheritdoc/>
    protected override string? TextRemedy => null;

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
        ModuleWeights.Load(model, weightsPath);
        model.FoldNorms();
        using FileStream stream = File.OpenRead(weightsPath);
        string hash = Convert.ToHexStringLower(SHA256.HashData(stream))[..12];
        return new MiniEncoder(model, profile, hash);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<float[]> EmbedTextBatch(IReadOnlyList<string> texts)
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

    /// <inheritdoc/>
    protected override IReadOnlyList<RelationalEmbedding> EmbedBatch(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor bytes = ImageBatch.Of(images, CPU);                                   // [B, S, S, 3]
        ImageFeatures features = _model.EncodeImages(ImageBatch.InUnitRange(bytes));
        float[][] relational = Rows(features.Relational);
        float[][] attribute = Rows(features.Attribute);
        float[] interest = TensorMemory.ToArray<float>(features.Interest.sigmoid());
        return [.. relational.Select((row, i) => new RelationalEmbedding(row, attribute[i], interest[i]))];
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _model.Dispose();
        }
    }

    private static float[][] Rows(Tensor matrix)
    {
        int columns = (int)matrix.shape[1];
        return [.. TensorMemory.ToArray<float>(matrix).Chunk(columns)];
    }
}
