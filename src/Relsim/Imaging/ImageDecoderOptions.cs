namespace Relsim.Imaging;

/// <summary>Limits that hold while untrusted bytes are decoded.</summary>
public sealed record ImageDecoderOptions
{
    /// <summary>Most bytes of an encoded image; default 128 MiB.</summary>
    public long MaxBytes { get; init; } = 128L << 20;

    /// <summary>Most pixels (width x height) that a header may promise; default 100 million.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Longest side that a header may promise, in pixels; default 65,500, the most that a JPEG can have.</summary>
    public int MaxSide { get; init; } = 65_500;

    /// <summary>
    /// Longest time for the pixels of one image; default 30 s. It is looked at between strips of rows, so that formats
    /// decoded in one piece (WebP, GIF, AVIF, interlaced files) are bounded by <see cref="MaxPixels"/> alone.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxBytes, Array.MaxLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxPixels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPixels, Array.MaxLength / 3);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSide);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
    }
}
