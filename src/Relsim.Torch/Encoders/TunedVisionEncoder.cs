using Relsim.Imaging;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// The paper's ablation: CLIP or DINOv2 tuned by a LoRA adapter, its features projected into the space of MiniLM's embeddings of anonymous captions and L2-normalised.
/// Texts are embedded by MiniLM. Thread-safe.
/// </summary>
/// <remarks>
/// CLIP's features are the projected ones, not normalised, and its adapter was made on the image tower alone; DINOv2's are the class token after the last
/// normalisation. Source: thaoshibe/relsim at a3f657a.
/// </remarks>
public sealed class TunedVisionEncoder : RelationalEncoder
{
    private readonly VisionCheckpoint _checkpoint;
    private readonly CaptionSpace _space;

    private TunedVisionEncoder(VisionCheckpoint checkpoint, CaptionSpace space, EncoderOptions options)
        : base(checkpoint.Profile)
    {
        _checkpoint = checkpoint;
        _space = space;
        ModelId = checkpoint.Folders.Name;
        Fingerprint = $"tuned-{checkpoint.Family}-{space.Digest}-{checkpoint.Digest}-{checkpoint.Profile.Fingerprint}";
        Shape = VisionCheckpoint.ShapeOf(options);
    }

    /// <summary>The folder of the adapter, which stands for the model.</summary>
    public string Folder => _checkpoint.Folders.Main;

    /// <inheritdoc/>
    public override string ModelId { get; }

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <inheritdoc/>
    public override int RelationalDimension => _space.Dimension;

    /// <inheritdoc/>
    public override PipelineShape Shape { get; }

    /// <inheritdoc/>
    protected override string? TextRemedy => _space.TextRemedy;

    /// <summary>Loads a PEFT folder with <c>projection_and_config.pt</c>, the base model that it names and, for texts, MiniLM where it is there.</summary>
    /// <exception cref="ArgumentException">The options ask for 8-bit weights, or for a profile that does not make pictures for this model.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration cannot be read, or the files belong to different models.</exception>
    internal static TunedVisionEncoder Load(ModelFolders folders, EncoderOptions options)
    {
        CaptionSpace space = CaptionSpace.Load(folders, options.TorchDevice);
        VisionCheckpoint? checkpoint = null;
        try
        {
            checkpoint = VisionCheckpoint.Load(folders, options);
            space.RequireFeatures(checkpoint.Model.FeatureSize);
            return new TunedVisionEncoder(checkpoint, space, options);
        }
        catch
        {
            checkpoint?.Dispose();
            space.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override int CountTokens(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return _checkpoint.Model.CountTokens(image.Width, image.Height);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<RelationalEmbedding> EmbedBatch(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        return _space.Project(_checkpoint.Features(images)); // [B, F] -> [B, E]
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<float[]> EmbedTextBatch(IReadOnlyList<string> texts) => _space.EmbedTexts(texts);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _space.Dispose();
            _checkpoint.Dispose();
        }
    }
}
