namespace Relsim.Torch.Encoders;

/// <summary>The networks whose features LPIPS compares; each has heads of its own.</summary>
public enum LpipsNet
{
    /// <summary>AlexNet: the fastest, and the one that the authors advise for comparing.</summary>
    Alex,

    /// <summary>VGG16: nearest to what is minimised as a loss; the slowest by far.</summary>
    Vgg,

    /// <summary>SqueezeNet 1.1: the smallest.</summary>
    Squeeze,
}
