using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Mini;

/// <summary>
/// The small encoder that ships with the program: one convolutional trunk on channels that forget appearance, beside it what fixed arithmetic says of
/// repeats, of separate things and of panels; a relational and an attribute head, a head that answers whether there is a relation at all, and a text tower
/// into the relational space.
/// </summary>
/// <remarks>
/// Letters in shapes: B images, S side, W width, C channels, H rows and columns of a feature map, R relational, O object and
/// A attribute dimension, L words, E word width, F features. The recipe and its evidence are in docs/recipes/mini.md.
/// </remarks>
internal sealed class MiniModel : Module
{
    // Three parts of a cosine are of what texts and pictures share, one of the things alone (docs/results/mini.md).
    private static readonly Scalar SharedScale = MathF.Sqrt(.75f);
    private static readonly Scalar ThingScale = MathF.Sqrt(.25f);
    private static readonly Scalar LeastPaired = -4f; // a chance of 2 % that there are panels

    private readonly Trunk trunk;
    private readonly PairStatistics pairs;
    private readonly ObjectPath objects;
    private readonly PanelPath panels;
    private readonly ColourPath colour;
    [ComponentName(Name = "relational_head")]
    private readonly Head relationalHead;
    [ComponentName(Name = "attribute_head")]
    private readonly Head attributeHead;
    [ComponentName(Name = "interest_head")]
    private readonly Head interestHead;
    private readonly TextTower text;

    public MiniModel(MiniConfig config)
        : base(nameof(MiniModel))
    {
        Config = config;
        trunk = new Trunk(config.Width, config.ImageSize);
        pairs = new PairStatistics(trunk.Channels, trunk.Side, config.PairLength);
        objects = new ObjectPath(config.ObjectLength, config.ObjectDimension);
        panels = new PanelPath(trunk.FeatureLength, config.HeadWidth, config.RelationalDimension);
        colour = new ColourPath();
        relationalHead = new Head(trunk.FeatureLength + config.PairLength + config.ObjectLength, config.HeadWidth, config.TextDimension);
        attributeHead = new Head(trunk.FeatureLength + ColourPath.FeatureLength, config.HeadWidth, config.AttributeDimension);
        interestHead = new Head(trunk.FeatureLength, config.HeadWidth, 1);
        text = new TextTower(config);
        RegisterComponents();
    }

    public MiniConfig Config { get; }

    /// <summary>Images [B, 3, S, S] in 0..1 to embeddings of unit length and an interest logit. Augments where the module is in training mode.</summary>
    public ImageFeatures EncodeImages(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        // Decoded pixels lie channels last; over planes, sums over the three channels take a quarter of the time.
        images = images.contiguous();
        Tensor grounds = MiniInput.Ground(images);                                   // [B, 3, 1, 1]
        Tensor input = MiniInput.Forget(images, grounds, training);                  // [B, 3, S, S]
        (Tensor map, Tensor features) = trunk.Summarise(input);                      // [B, 8W, S/16, S/16], [B, F]
        (Tensor things, Tensor block) = objects.Summarise(input.select(1, MiniInput.DistanceChannel)); // [B, F'], [B, O]
        Tensor compared = relationalHead.call(cat([features, pairs.call(map), things], 1)); // [B, R - O]
        Tensor arrangement = cat([Unit(compared).mul(SharedScale), Unit(block).mul(ThingScale)], 1); // [B, R]
        Tensor paired = panels.Paired(images, grounds, features);                    // [B, 1]
        Tensor relational = WithChanges(arrangement, images, paired);                // [B, R]
        // Look must not shape the trunk: what the relational head has to forget is not worth its capacity.
        Tensor look = cat([features.detach(), colour.call(images)], 1);
        Tensor attribute = Unit(attributeHead.call(look));                           // [B, A]
        Tensor interest = interestHead.call(features).to_type(ScalarType.Float32).squeeze(1); // [B]
        return new ImageFeatures(
            relational.MoveToOuterDisposeScope(), attribute.MoveToOuterDisposeScope(), interest.MoveToOuterDisposeScope(), paired.squeeze(1).MoveToOuterDisposeScope());
    }

