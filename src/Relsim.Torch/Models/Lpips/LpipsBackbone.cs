using Relsim.Torch.Encoders;
using Relsim.Torch.Nn;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Lpips;

/// <summary>
/// The convolutions of AlexNet (Krizhevsky 2014), VGG16 (Simonyan and Zisserman 2014) or SqueezeNet 1.1 (Iandola et al. 2016), cut into the stages
/// after which LPIPS looks. A layer's name is its place in the published sequence, in which ReLU and pooling count too.
/// Letters: B images, C channels, H and W sides of the images, h and w of a stage's features.
/// </summary>
/// <remarks>Source: pytorch/vision 0.14.1, models/alexnet.py, vgg.py and squeezenet.py; the stages: lpips/pretrained_networks.py.</remarks>
internal sealed class LpipsBackbone : Module
{
    private readonly IReadOnlyList<Stage> stages;
    private readonly Pooling pooling;
    private readonly ModuleDict<Module<Tensor, Tensor>> features = ModuleDict<Module<Tensor, Tensor>>();

    private LpipsBackbone(LpipsNet network, Pooling pooling, params IReadOnlyList<Stage> stages)
        : base(nameof(LpipsBackbone))
    {
        Network = network;
        this.pooling = pooling;
        this.stages = stages;
        foreach ((int place, Module<Tensor, Tensor> layer) in stages.SelectMany(stage => stage.Layers))
        {
            features.Add($"{place}", layer);
        }

        RegisterComponents();
    }

    /// <summary>Which of the three it is.</summary>
    public LpipsNet Network { get; }

    /// <summary>C of each stage.</summary>
    public IEnumerable<long> Channels => stages.Select(stage => stage.Layers[^1].Layer is Fire fire ? fire.Outputs : ((ConvolutionLayer)stage.Layers[^1].Layer).Outputs);

    /// <summary>The network without values.</summary>
    public static LpipsBackbone Of(LpipsNet network) => network switch
    {
        LpipsNet.Alex => new(
            network, new Pooling(3, Ceiling: false),
            new(Pooled: false, (0, new ConvolutionLayer(3, 64, 11, stride: 4, padding: 2))),
            new(Pooled: true, (3, new ConvolutionLayer(64, 192, 5, padding: 2))),
            new(Pooled: true, (6, new ConvolutionLayer(192, 384, 3, padding: 1))),
            new(Pooled: false, (8, new ConvolutionLayer(384, 256, 3, padding: 1))),
            new(Pooled: false, (10, new ConvolutionLayer(256, 256, 3, padding: 1)))),
        LpipsNet.Vgg => new(
            network, new Pooling(2, Ceiling: false),
            new(Pooled: false, (0, Three(3, 64)), (2, Three(64, 64))),
            new(Pooled: true, (5, Three(64, 128)), (7, Three(128, 128))),
            new(Pooled: true, (10, Three(128, 256)), (12, Three(256, 256)), (14, Three(256, 256))),
            new(Pooled: true, (17, Three(256, 512)), (19, Three(512, 512)), (21, Three(512, 512))),
            new(Pooled: true, (24, Three(512, 512)), (26, Three(512, 512)), (28, Three(512, 512)))),
        LpipsNet.Squeeze => new(
            network, new Pooling(3, Ceiling: true),
            new(Pooled: false, (0, new ConvolutionLayer(3, 64, 3, stride: 2))),
            new(Pooled: true, (3, new Fire(64, 16, 64)), (4, new Fire(128, 16, 64))),
            new(Pooled: true, (6, new Fire(128, 32, 128)), (7, new Fire(256, 32, 128))),
            new(Pooled: true, (9, new Fire(256, 48, 192))),
            new(Pooled: false, (10, new Fire(384, 48, 192))),
            new(Pooled: false, (11, new Fire(384, 64, 256))),
            new(Pooled: false, (12, new Fire(512, 64, 256)))),
        _ => throw new ArgumentOutOfRangeException(nameof(network), network, "There is no such network; known are Alex, Vgg and Squeeze."),
    };

