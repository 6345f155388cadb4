using Relsim.Imaging;
using Relsim.Torch.Models.Lpips;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// LPIPS (Zhang et al. 2018), the learned perceptual distance: 0 for equal images, lower is closer, about 0 to 1. It compares two images place by place and
/// so gives no embedding of one; for retrieval, <see cref="Describe"/> and <see cref="Distances"/> compute the same numbers as products of matrices.
/// </summary>
public sealed class LpipsMetric : ImageEncoder
{
    // A product reads all queries, so it should be of many images; the network's own results are better off in the cache.
    private const long BytesPerBatch = 1 << 28;
    private const int MostPerBatch = 64;
    private const int ImagesPerPass = 4;

    private readonly LpipsModel _model;
    private readonly Device _device;

    private LpipsMetric(LpipsNet net, LpipsModel model, string digest, bool heads, PreprocessingProfile profile, EncoderOptions options)
        : base(profile)
    {
        _model = model;
        _device = options.TorchDevice;
        Net = net;
        ModelId = $"lpips-{net.ToString().ToLowerInvariant()}-{(heads ? "0.1" : "baseline")}";
        Fingerprint = $"{ModelId}-{digest}-{profile.Fingerprint}";
        BytesPerReference = sizeof(float) * model.Backbone.Sides(profile.Size, profile.Size)
            .Zip(model.Backbone.Channels, (side, channels) => channels * side.Height * side.Width).Sum();
        int batch = options.BatchTokens ?? (int)Math.Clamp(BytesPerBatch / BytesPerReference, 1, MostPerBatch);
        Shape = new PipelineShape { SideBySide = false, BatchTokens = batch, ImagesPerCommit = batch };
    }

    /// <summary>The network whose features are compared.</summary>
    public LpipsNet Net { get; }

    /// <inheritdoc/>
    public override string ModelId { get; }

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <inheritdoc/>
    public override PipelineShape Shape { get; }

    /// <summary>Bytes that <see cref="LpipsReferences"/> take for each query: 2.6 MB for AlexNet, 32 MB for VGG16 at 256 pixels.</summary>
    public long BytesPerReference { get; }

