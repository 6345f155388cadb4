namespace Relsim.Imaging;

/// <summary>Why an image could not be decoded.</summary>
public enum ImageFault
{
    /// <summary>The file is missing, a folder, or may not be read.</summary>
    Unreadable,

    /// <summary>There are no bytes at all.</summary>
    Empty,

    /// <summary>The bytes are of no image format that is known here.</summary>
    NotAnImage,

    /// <summary>An image, but its format, compression or pixel layout has no reader here.</summary>
    Unsupported,

    /// <summary>More bytes than <see cref="ImageDecoderOptions.MaxBytes"/>.</summary>
    TooManyBytes,

    /// <summary>The header promises more than <see cref="ImageDecoderOptions.MaxPixels"/> or <see cref="ImageDecoderOptions.MaxSide"/>.</summary>
    TooLarge,

    /// <summary>The header gives a width or height of zero.</summary>
    ZeroArea,

    /// <summary>One side is so much longer than the other that the profile has no size for it.</summary>
    TooNarrow,

    /// <summary>The file ends before its pixels do.</summary>
    Truncated,

    /// <summary>The bytes contradict the format.</summary>
    Corrupt,

    /// <summary>Decoding took longer than <see cref="ImageDecoderOptions.Timeout"/> and was stopped.</summary>
    TimedOut,
}
