namespace Relsim.Imaging;

/// <summary>The separable filters of Pillow's <c>Image.resize</c>, by the names that it gives them.</summary>
public enum ResampleFilter
{
    /// <summary>Area average, support 0.5.</summary>
    Box,

    /// <summary>Triangle, support 1.</summary>
    Bilinear,

    /// <summary>Hamming-windowed sinc, support 1.</summary>
    Hamming,

    /// <summary>Keys' cubic with a = -0.5, support 2.</summary>
    Bicubic,

    /// <summary>Sinc windowed by sinc, support 3.</summary>
    Lanczos,
}
