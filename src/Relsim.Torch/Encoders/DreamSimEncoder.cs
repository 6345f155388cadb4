using Relsim.Imaging;
using Relsim.Torch.Models.DreamSim;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// DreamSim (Fu et al. 2023), a similarity of looks that was tuned on people's judgements: images to unit vectors whose dot product is 1 - its distance.
/// </summary>
public sealed class DreamSimEncoder : AttributeEncoder
{
    private const int ImagesPerPass = 8;

    private readonly DreamSimModel _model;
    private readonly Device _device;

    private DreamSimEncoder(DreamSimParts parts, string kind, WeightType type, PreprocessingProfile profile, EncoderOptions options)
        : base(profile)
    {
        _model = parts.Model;
        _device = options.TorchDevice;
        ModelId = $"dreamsim-{kind}";
        Fingerprint = $"{ModelId}-{parts.Digest}-{type.ToString().ToLowerInvariant()}-{profile.Fingerprint}";
        Dimension = _model.Dimension;
        Shape = new PipelineShape { SideBySide = false, BatchTokens = options.BatchTokens ?? ImagesPerPass, ImagesPerCommit = 32 };
    }

    /// <inheritdoc/>
    public override string ModelId { get; }

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <summary>Numbers in an embedding: 1792 of the ensemble, 768 of DINO alone, 512 of a CLIP alone.</summary>
    public override int Dimension { get; }

    /// <inheritdoc/>
    public override PipelineShape Shape { get; }

    /// <summary>
    /// Loads what one of DreamSim's zip files is unpacked to: <c>ensemble_lora</c> with three networks, or <c>NAME_single_lora</c> with one (dino_vitb16,
    /// clip_vitb32, open_clip_vitb32). The network of DINO is torch.hub's <c>checkpoints/dino_vitbase16_pretrain.pth</c>, which the zip files lack.
    /// </summary>
    /// <param name="folder">The folder, or the folder of one adapter in it where there are several; by default the ensemble's is taken.</param>
    /// <param name="options">Device, batch and type of the weights, float32 by default; the profile is <see cref="PreprocessingProfiles.DreamSim224"/>.</param>
    /// <exception cref="WeightsException">A file is missing or damaged, or a tensor is missing, unexpected or mis-shaped; what is missing is listed.</exception>
    /// <exception cref="ArgumentException">An option means nothing here, or the profile does not make the model's images; the message names it.</exception>
    public static DreamSimEncoder Load(string folder, EncoderOptions? options = null) => Load(folder, options ?? new EncoderOptions(), heads: null);

    /// <summary>As <see cref="Load(string, EncoderOptions?)"/>; <paramref name="heads"/> is for networks of no published width.</summary>
    internal static DreamSimEncoder Load(string folder, EncoderOptions options, int? heads)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options.Validate();
        WeightType type = options.DType ?? WeightType.F32;
        if (type == WeightType.I8 || options.Base is not null || options.TextModel is not null)
        {
            throw new ArgumentException("DreamSim has neither 8-bit weights nor a base or text model of your choice: its folder holds all.");
        }

        TorchDevice.Require(options.Device);
        PreprocessingProfile profile = PreprocessingProfiles.Get(options.Profile ?? PreprocessingProfiles.DreamSim224.Name);
        var files = DreamSimFolder.Find(folder);
        TorchRuntime.EnsureLoaded();
        DreamSimParts parts = files.Load(type == WeightType.F32 ? ScalarType.Float32 : ScalarType.BFloat16, options.TorchDevice, heads);
        try
        {
            if (profile.Size != parts.Model.ImageSize || profile.Normalization is not null)
            {
                throw new ArgumentException(
                    $"The profile {profile.Name} does not make images for the model, which takes squares of {parts.Model.ImageSize} pixels and normalises them itself. Take {PreprocessingProfiles.DreamSim224.Name}.");
            }

            if (type == WeightType.F32)
            {
                parts.Lora?.Merge(); // in 16 bits most of an adapter would be rounded away
            }

            return new DreamSimEncoder(parts, files.Kind, type, profile, options);
        }
        catch
        {
            parts.Model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<float[]> EmbedBatch(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor embeddings = _model.call(DreamSimModel.OfBytes(ImageBatch.Of(images, _device))).cpu(); // [B, E]
        return [.. TensorMemory.ToArray<float>(embeddings).Chunk(Dimension)];
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _model.Dispose();
        }
    }
}
