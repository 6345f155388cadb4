using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Mini;

/// <summary>
/// Turns colours into three channels in which a relation looks the same in most styles: signed contrast with the ground,
/// distance from the ground's colour, and edges. In a prototype this was the largest single gain
/// (docs/lab-log.md, 2026-11-23: R@1 .280 to .347 at equal time).
/// </summary>
internal static class MiniInput
{
    /// <summary>The channel of <see cref="Forget(Tensor, bool)"/> that holds the distance from the ground's colour; 1 is that of the strongest patch.</summary>
    public const int DistanceChannel = 1;

    private static readonly Scalar Limit = 2f;
    private static readonly Scalar LowerLimit = -2f;
    private static readonly Scalar LeastScale = 0.04f;
    private static readonly Scalar WeightDeviation = 0.25f;
    private static readonly Scalar Half = 0.5f;

    /// <summary>
    /// Images [B, 3, S, S] in 0..1 to [B, 3, S, S], channels last. In training the weights of the channels and the polarity
    /// are random for every image; otherwise grey is the luma of ITU-R BT.601 and darker than the ground counts as positive.
    /// </summary>
    public static Tensor Forget(Tensor images, bool training)
    {
        using DisposeScope scope = NewDisposeScope();
        return Forget(images, Ground(images), training).MoveToOuterDisposeScope();
    }

    /// <summary>The same, with the grounds [B, 3, 1, 1] already known.</summary>
    public static Tensor Forget(Tensor images, Tensor grounds, bool training)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        long batch = images.shape[0];
        Tensor weights = tensor([0.299f, 0.587f, 0.114f], device: images.device).view(1, 3, 1, 1);
        Tensor polarity = tensor(-1f, device: images.device);
        if (training)
        {
            weights = weights.add(randn(batch, 3, 1, 1, device: images.device).mul_(WeightDeviation), One);
            weights = weights / weights.abs().sum(1, keepdim: true);
            polarity = rand(batch, 1, 1, 1, device: images.device).lt(Half).to_type(ScalarType.Float32).mul_(Two).sub_(One); // [B, 1, 1, 1]
        }

        Tensor difference = images - grounds;                                        // [B, 3, S, S]
        Tensor contrast = (difference * (weights * polarity)).sum(1, keepdim: true); // [B, 1, S, S]
        Tensor distance = difference.mul_(difference).mean([1L], keepdim: true).sqrt_();
        Tensor channels = cat([Scaled(contrast), Scaled(distance), Scaled(EdgeStrength(images))], 1);
        // Channels last: oneDNN's convolutions then need no reordering of every activation.
        return channels.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The median colour of the frame of each picture: [B, 3, 1, 1].</summary>
    public static Tensor Ground(Tensor images)
    {
        long last = images.shape[3] - 1;
        Tensor frame = cat([images.select(2, 0), images.select(2, last), images.select(3, 0), images.select(3, last)], 2); // [B, 3, 4S]
        (Tensor sorted, Tensor _) = frame.sort(2);
        return sorted.select(2, sorted.shape[2] / 2).unsqueeze(2).unsqueeze(3);
    }

    /// <summary>How strongly colours change at a place: [B, 3, S, S] to [B, 1, S, S].</summary>
    public static Tensor EdgeStrength(Tensor x)
    {
        long side = x.shape[3];
        Tensor across = x.narrow(3, 2, side - 2) - x.narrow(3, 0, side - 2);         // [B, 3, S, S - 2]
        Tensor down = x.narrow(2, 2, side - 2) - x.narrow(2, 0, side - 2);           // [B, 3, S - 2, S]
        Tensor squares = functional.pad(across.mul_(across).sum(1, keepdim: true), [1, 1, 0, 0]); // [B, 1, S, S]
        squares.narrow(2, 1, side - 2).add_(down.mul_(down).sum(1, keepdim: true), One);
        return squares.sqrt_();
    }

    // The strongest 4x4 patch sets the scale: a single noisy pixel cannot, and a thin line still can.
    private static Tensor Scaled(Tensor x)
    {
        Tensor strongest = functional.avg_pool2d(x.abs(), 4).amax([2, 3], keepdim: true).clamp_min(LeastScale); // [B, 1, 1, 1]
        return x.div_(strongest).clamp_(LowerLimit, Limit);
    }
}