    /// <summary>Loads a network from torchvision's file and its heads from the authors' (<c>alex.pth</c>, <c>vgg.pth</c>, <c>squeeze.pth</c>).</summary>
    /// <param name="net">Which network the files are of.</param>
    /// <param name="backboneFile">torchvision's .pth of either format, or the same tensors as .safetensors; the classifier is left out.</param>
    /// <param name="headFile">The heads of version 0.1; null takes every channel as it is, the authors' baseline.</param>
    /// <param name="options">
    /// Device, batch and profile, which must be a square; computed in float32 alone. Default profile: <see cref="PreprocessingProfiles.Lpips256"/>.
    /// </param>
    /// <exception cref="WeightsException">A file is missing, damaged or of another network, or a tensor is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="ArgumentException">An option means nothing here; the message names it.</exception>
    public static LpipsMetric Load(LpipsNet net, string backboneFile, string? headFile, EncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(backboneFile);
        options ??= new EncoderOptions();
        PreprocessingProfile profile = Check(options);
        TorchRuntime.EnsureLoaded();
        (LpipsModel model, string digest) = LpipsFiles.Load(net, backboneFile, headFile, options.TorchDevice);
        try
        {
            return new LpipsMetric(net, model, digest, headFile is not null, profile, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Finds both files in a folder by their published names and loads them.</summary>
    /// <exception cref="WeightsException">As for <see cref="Load"/>; a file that is missing is named with the place where it is published.</exception>
    public static LpipsMetric LoadFolder(LpipsNet net, string folder, EncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (string backbone, string heads) = LpipsFiles.Find(net, folder);
        return Load(net, backbone, heads, options);
    }

    /// <summary>The distance of two images, at least 0; 0 for equal ones, lower is closer.</summary>
    /// <exception cref="ArgumentException">They have not the same sides, or are too small for the network (AlexNet: below 31 pixels).</exception>
    public float Distance(RgbImage first, RgbImage second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Width != second.Width || first.Height != second.Height)
        {
            throw new ArgumentException(
                $"LPIPS compares images of equal sides, not {first.Width}x{first.Height} and {second.Width}x{second.Height}. Prepare both with the profile {Profile.Name}.",
                nameof(second));
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor pair = Pixels([first, second]);                                       // [2, 3, H, W]
        return Math.Max(0, _model.PerLayer(pair.narrow(0, 0, 1), pair.narrow(0, 1, 1)).sum().item<float>());
    }

    /// <summary>The features of prepared images (<see cref="ImageEncoder.Prepare"/>), to be compared with many others. Takes <see cref="BytesPerReference"/> an image.</summary>
    /// <exception cref="ArgumentException">An image has sides that the profile does not make.</exception>
    public LpipsReferences Describe(IReadOnlyList<RgbImage> queries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor vectors = Vectors(queries.Count);                                     // [Q, D]
        int row = 0;
        EmbedInBatches<int>(queries, FillNext, cancellationToken);
        return new LpipsReferences(Fingerprint, LongVectors.Of(vectors, _model.Signs(Profile.Size, Profile.Size)));

        int[] FillNext(IReadOnlyList<RgbImage> batch, CancellationToken token)
        {
            Fill(vectors.narrow(0, row, batch.Count), batch, token);
            row += batch.Count;
            return new int[batch.Count];
        }
    }

    /// <summary>
    /// The distance of every prepared image to every query, [images][queries]: what <see cref="Distance"/> gives, within 1e-4 of it or 1e-5, by products of
    /// matrices. Images are compared in batches; a result does not depend on the others but for the rounding of sums.
    /// </summary>
    /// <exception cref="ArgumentException">The references are of another metric, or an image has sides that the profile does not make.</exception>
    public float[][] Distances(LpipsReferences queries, IReadOnlyList<RgbImage> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.Fingerprint != Fingerprint)
        {
            throw new ArgumentException($"The references are of {queries.Fingerprint}, this metric is {Fingerprint}; describe the queries with it.", nameof(queries));
        }

        return EmbedInBatches(images, Compare, cancellationToken);

        float[][] Compare(IReadOnlyList<RgbImage> batch, CancellationToken token)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            Tensor vectors = Vectors(batch.Count);                                   // [N, D]
            Fill(vectors, batch, token);
            return SquaredDistances.Of(vectors, queries.Vectors);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _model.Dispose();
        }
    }

    private Tensor Vectors(int images) => empty([images, BytesPerReference / sizeof(float)], device: _device);

    private void Fill(Tensor vectors, IReadOnlyList<RgbImage> images, CancellationToken token)
    {
        int row = 0;
        foreach (RgbImage[] pass in images.Chunk(ImagesPerPass))
        {
            token.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            _model.Describe(Pixels(pass), vectors.narrow(0, row, pass.Length));
            row += pass.Length;
        }
    }

    // [B, 3, H, W] in [-1, 1].
    private Tensor Pixels(IReadOnlyList<RgbImage> images) => LpipsModel.OfBytes(ImageBatch.Of(images, _device));

    private static PreprocessingProfile Check(EncoderOptions options)
    {
        options.Validate();
        TorchDevice.Require(options.Device);
        PreprocessingProfile profile = PreprocessingProfiles.Get(options.Profile ?? PreprocessingProfiles.Lpips256.Name);
        string? fault = options.DType is not (null or WeightType.F32) ? $"is computed in float32, not in {options.DType}: its distances would be another metric's"
            : options.Base is not null || options.TextModel is not null ? "has neither a base model nor a text model"
            : !profile.IsSquare ? $"compares images of one size, which the profile {profile.Name} does not make; take {PreprocessingProfiles.Lpips256.Name}"
            : profile.Normalization is not null ? $"normalises images itself, and the profile {profile.Name} does so for another model; take {PreprocessingProfiles.Lpips256.Name}"
            : null;
        return fault is null ? profile : throw new ArgumentException($"LPIPS {fault}.");
    }
}