    /// <summary>Texts to unit vectors of the relational space [B, R]. They are zero where the block of things stands: no text says how things lie.</summary>
    public Tensor EncodeTexts(IReadOnlyList<string> texts)
    {
        using DisposeScope scope = NewDisposeScope();
        return functional.pad(Unit(text.Encode(texts)), [0, Config.ObjectDimension]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Makes the loaded model faster and unfit for training: see <see cref="FoldedNorm"/>. Its state dictionary then fits no checkpoint.
    /// </summary>
    public void FoldNorms()
    {
        eval();
        trunk.FoldNorms();
    }

    // A picture of a before and an after says what changed; what its panels show is not its relation. Most pictures have no panels, and comparing their halves
    // would cost a fifth of the encoder's time.
    private Tensor WithChanges(Tensor arrangement, Tensor images, Tensor paired)
    {
        using DisposeScope scope = NewDisposeScope();
        if (training)
        {
            return Mixed(arrangement, images, paired).MoveToOuterDisposeScope();
        }

        Tensor rows = paired.squeeze(1).gt(LeastPaired).nonzero().squeeze(1);        // [P]
        return rows.shape[0] == 0
            ? arrangement
            : arrangement.index_copy(0, rows, Mixed(arrangement.index_select(0, rows), images.index_select(0, rows), paired.index_select(0, rows))).MoveToOuterDisposeScope();

        Tensor Mixed(Tensor still, Tensor pictures, Tensor logits) => Unit(still.lerp(Unit(panels.Change(pictures)), logits.sigmoid()));
    }

    private static Tensor Unit(Tensor x) => functional.normalize(x.to_type(ScalarType.Float32), dim: 1);
}

/// <summary>What the model says of B images: relational [B, R] and attribute [B, A] unit vectors, logits of interest and of two panels [B].</summary>
internal sealed record ImageFeatures(Tensor Relational, Tensor Attribute, Tensor Interest, Tensor Paired);

/// <summary>A residual network at stride 4 to 16, and three summaries of its last map: average, maximum, and what stands where.</summary>
internal sealed class Trunk : Module
{
    private const int PlaceChannels = 24;
    private const int PlaceLength = 256;

    private readonly Conv2d stem;
    private BatchNorm2d? norm;
    private readonly Sequential blocks;
    private readonly Conv2d place;
    [ComponentName(Name = "place_out")]
    private readonly Linear placeOut;

    public Trunk(int width, int imageSize)
        : base(nameof(Trunk))
    {
        Channels = 8 * width;
        Side = imageSize / 16;
        stem = Conv2d(3, width, 8, stride: 4, padding: 2, bias: false);
        norm = BatchNorm2d(width);
        blocks = Sequential(
            new ResidualBlock(width, width, 1),
            new ResidualBlock(width, 2 * width, 2),
            new ResidualBlock(2 * width, 2 * width, 1),
            new ResidualBlock(2 * width, 4 * width, 2),
            new ResidualBlock(4 * width, 4 * width, 1),
            new ResidualBlock(4 * width, Channels, 1));
        place = Conv2d(Channels, PlaceChannels, 1);
        placeOut = Linear(PlaceChannels * Side * Side, PlaceLength);
        FeatureLength = (2 * Channels) + PlaceLength;
        RegisterComponents();
    }

    /// <summary>Channels of the last map (8W).</summary>
    public int Channels { get; }

    /// <summary>Side of the last map (S/16).</summary>
    public int Side { get; }

    /// <summary>Length of the summaries (F).</summary>
    public int FeatureLength { get; }

    /// <summary>The last map [B, 8W, S/16, S/16] and its summaries [B, F].</summary>
    public (Tensor Map, Tensor Features) Summarise(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = FoldedNorm.Apply(norm, stem.call(input)).relu_();                 // [B, W, S/4, S/4]
        x = blocks.call(x);                                                          // [B, 8W, S/16, S/16]
        Tensor where = functional.relu(placeOut.call(functional.relu(place.call(x)).flatten(1))); // [B, 256]
        Tensor pooled = cat([x.mean([2, 3]), x.amax([2, 3]), where], 1);             // [B, 16W + 256]
        return (x.MoveToOuterDisposeScope(), pooled.MoveToOuterDisposeScope());
    }

    public void FoldNorms()
    {
        FoldedNorm.Fold(stem, ref norm);
        foreach (ResidualBlock block in blocks.children().Cast<ResidualBlock>())
        {
            block.FoldNorms();
        }
    }
}

/// <summary>Two 3x3 convolutions and a shortcut (He et al. 2016, figure 2).</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private BatchNorm2d? norm1;
    private readonly Conv2d conv2;
    private BatchNorm2d? norm2;
    private readonly Conv2d? shortcut;
    [ComponentName(Name = "shortcut_norm")]
    private BatchNorm2d? shortcutNorm;

    public ResidualBlock(int inputs, int outputs, int stride)
        : base(nameof(ResidualBlock))
    {
        conv1 = Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false);
        norm1 = BatchNorm2d(outputs);
        conv2 = Conv2d(outputs, outputs, 3, padding: 1, bias: false);
        norm2 = BatchNorm2d(outputs);
        if (stride != 1 || inputs != outputs)
        {
            shortcut = Conv2d(inputs, outputs, 1, stride: stride, bias: false);
            shortcutNorm = BatchNorm2d(outputs);
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        // In place where nothing needs the old values, neither here nor backward: a twentieth of the time of inference.
        Tensor y = FoldedNorm.Apply(norm1, conv1.call(input)).relu_();               // [B, C', H/stride, H/stride]
        y = FoldedNorm.Apply(norm2, conv2.call(y));
        Tensor skip = shortcut is null ? input : FoldedNorm.Apply(shortcutNorm, shortcut.call(input));
        return y.add_(skip, One).relu_().MoveToOuterDisposeScope();
    }

    public void FoldNorms()
    {
        FoldedNorm.Fold(conv1, ref norm1);
        FoldedNorm.Fold(conv2, ref norm2);
        if (shortcut is not null)
        {
            FoldedNorm.Fold(shortcut, ref shortcutNorm);
        }
    }
}

/// <summary>Colour and texture, which the trunk's input forgets: two strided convolutions, their mean and deviation, and a 4x4 colour grid.</summary>
internal sealed class ColourPath : Module<Tensor, Tensor>
{
    private const int Channels = 48;
    private const int Grid = 4;

