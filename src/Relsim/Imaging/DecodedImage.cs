namespace Relsim.Imaging;

/// <summary>A decoded image and what the file held: its upright sides in pixels, and the fraction it was decoded at.</summary>
/// <param name="Image">The pixels, each side floor(source / Shrink): what is left of a row or column at the far edge is cut off.</param>
/// <param name="SourceWidth">Columns of the whole image.</param>
/// <param name="SourceHeight">Rows of the whole image.</param>
/// <param name="Shrink">1, 2, 4 or 8.</param>
internal readonly record struct DecodedImage(RgbImage Image, int SourceWidth, int SourceHeight, int Shrink);
