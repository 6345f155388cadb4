namespace Relsim.Imaging;

/// <summary>An image prepared by a profile, with the sides that the whole picture has when seen as the profile decodes it.</summary>
/// <param name="Image">The pixels, of the sides that the profile says.</param>
/// <param name="SourceWidth">Columns of the source, after the orientation where the profile applies it.</param>
/// <param name="SourceHeight">Rows of the source, after the orientation where the profile applies it.</param>
public sealed record PreparedImage(RgbImage Image, int SourceWidth, int SourceHeight);
