using Relsim.Torch.Encoders;
using TorchSharp;
using TorchSharp.Modules;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Lpips;

/// <summary>
/// LPIPS (Zhang et al. 2018, equation 1): how far two images lie apart in the features of a network, each place's features brought to length 1,
/// each channel weighed by a head, averaged over the places and added over the stages.
/// Letters: B images, S stages, C channels, H and W sides of the images, h and w of a stage's features, D = sum of C h w over the stages.
/// </summary>
/// <remarks>Source: richzhang/PerceptualSimilarity 0.1.4, lpips/lpips.py and lpips/__init__.py, heads of version 0.1.</remarks>
internal sealed class LpipsModel : Module
{
    private static readonly Scalar Epsilon = 1e-10; // the reference's: a place without any feature stays zero
    private static readonly Scalar HalfWhite = 127.5f;

    private static readonly float[] Shift = [-.030f, -.088f, -.188f];
    private static readonly float[] Scale = [.458f, .448f, .450f];

    private readonly LpipsBackbone net;
    private readonly ModuleList<LpipsHead> lin;

    public LpipsModel(LpipsNet network)
        : base(nameof(LpipsModel))
    {
        net = LpipsBackbone.Of(network);
        lin = ModuleList([.. net.Channels.Select(channels => new LpipsHead(channels))]);
        RegisterComponents();
        eval();
    }

    /// <summary>The network.</summary>
    public LpipsBackbone Backbone => net;

    /// <summary>One head a stage.</summary>
    public ModuleList<LpipsHead> Heads => lin;

    /// <summary>Bytes [B, H, W, 3] to values in [-1, 1], [B, 3, H, W], whose channels stay side by side in memory, which convolutions like best.</summary>
    public static Tensor OfBytes(Tensor bytes)
    {
        using DisposeScope scope = NewDisposeScope();
        return bytes.to_type(ScalarType.Float32).div_(HalfWhite).sub_(One).permute(0, 3, 1, 2).MoveToOuterDisposeScope(); // [B, 3, H, W]
    }

    /// <summary>Images [B, 3, H, W] in [-1, 1], or in [0, 1] with <paramref name="normalize"/>, to the features of each stage, [B, C, h, w].</summary>
    public IReadOnlyList<Tensor> Features(Tensor images, bool normalize = false)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor shift = tensor(Shift, device: images.device).view(1, 3, 1, 1);
        Tensor scale = tensor(Scale, device: images.device).view(1, 3, 1, 1);
        Tensor x = normalize ? images.mul(Two).sub_(One) : images;
        IReadOnlyList<Tensor> features = net.Features((x - shift).div_(scale));
        foreach (Tensor stage in features)
        {
            stage.MoveToOuterDisposeScope();
        }

        return features;
    }

    /// <summary>What each stage adds to the distance of two batches of images of one size: [B, S].</summary>
    public Tensor PerLayer(Tensor first, Tensor second, bool normalize = false)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] stages = [.. Differences(first, second, normalize).Select(stage => stage.mean([2L, 3L]))]; // [B, 1]
        return cat(stages, 1).MoveToOuterDisposeScope();                                                  // [B, S]
    }

    /// <summary>The distance place by place, each stage widened to the images' size by bilinear interpolation: [B, 1, H, W].</summary>
    public Tensor Map(Tensor first, Tensor second, bool normalize = false)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] size = first.shape[2..];
        Tensor sum = zeros([first.shape[0], 1, .. size], device: first.device);
        foreach (Tensor stage in Differences(first, second, normalize))
        {
            sum.add_(functional.interpolate(stage, size, mode: InterpolationMode.Bilinear, align_corners: false), One);
        }

        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Images [B, 3, H, W] in [-1, 1] to vectors whose squared distance is LPIPS where no head is negative: unit features times sqrt(|w| / (h w)), written to
    /// <paramref name="vectors"/> [B, D].
    /// </summary>
    public void Describe(Tensor images, Tensor vectors)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor> features = Features(images);
        long start = 0;
        for (int i = 0; i < features.Count; i++)
        {
            Tensor stage = features[i];                                                                  // [B, C, h, w]
            stage.div_(Length(stage)).mul_(lin[i].Root(stage.shape[2] * stage.shape[3]));
            long count = stage.numel() / stage.shape[0];
            vectors.narrow(1, start, count).view(stage.shape[0], stage.shape[2], stage.shape[3], stage.shape[1]).copy_(stage.permute(0, 2, 3, 1)); // [B, h, w, C]
            start += count;
        }
    }

    /// <summary>The sign of the head's weight at each number of <see cref="Describe"/> for images of these sides, [D]; null where none is negative.</summary>
    public Tensor? Signs(long height, long width)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!lin.Any(head => head.HasNegative))
        {
            return null;
        }

        Tensor[] parts = [.. net.Sides(height, width).Select((side, i) => lin[i].Sign.expand(1, -1, side.Height, side.Width).permute(0, 2, 3, 1).flatten())]; // [h w C]
        return cat(parts, 0).MoveToOuterDisposeScope();                                                  // [D]
    }

    // Each stage's squared differences weighed by its head, [B, 1, h, w].
    private IEnumerable<Tensor> Differences(Tensor first, Tensor second, bool normalize)
    {
        IReadOnlyList<Tensor> features = Features(cat([first, second], 0), normalize);                  // [2B, C, h, w]
        long batch = first.shape[0];
        for (int i = 0; i < features.Count; i++)
        {
            Tensor unit = Unit(features[i]);                                                             // [2B, C, h, w]
            yield return lin[i].call((unit.narrow(0, 0, batch) - unit.narrow(0, batch, batch)).pow_(Two)); // [B, 1, h, w]
        }
    }

    private static Tensor Unit(Tensor features) => features / Length(features);                          // [B, C, h, w]

    private static Tensor Length(Tensor features) => features.norm(1, keepdim: true).add_(Epsilon, One); // [B, 1, h, w]
}
