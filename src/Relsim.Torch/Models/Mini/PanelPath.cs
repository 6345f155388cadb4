using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Mini;

/// <summary>
/// Before and after: compares the right panel of a picture twice as wide as high (padded to a square) with sixteen turned and mirrored copies of the
/// left one, says how size, place, ink and colour changed, and whether there are two panels at all.
/// </summary>
/// <remarks>B images, S side, W side of a panel's window, N side of a crop, F features of the trunk, R relational dimension.</remarks>
internal sealed class PanelPath : Module
{
    private const int CropSide = 24;
    private const int Turns = 16;
    private const int Channels = 3;
    private const int Changes = 7 + (2 * 3);
    private const int LayoutLength = 2;

    private static readonly Scalar Quiet = 0.25f;       // of the strongest ink: what is fainter is ground
    private static readonly Scalar LeastInk = 1e-4f;
    private static readonly Scalar Reach = 2.2f;        // of the spread: a crop's half side
    private static readonly Scalar Sharpness = 30f;
    private static readonly Scalar ChangeLimit = 3f;
    private static readonly Scalar LowerChangeLimit = -3f;
    private static readonly Scalar LeastScale = 0.05f;
    private static readonly Scalar ColourGain = 3f;
    private static readonly Scalar Epsilon = 1e-6f;
    private static readonly Scalar LayoutGain = 4f;
    private static readonly Scalar FlatRange = 2.5f / 255;

    private readonly Head head;
    private readonly Linear gate;

    public PanelPath(int trunkLength, int headWidth, int relationalDimension)
        : base(nameof(PanelPath))
    {
        head = new Head(FeatureLength, headWidth, relationalDimension);
        gate = Linear(trunkLength + LayoutLength, 1);
        RegisterComponents();
    }

    /// <summary>Length of what <see cref="Compare"/> returns.</summary>
    public static int FeatureLength => (Turns * Channels) + Turns + (Turns / 2 * Channels) + Changes;

    /// <summary>What changes from panel to panel: images [B, 3, S, S] in 0..1 to [B, R], not normalised.</summary>
    public Tensor Change(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return head.call(Compare(images)).MoveToOuterDisposeScope();
    }

