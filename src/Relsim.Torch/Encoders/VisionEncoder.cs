using Relsim.Imaging;
using Relsim.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>A published vision transformer as an encoder of looks: its features, L2-normalised. Thread-safe.</summary>
public abstract class VisionEncoder : AttributeEncoder
{
    private protected VisionEncoder(VisionCheckpoint checkpoint, EncoderOptions options)
        : base(checkpoint.Profile)
    {
        Checkpoint = checkpoint;
        ModelId = checkpoint.Folders.Name;
        Fingerprint = $"{checkpoint.Family}-{checkpoint.Digest}-{checkpoint.Profile.Fingerprint}";
        Shape = VisionCheckpoint.ShapeOf(options);
    }

    /// <summary>The model's folder.</summary>
    public string Folder => Checkpoint.Folders.Main;

    /// <inheritdoc/>
    public override string ModelId { get; }

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <inheritdoc/>
    public override int Dimension => Checkpoint.Model.FeatureSize;

    /// <inheritdoc/>
    public override PipelineShape Shape { get; }

    private protected VisionCheckpoint Checkpoint { get; }

    /// <inheritdoc/>
    public override int CountTokens(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Checkpoint.Model.CountTokens(image.Width, image.Height);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<float[]> EmbedBatch(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor unit = nn.functional.normalize(Checkpoint.Features(images), dim: 1).cpu(); // [B, F]
        return [.. TensorMemory.ToArray<float>(unit).Chunk(Dimension)];
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Checkpoint.Dispose();
        }
    }

    /// <summary>Loads the checkpoint in a folder, which must be of one type.</summary>
    private protected static VisionCheckpoint LoadFolder(string folder, string type, EncoderOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options.Validate();
        TorchDevice.Require(options.Device);
        if (options.Base is not null || options.TextModel is not null)
        {
            throw new ArgumentException($"The model in {folder} stands alone: it has neither a base model nor a text model. Leave the option out.");
        }

        return ModelFolders.TypeOf(folder) is { } found && found == type
            ? VisionCheckpoint.Load(new ModelFolders(folder, null, null), options)
            : throw new InvalidDataException($"{Path.Combine(folder, ModelFolders.ConfigFile)}: the model_type is not '{type}'; {nameof(AttributeEncoderLoader)} loads a model by what it is.");
    }
}