    private static readonly Scalar Middle = 0.5f;
    private static readonly Scalar Least = 1e-5f;

    private readonly Conv2d conv1;
    private readonly Conv2d conv2;

    public ColourPath()
        : base(nameof(ColourPath))
    {
        conv1 = Conv2d(3, Channels / 2, 4, stride: 4);
        conv2 = Conv2d(Channels / 2, Channels, 3, stride: 2, padding: 1);
        RegisterComponents();
    }

    public static int FeatureLength => (2 * Channels) + (3 * Grid * Grid);

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor centred = input.sub(Middle);                                          // [B, 3, S, S]
        Tensor x = conv2.call(functional.relu(conv1.call(centred))).flatten(2).to_type(ScalarType.Float32); // [B, 48, P], P = S*S/64
        Tensor grid = functional.adaptive_avg_pool2d(centred, [Grid, Grid]).flatten(1);   // [B, 48]
        Tensor mean = x.mean([2L], keepdim: true);                                   // [B, 48, 1]
        // Not by var, which took a third of this path's time.
        Tensor difference = x - mean;
        using Scalar fewer = x.shape[2] - 1;
        Tensor spread = (difference * difference).sum(2).div(fewer).add(Least, One).sqrt(); // [B, 48]
        return cat([mean.squeeze(2), spread, grid], 1).MoveToOuterDisposeScope();
    }
}

/// <summary>A two-layer perceptron.</summary>
internal sealed class Head : Module<Tensor, Tensor>
{
    [ComponentName(Name = "in_proj")]
    private readonly Linear inProj;
    [ComponentName(Name = "out_proj")]
    private readonly Linear outProj;

    public Head(int inputs, int hidden, int outputs)
        : base(nameof(Head))
    {
        inProj = Linear(inputs, hidden);
        outProj = Linear(hidden, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return outProj.call(functional.relu(inProj.call(input))).MoveToOuterDisposeScope();
    }
}
