namespace Relsim.Imaging;

/// <summary>The built-in profiles.</summary>
public static class PreprocessingProfiles
{
    /// <summary>The embedded model's: 128 px, the whole picture padded, Lanczos, upright, alpha on white, fast JPEG decode.</summary>
    public static PreprocessingProfile Mini128 { get; } = new()
    {
        Name = "mini-128",
        Version = 1,
        Size = 128,
        Fit = ImageFit.PadSquare,
        Filter = ResampleFilter.Lanczos,
        Decode = DecodeConventions.Upright,
        AllowShrinkOnLoad = true,
    };

    /// <summary>The relsim reference's training view: 448 px center crop, Lanczos, EXIF ignored, alpha dropped, 16 bits clipped.</summary>
    public static PreprocessingProfile RelsimTrain448 { get; } = new()
    {
        Name = "relsim-train448",
        Version = 1,
        Size = 448,
        Fit = ImageFit.CropSquare,
        Filter = ResampleFilter.Lanczos,
        Decode = DecodeConventions.Pillow,
        AllowShrinkOnLoad = false,
    };

    /// <summary>The relsim reference's scorer: no crop, bicubic smart-resize of about the native size; EXIF ignored, alpha dropped, 16 bits clipped.</summary>
    public static PreprocessingProfile RelsimNative { get; } = new()
    {
        Name = "relsim-native",
        Version = 1,
        Size = 0,
        Fit = ImageFit.SmartResize,
        Filter = ResampleFilter.Bicubic,
        Decode = DecodeConventions.Pillow,
        AllowShrinkOnLoad = false,
        MinPixels = 4 * 28 * 28,
        MaxPixels = 16384 * 28 * 28,
        Multiple = 28,
    };

    /// <summary>The relsim captioner's training view: the whole picture squashed to 448 px, Lanczos; EXIF ignored, alpha dropped, 16 bits clipped.</summary>
    public static PreprocessingProfile Captioner448 { get; } = new()
    {
        Name = "captioner-448",
        Version = 1,
        Size = 448,
        Fit = ImageFit.Squash,
        Filter = ResampleFilter.Lanczos,
        Decode = DecodeConventions.Pillow,
        AllowShrinkOnLoad = false,
    };

    /// <summary>
    /// For LPIPS, which has no resize of its own: 256 px center crop, bicubic. It compares textures place by place, so a picture must not be stretched; 256 is the
    /// size at which most distances are published. EXIF ignored, alpha dropped, 16 bits clipped.
    /// </summary>
    public static PreprocessingProfile Lpips256 { get; } = new()
    {
        Name = "lpips-256",
        Version = 1,
        Size = 256,
        Fit = ImageFit.CropSquare,
        Filter = ResampleFilter.Bicubic,
        Decode = DecodeConventions.Pillow,
        AllowShrinkOnLoad = false,
    };

    /// <summary>DreamSim's: the whole picture squashed to 224 px, bicubic; EXIF ignored, alpha dropped, 16 bits clipped.</summary>
    public static PreprocessingProfile DreamSim224 { get; } = new()
    {
        Name = "dreamsim-224",
        Version = 1,
        Size = 224,
        Fit = ImageFit.Squash,
        Filter = ResampleFilter.Bicubic,
        Decode = DecodeConventions.Pillow,
        AllowShrinkOnLoad = false,
    };

    /// <summary>CLIP's (openai/clip-vit-large-patch14): short side to 224 px, bicubic, center crop of 224; EXIF ignored, alpha dropped, 16 bits clipped.</summary>
    public static PreprocessingProfile Clip224 { get; } = new()
    {
        Name = "clip-224",
        Version = 1,
        Size = 224,
        Fit = ImageFit.ShortestEdgeCrop,
        ResizeEdge = 224,
        Filter = ResampleFilter.Bicubic,
        Decode = DecodeConventions.Pillow,
        AllowShrinkOnLoad = false,
        Normalization = PixelNormalization.Clip,
    };

    /// <summary>DINOv2's (facebook/dinov2-large): short side to 256 px, bicubic, center crop of 224; EXIF ignored, alpha dropped, 16 bits clipped.</summary>
    public static PreprocessingProfile DinoV2224 { get; } = Clip224 with { Name = "dinov2-224", ResizeEdge = 256, Normalization = PixelNormalization.ImageNet };

    /// <summary>DINO's (facebook/dino-vitb16): the whole picture squashed to 224 px, bilinear; EXIF ignored, alpha dropped, 16 bits clipped.</summary>
    public static PreprocessingProfile Dino224 { get; } = Clip224 with
    {
        Name = "dino-224",
        Fit = ImageFit.Squash,
        ResizeEdge = 0,
        Filter = ResampleFilter.Bilinear,
        Normalization = PixelNormalization.ImageNet,
    };

    /// <summary>All built-in profiles.</summary>
    public static IReadOnlyList<PreprocessingProfile> All { get; } =
        [Mini128, RelsimTrain448, RelsimNative, Captioner448, Lpips256, DreamSim224, Clip224, DinoV2224, Dino224];

    /// <summary>The built-in profile of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static PreprocessingProfile Get(string name) =>
        All.FirstOrDefault(profile => profile.Name == name)
        ?? throw new ArgumentException($"No profile is called '{name}'. Known: {string.Join(", ", All.Select(profile => profile.Name))}.", nameof(name));
}