    /// <summary>The logit of there being two panels [B, 1], from the trunk's features [B, F] and what the picture's padding and middle show against its ground [B, 3, 1, 1].</summary>
    public Tensor Paired(Tensor images, Tensor grounds, Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        return gate.call(cat([features.detach(), Layout(images, grounds)], 1)).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    // Whether the upper and lower quarter are of one colour, as padding is, and how strongly a line parts the middle.
    private static Tensor Layout(Tensor images, Tensor grounds)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        long side = images.shape[3], quarter = side / 4;
        Tensor padding = cat([images.narrow(2, 0, quarter - 2), images.narrow(2, side - quarter + 2, quarter - 2)], 2); // [B, 3, S/2 - 4, S]
        Tensor range = padding.amax([2L, 3L]) - padding.amin([2L, 3L]);              // [B, 3]
        Tensor flat = range.amax([1L], keepdim: true).lt(FlatRange).to_type(ScalarType.Float32); // [B, 1]
        Tensor difference = images.narrow(2, quarter + 2, (side / 2) - 4).narrow(3, (side / 2) - 2, 4) - grounds; // [B, 3, S/2 - 4, 4]
        Tensor line = difference.abs().amax([1L]).amax([2L]).amin([1L], keepdim: true); // [B, 1]
        return cat([flat, line], 1).mul(LayoutGain).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The comparison itself, without a learnt weight: [B, 3, S, S] in 0..1 to [B, 101]. In order: likeness of the after crop to each of sixteen turned
    /// copies of the before crop, for each of three channels; which of the sixteen it is; likeness of the uncropped panels under the eight that map a
    /// square to itself; changes of ink, width, height, place and edges (logarithms and shifts); change of the mean colour, and the mean colour after.
    /// </summary>
    public static Tensor Compare(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        long batch = images.shape[0], side = images.shape[3], quarter = side / 4, window = (side / 2) - 2;
        Tensor band = images.narrow(2, quarter + 1, window);                         // [B, 3, W, S]
        Tensor panels = cat([band.narrow(3, 0, window), band.narrow(3, side - window, window)], 0); // [2B, 3, W, W]
        Tensor difference = panels - MiniInput.Ground(panels);
        Tensor distance = (difference * difference).mean([1L], keepdim: true).sqrt(); // [2B, 1, W, W]
        Tensor strongest = functional.avg_pool2d(distance, 4).amax([2, 3], keepdim: true); // [2B, 1, 1, 1]
        // Both panels on one scale: that ink grew fainter is a change, too.
        Tensor scale = maximum(strongest.narrow(0, 0, batch), strongest.narrow(0, batch, batch)).clamp_min(LeastScale).repeat(2, 1, 1, 1);
        Tensor ink = functional.relu((distance / scale) - strongest.div(scale).mul(Quiet)); // [2B, 1, W, W]
        Tensor maps = cat([difference.mean([1L], keepdim: true) / scale, ink, MiniInput.EdgeStrength(panels) / scale], 1); // [2B, 3, W, W]

        Moments moments = Measure(ink);
        Tensor straight = Crop(maps, moments, 0);                                    // [2B, 3, N, N]
        Tensor turned = Crop(maps.narrow(0, 0, batch), moments.First(batch), MathF.PI / 4); // [B, 3, N, N]
        Tensor after = straight.narrow(0, batch, batch);
        Tensor[] likeness = [.. Dihedral(straight.narrow(0, 0, batch)).Concat(Dihedral(turned)).Select(copy => Cosine(copy, after))]; // 16 of [B, 3]
        Tensor turns = stack(likeness, 1);                                           // [B, 16, 3]
        Tensor which = functional.softmax(turns.mean([2L]).mul(Sharpness), 1);       // [B, 16]
        Tensor small = functional.avg_pool2d(maps, 2);                               // [2B, 3, W/2, W/2]
        Tensor placed = stack(Dihedral(small.narrow(0, 0, batch)).Select(copy => Cosine(copy, small.narrow(0, batch, batch))), 1); // [B, 8, 3]

        Tensor amounts = cat([moments.Ink, moments.Width, moments.Height, maps.narrow(1, 2, 1).mean([2L, 3L]), strongest.flatten(1)], 1).add(LeastInk, One).log(); // [2B, 5]
        Tensor places = cat([moments.X, moments.Y], 1).mul(Two);                     // [2B, 2]
        Tensor colour = (difference * ink).sum([2L, 3L]) / ink.sum([2L, 3L]).add(Epsilon, One); // [2B, 3]
        Tensor changes = cat([After(amounts) - Before(amounts), After(places) - Before(places)], 1).clamp(LowerChangeLimit, ChangeLimit); // [B, 7]
        Tensor colours = cat([After(colour) - Before(colour), After(colour)], 1).mul(ColourGain); // [B, 6]
        return cat([turns.flatten(1), which, placed.flatten(1), changes, colours], 1).MoveToOuterDisposeScope();

        Tensor Before(Tensor x) => x.narrow(0, 0, batch);
        Tensor After(Tensor x) => x.narrow(0, batch, batch);
    }

    // Where the ink lies: amount, centre and spread, in units of half a panel about its middle.
    private static Moments Measure(Tensor ink)
    {
        long side = ink.shape[3];
        Tensor axis = linspace(-1, 1, side, device: ink.device);                     // [W]
        Tensor total = ink.sum([2L, 3L]).add(LeastInk, One);                         // [P, 1]
        Tensor across = ink.sum(2), down = ink.sum(3);                               // [P, 1, W]
        Tensor x = (across * axis).sum(2) / total, y = (down * axis).sum(2) / total; // [P, 1]
        Tensor fromX = axis - x.unsqueeze(2), fromY = axis - y.unsqueeze(2);         // [P, 1, W]
        Tensor width = ((across * fromX * fromX).sum(2) / total).add(LeastInk, One).sqrt();
        Tensor height = ((down * fromY * fromY).sum(2) / total).add(LeastInk, One).sqrt();
        return new Moments(ink.mean([2L, 3L]), x, y, width, height);
    }

    // A window about the ink's centre, as large as its spread asks, turned clockwise: the same thing gives the same crop wherever and however large it is.
    private static Tensor Crop(Tensor maps, Moments moments, float turn)
    {
        Tensor half = (moments.Width * moments.Width).add(moments.Height * moments.Height, One).sqrt().mul(Reach); // [P, 1]
        using Scalar cos = MathF.Cos(turn), sin = MathF.Sin(turn), minusSin = -MathF.Sin(turn);
        Tensor rows = stack([half.mul(cos), half.mul(sin), moments.X, half.mul(minusSin), half.mul(cos), moments.Y], 1).view(-1, 2, 3); // [P, 2, 3]
        Tensor grid = functional.affine_grid(rows, [maps.shape[0], Channels, CropSide, CropSide], align_corners: true);
        return functional.grid_sample(maps, grid, align_corners: true); // [P, 3, N, N]
    }

    /// <summary>The eight maps of a square onto itself: quarter turns, then those of the mirror image.</summary>
    private static IEnumerable<Tensor> Dihedral(Tensor x)
    {
        Tensor mirrored = x.flip(3);
        for (int turn = 0; turn < 4; turn++)
        {
            yield return x.rot90(turn, (2, 3));
        }

        for (int turn = 0; turn < 4; turn++)
        {
            yield return mirrored.rot90(turn, (2, 3));
        }
    }

    private static Tensor Cosine(Tensor a, Tensor b)
    {
        Tensor x = a.flatten(2), y = b.flatten(2);                                   // [B, 3, N N]
        x = x - x.mean([2L], keepdim: true);
        y = y - y.mean([2L], keepdim: true);
        return (x * y).sum(2) / ((x * x).sum(2) * (y * y).sum(2)).add(Epsilon, One).sqrt(); // [B, 3]
    }

    /// <summary>Of P panels, each [P, 1].</summary>
    private sealed record Moments(Tensor Ink, Tensor X, Tensor Y, Tensor Width, Tensor Height)
    {
        public Moments First(long count) => new(
            Ink.narrow(0, 0, count), X.narrow(0, 0, count), Y.narrow(0, 0, count), Width.narrow(0, 0, count), Height.narrow(0, 0, count));
    }
}
