using Relsim.Imaging;
using Relsim.Torch.Models;
using Relsim.Torch.Models.Clip;
using Relsim.Torch.Models.Dino;
using Relsim.Torch.Models.DinoV2;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// A vision transformer's checkpoint ready for use: the model, with its adapter where it has one, and the preprocessing that its files ask for. The adapter's own
/// preprocessor_config.json comes first, as its authors saved it.
/// </summary>
internal sealed class VisionCheckpoint : IDisposable
{
    /// <summary>The model_type of CLIP.</summary>
    public const string ClipType = "clip";

    /// <summary>The model_type of DINOv2.</summary>
    public const string DinoV2Type = "dinov2";

    /// <summary>The model_type of the plain vision transformer, as which DINO is published.</summary>
    public const string DinoType = "vit";

    private static readonly Dictionary<string, (string Family, Func<string, VisionModel> Build)> Kinds = new(StringComparer.Ordinal)
    {
        [ClipType] = ("clip", path => new ClipModel(ClipConfig.Read(path))),
        [DinoV2Type] = ("dinov2", path => new DinoV2Model(DinoV2Config.Read(path))),
        [DinoType] = ("dino", path => new DinoModel(DinoConfig.Read(path))),
    };

    private VisionCheckpoint(ModelFolders folders, string family, VisionModel model, PreprocessingProfile profile, Device device, string digest)
    {
        Folders = folders;
        Family = family;
        Model = model;
        Profile = profile;
        Device = device;
        Digest = digest;
    }

    /// <summary>The model_types that can be loaded.</summary>
    public static IReadOnlyCollection<string> Types => Kinds.Keys;

    public ModelFolders Folders { get; }

    /// <summary>"clip", "dinov2" or "dino".</summary>
    public string Family { get; }

    public VisionModel Model { get; }

    public PreprocessingProfile Profile { get; }

    public Device Device { get; }

    /// <summary>What tells this model from others: weights, configuration, adapter and number type.</summary>
    public string Digest { get; }

    /// <summary>Loads the model; the weights stay mapped where their type is as wanted.</summary>
    /// <exception cref="ArgumentException">The options ask for 8-bit weights, or for a profile that does not make pictures for this model.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration cannot be read, or is of another model.</exception>
    public static VisionCheckpoint Load(ModelFolders folders, EncoderOptions options)
    {
        TorchRuntime.EnsureLoaded();
        if (options.DType == WeightType.I8)
        {
            throw new ArgumentException($"The model {folders.Name} has weights of 16 or 32 bits; 8 bits are for Qwen2.5-VL alone. Take bf16 or f32.");
        }

        string path = Path.Combine(folders.Base, ModelFolders.ConfigFile);
        string? type = ModelFolders.TypeOf(folders.Base);
        if (type is null || !Kinds.TryGetValue(type, out (string Family, Func<string, VisionModel> Build) kind))
        {
            throw new InvalidDataException($"{path}: the model_type is '{type}'. Known here: {string.Join(", ", Types)}.");
        }

        VisionModel model = kind.Build(path);
        try
        {
            PreprocessingProfile profile = ChooseProfile(folders, options, model, kind.Family);
            using LoraAdapter? adapter = folders.Adapter is null ? null : LoraAdapter.Load(folders.Adapter);
            using TensorSource source = CheckpointFolder.OpenFolder(folders.Base);
            WeightType number = options.TypeFor(source);
            ModuleWeights.Bind(model, source, number == WeightType.F32 ? ScalarType.Float32 : ScalarType.BFloat16, model.Names, options.TorchDevice);
            adapter?.Attach(model.AdapterRoot(adapter));
            string settings = File.ReadAllText(path); // the weights of a model do not tell its activation, epsilon or heads
            string digest = adapter is null ? WeightsDigest.Of(settings, source) : WeightsDigest.Of($"{settings}\n{adapter.Scales}", source, adapter.Source);
            return new VisionCheckpoint(folders, kind.Family, model, profile, options.TorchDevice, $"{digest}-{number.ToString().ToLowerInvariant()}");
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>How a pipeline drives the model.</summary>
    public static PipelineShape ShapeOf(EncoderOptions options) =>
        new() { SideBySide = false, BatchTokens = options.BatchTokens ?? EncoderOptions.DefaultBatchTokens, ImagesPerCommit = 8 };

    /// <summary>Features of images that the profile prepared: float32 [B, F], not normalised.</summary>
    public Tensor Features(IReadOnlyList<RgbImage> images)
    {
        int side = Profile.Size;
        int length = 3 * side * side;
        float[] values = GC.AllocateUninitializedArray<float>(images.Count * length);
        for (int i = 0; i < images.Count; i++)
        {
            Profile.Normalization!.Fill(images[i], values.AsSpan(i * length, length));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor pixelValues = tensor(values, [images.Count, 3, side, side], device: Device);      // [B, 3, S, S]
        return Model.call(pixelValues).to_type(ScalarType.Float32).MoveToOuterDisposeScope();    // [B, F]
    }

    public void Dispose() => Model.Dispose();

    private static PreprocessingProfile ChooseProfile(ModelFolders folders, EncoderOptions options, VisionModel model, string family)
    {
        if (options.Profile is { } name)
        {
            PreprocessingProfile asked = PreprocessingProfiles.Get(name);
            return Fits(asked, model)
                ? asked
                : throw new ArgumentException($"The profile {name} makes no pictures for {folders.Name}, which takes {Wanted(model)}. Leave the option out.");
        }

        string path = new[] { folders.Main, folders.Base }.Select(folder => Path.Combine(folder, ImageProcessorConfig.FileName)).FirstOrDefault(File.Exists)
            ?? throw new InvalidDataException($"{folders.Base}: there is no {ImageProcessorConfig.FileName}; copy it from the published model.");
        PreprocessingProfile profile = ImageProcessorConfig.ReadProfile(path, family);
        return Fits(profile, model)
            ? profile
            : throw new InvalidDataException($"{path} makes pictures of {profile.Size} x {profile.Size} pixels, and the model takes {Wanted(model)}; the files belong to different models.");
    }

    private static bool Fits(PreprocessingProfile profile, VisionModel model) =>
        profile is { IsSquare: true, Normalization: not null } && (model.InterpolatesPositions ? profile.Size % model.PatchSize == 0 : profile.Size == model.ImageSize);

    private static string Wanted(VisionModel model) => model.InterpolatesPositions
        ? $"normalised squares of sides in multiples of {model.PatchSize} pixels"
        : $"normalised squares of {model.ImageSize} pixels";
}
