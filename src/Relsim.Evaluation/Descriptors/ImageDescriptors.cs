namespace Relsim.Evaluation.Descriptors;

/// <summary>The untrained baselines of the evaluation.</summary>
public static class ImageDescriptors
{
    /// <summary>Which colours an image has, wherever they are.</summary>
    public static ImageDescriptor ColorHistogram { get; } = new(
        "colour histogram",
        Descriptors.ColorHistogram.Dimensions,
        Descriptors.ColorHistogram.Describe,
        "Swain and Ballard 1991, in CIE Lab (D65), 8 x 8 x 8 bins; square roots, so that the dot product is the Bhattacharyya coefficient");

    /// <summary>Edges and their directions, place by place.</summary>
    public static ImageDescriptor Hog { get; } = new(
        "HOG",
        HistogramOfGradients.Dimensions,
        HistogramOfGradients.Describe,
        "Dalal and Triggs 2005: 128 px grey, 9 unsigned directions, 8 x 8 px cells, 2 x 2 cells a block, stride one cell, L2-Hys 0.2");

    /// <summary>The picture itself, small.</summary>
    public static ImageDescriptor GreyPixels { get; } = new(
        "32x32 pixels",
        Descriptors.GreyPixels.Dimensions,
        Descriptors.GreyPixels.Describe,
        "Torralba, Fergus and Freeman 2008 (tiny images), grey, mean removed: the dot product is the correlation of pixels");

    /// <summary>Where the picture is lighter and darker than its median, coarsely: finds copies that were resized or compressed.</summary>
    public static ImageDescriptor PerceptualHash { get; } = new(
        "pHash",
        Descriptors.PerceptualHash.Bits,
        Descriptors.PerceptualHash.Describe,
        "Zauner 2010 (pHash), DCT hash: 32 px grey, the 8 x 8 lowest frequencies without the constant ones, against their median; 64 bits as +-1/8, so that the dot product is 1 - hamming distance / 32");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ImageDescriptor> All { get; } = [ColorHistogram, Hog, GreyPixels, PerceptualHash];
}
