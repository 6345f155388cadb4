using Relsim.Torch.Nn;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.DreamSim;

/// <summary>
/// DreamSim (Fu et al. 2023): features of one or three vision transformers, which LoRA tuned on people's judgements, side by side, centred and of length 1. The
/// distance of two images is 1 - cosine.
/// Letters: B images, S side of the image, D width of a transformer, E numbers of all features.
/// </summary>
/// <remarks>Source: ssundaram21/dreamsim at db4d16c, model.py. Modules are named as there, so that its adapters find them.</remarks>
internal sealed class DreamSimModel : Module<Tensor, Tensor>
{
    [ComponentName(Name = "extractor_list")]
    private readonly ModuleList<DreamSimExtractor> extractors;

    public DreamSimModel(params IReadOnlyList<VitConfig> branches)
        : base(nameof(DreamSimModel))
    {
        extractors = ModuleList([.. branches.Select(branch => new DreamSimExtractor(branch))]);
        RegisterComponents();
        eval();
    }

    /// <summary>The branches, in the order of their features.</summary>
    public ModuleList<DreamSimExtractor> Extractors => extractors;

    /// <summary>E.</summary>
    public int Dimension => extractors.Sum(extractor => extractor.Config.FeatureSize);

    /// <summary>Side of the images in pixels.</summary>
    public int ImageSize => extractors[0].Config.ImageSize;

    /// <summary>Bytes [B, S, S, 3] to values in [0, 1], [B, 3, S, S].</summary>
    public static Tensor OfBytes(Tensor bytes)
    {
        using DisposeScope scope = NewDisposeScope();
        return bytes.permute(0, 3, 1, 2).to_type(ScalarType.Float32).div(White).contiguous().MoveToOuterDisposeScope(); // [B, 3, S, S]
    }

    /// <summary>Pixels [B, 3, S, S] in [0, 1] to the branches' features side by side, float32 [B, E].</summary>
    public Tensor Features(Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        return cat([.. extractors.Select(extractor => extractor.call(pixels).to_type(ScalarType.Float32))], 1).MoveToOuterDisposeScope(); // [B, E]
    }

    /// <summary>Features [B, E], each less its own mean, to unit vectors.</summary>
    public static Tensor Normalize(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        return functional.normalize(features - features.mean([1L], keepdim: true), dim: 1).MoveToOuterDisposeScope(); // [B, E]
    }

    /// <summary>Pixels [B, 3, S, S] in [0, 1] to unit vectors [B, E].</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return Normalize(Features(input)).MoveToOuterDisposeScope(); // [B, E]
    }
}

/// <summary>One branch: its input's normalisation, its transformer and, of a CLIP, the projection.</summary>
internal sealed class DreamSimExtractor : Module<Tensor, Tensor>
{
    private static readonly (float[] Mean, float[] Deviation) ImageNet = ([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
    private static readonly (float[] Mean, float[] Deviation) OpenAi = ([0.48145466f, 0.4578275f, 0.40821073f], [0.26862954f, 0.26130258f, 0.27577711f]);

    private readonly VisionTransformer model;
    private readonly FeatureProjection? proj;

    public DreamSimExtractor(VitConfig config)
        : base(nameof(DreamSimExtractor))
    {
        Config = config;
        model = new VisionTransformer(config);
        proj = config.Projection > 0 ? new FeatureProjection(config.Width, config.Projection) : null;
        RegisterComponents();
    }

    /// <summary>Its shape.</summary>
    public VitConfig Config { get; }

    /// <summary>The module's name for a name in a branch's file.</summary>
    public static string NameOf(string key) => key == "proj" ? "proj.weight" : $"model.{key}";

    /// <summary>Pixels [B, 3, S, S] in [0, 1] to features [B, D] or projected ones.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        (float[] mean, float[] deviation) = Config.Branch == DreamSimBranch.Dino ? ImageNet : OpenAi;
        Tensor x = (input - tensor(mean, device: input.device).view(1, 3, 1, 1)).div_(tensor(deviation, device: input.device).view(1, 3, 1, 1));
        Tensor feature = model.call(x);                                              // [B, D]
        return (proj is null ? feature : proj.call(feature)).MoveToOuterDisposeScope();
    }
}

/// <summary>CLIP's projection, stored as inputs by outputs.</summary>
internal sealed class FeatureProjection : WeightLayer
{
    private Parameter weight;

    public FeatureProjection(long inputs, long outputs)
        : base(nameof(FeatureProjection))
    {
        weight = Shaped(inputs, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input.matmul(weight);            // [B, D] -> [B, outputs]

    protected override void Assign(string name, Parameter parameter) => Replace(ref weight, parameter);
}