    /// <summary>Images [B, 3, H, W] to the features of each stage, [B, C, h, w].</summary>
    /// <exception cref="ArgumentException">The images are so small that nothing is left of them at a stage.</exception>
    public IReadOnlyList<Tensor> Features(Tensor images)
    {
        _ = Sides(images.shape[2], images.shape[3]);
        using DisposeScope scope = NewDisposeScope();
        Tensor x = images; // [B, 3, H, W]
        List<Tensor> taken = [];
        foreach (Stage stage in stages)
        {
            x = stage.Pooled ? functional.max_pool2d(x, pooling.Kernel, stride: Pooling.Stride, ceil_mode: pooling.Ceiling) : x;
            foreach ((_, Module<Tensor, Tensor> layer) in stage.Layers)
            {
                x = layer.call(x).relu_();
            }

            taken.Add(x.MoveToOuterDisposeScope()); // [B, C, h, w]
        }

        return taken;
    }

    /// <summary>h and w of each stage for images of these sides.</summary>
    /// <exception cref="ArgumentException">Nothing is left of them at a stage.</exception>
    public IReadOnlyList<(long Height, long Width)> Sides(long height, long width)
    {
        List<(long, long)> sides = [];
        (long h, long w) = (height, width);
        foreach (Stage stage in stages)
        {
            (h, w) = stage.Pooled ? (pooling.SideOf(h), pooling.SideOf(w)) : (h, w);
            if (stage.Layers[0].Layer is ConvolutionLayer convolution)
            {
                (h, w) = (convolution.SideOf(h), convolution.SideOf(w)); // the others of a stage keep the size
            }

            sides.Add(h > 0 && w > 0 ? (h, w) : throw new ArgumentException(
                $"An image of {width}x{height} pixels is too small for {Network}: nothing is left of it at stage {sides.Count + 1} of {stages.Count}."));
        }

        return sides;
    }

    /// <summary>Additions and multiplications of the convolutions for an image of these sides.</summary>
    public double Operations(long height, long width) => Sides(height, width).Zip(
        stages, (side, stage) => 2.0 * side.Height * side.Width * stage.Layers.SelectMany(layer => layer.Layer.parameters()).Where(weight => weight.dim() == 4).Sum(weight => weight.numel())).Sum();

    private static ConvolutionLayer Three(long inputs, long outputs) => new(inputs, outputs, 3, padding: 1);

    /// <summary>Layers, each followed by ReLU, with a maximum over squares before them or not.</summary>
    private sealed record Stage(bool Pooled, params IReadOnlyList<(int Place, Module<Tensor, Tensor> Layer)> Layers);

    /// <summary>Maximum over squares two steps apart; with <paramref name="Ceiling"/>, a last square may reach over the edge.</summary>
    private sealed record Pooling(long Kernel, bool Ceiling)
    {
        public const long Stride = 2;

        public long SideOf(long side) => (side < Kernel && !Ceiling) || side < 2 ? 0 : ((side - Kernel + (Ceiling ? Stride - 1 : 0)) / Stride) + 1;
    }
}

/// <summary>SqueezeNet's module: few channels by single places, then many by single places and by squares of three, side by side. ReLU is left to the caller.</summary>
internal sealed class Fire : Module<Tensor, Tensor>
{
    private readonly ConvolutionLayer squeeze;

    [ComponentName(Name = "expand1x1")]
    private readonly ConvolutionLayer ones;

    [ComponentName(Name = "expand3x3")]
    private readonly ConvolutionLayer threes;

    public Fire(long inputs, long squeezed, long expanded)
        : base(nameof(Fire))
    {
        squeeze = new ConvolutionLayer(inputs, squeezed, 1);
        ones = new ConvolutionLayer(squeezed, expanded, 1);
        threes = new ConvolutionLayer(squeezed, expanded, 3, padding: 1);
        RegisterComponents();
    }

    /// <summary>Channels of the result.</summary>
    public long Outputs => ones.Outputs + threes.Outputs;

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = squeeze.call(input).relu_();                                      // [B, S, h, w]
        return cat([ones.call(x), threes.call(x)], 1).MoveToOuterDisposeScope();     // [B, 2E, h, w]
    }
}
