using Relsim.Imaging;

namespace Relsim.Torch.Encoders;

/// <summary>How much an <see cref="EmbeddingQueue"/> takes on.</summary>
public sealed record EmbeddingQueueOptions
{
    /// <summary>Images and texts that may wait, at least 1; their bytes are in memory. Default 512.</summary>
    public int Capacity { get; init; } = 512;

    /// <summary>Most images and texts that a worker takes at once, at least 1. Default 16.</summary>
    public int MaxBatch { get; init; } = 16;

    /// <summary>Limits on the images.</summary>
    public ImageDecoderOptions Limits { get; init; } = new();

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBatch, 1);
    }
}
