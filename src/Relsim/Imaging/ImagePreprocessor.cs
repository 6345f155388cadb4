namespace Relsim.Imaging;

/// <summary>Applies one <see cref="PreprocessingProfile"/>: file or bytes or pixels in, the pixels that a model sees out. Thread-safe.</summary>
public sealed class ImagePreprocessor
{
    private readonly ImageDecoder _decoder;

    /// <summary>A preprocessor for <paramref name="profile"/>, with the given limits or the default ones.</summary>
    /// <exception cref="ArgumentException">The profile has no name, its size or version is not positive, or its fields contradict each other.</exception>
    public ImagePreprocessor(PreprocessingProfile profile, ImageDecoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        profile.Validate();
        Profile = profile;
        _decoder = new ImageDecoder(options);
    }

    /// <summary>The profile that is applied.</summary>
    public PreprocessingProfile Profile { get; }

    /// <summary>The bytes of a file within the limits: for callers that hash them before they prepare them.</summary>
    /// <exception cref="ImageDecodeException">The file is missing, unreadable, empty or too long.</exception>
    public byte[] Read(string path) => _decoder.ReadFile(path);

    /// <summary>Decodes and prepares a file.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read or decoded.</exception>
    public RgbImage Load(string path) => Prepare(path).Image;

    /// <summary>Decodes and prepares bytes; <paramref name="name"/> stands for them in messages.</summary>
    /// <exception cref="ImageDecodeException">The bytes cannot be decoded.</exception>
    public RgbImage Decode(ReadOnlyMemory<byte> encoded, string name) => Prepare(encoded, name).Image;

    /// <summary>As <see cref="Load"/>, and reports the sides of the source.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read or decoded.</exception>
    public PreparedImage Prepare(string path) => Prepare(_decoder.ReadFile(path), path);

    /// <summary>As <see cref="Decode"/>, and reports the sides of the source.</summary>
    /// <exception cref="ImageDecodeException">The bytes cannot be decoded.</exception>
    public PreparedImage Prepare(ReadOnlyMemory<byte> encoded, string name)
    {
        DecodedImage decoded = _decoder.DecodeReduced(encoded, name, Profile.Decode, Profile.ShrinkOnLoad);
        try
        {
            return new PreparedImage(Fit(decoded), decoded.SourceWidth, decoded.SourceHeight);
        }
        catch (ArgumentException e) when (!Profile.IsSquare)
        {
            throw new ImageDecodeException(name, ImageFault.TooNarrow, e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Prepares pixels that are already decoded; what needs no resize and no crop comes back as it is.</summary>
    /// <exception cref="ArgumentException">The profile resizes to a budget of pixels, and one side is more than 200 times the other.</exception>
    public RgbImage Apply(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Fit(new DecodedImage(image, image.Width, image.Height, 1));
    }

    private RgbImage Fit(in DecodedImage decoded) => Profile.Fit switch
    {
        ImageFit.CropSquare => Crop(decoded),
        ImageFit.PadSquare => Pad(decoded),
        ImageFit.SmartResize => ResizeToBudget(decoded),
        ImageFit.ShortestEdgeCrop => CropResized(decoded),
        _ => ResizeWhole(decoded, Profile.Size, Profile.Size),
    };

    private RgbImage Crop(in DecodedImage decoded)
    {
        int size = Profile.Size;
        int side = Math.Min(decoded.SourceWidth, decoded.SourceHeight);
        int left = (decoded.SourceWidth - side) / 2;
        int top = (decoded.SourceHeight - side) / 2;
        RgbImage image = decoded.Image;
        if (decoded.Shrink > 1)
        {
            float scale = 1f / decoded.Shrink;
            var box = new ResampleBox(
                left * scale, top * scale, Math.Min(image.Width, (left + side) * scale), Math.Min(image.Height, (top + side) * scale));
            return PillowResampler.Resize(image, size, size, Profile.Filter, box);
        }

        if (side == size && image.Width == size && image.Height == size)
        {
            return image;
        }

        // A window, not a box: as when a crop is resized, nothing outside the crop is weighed.
        int stride = image.Width * 3;
        ReadOnlySpan<byte> window = image.Pixels.AsSpan((top * stride) + (left * 3));
        byte[] pixels = PillowResampler.ResizeView(
            window, stride, side, side, 3, size, size, Profile.Filter, ResampleBox.Whole(side, side));
        return new RgbImage(size, size, pixels);
    }

    private RgbImage Pad(in DecodedImage decoded)
    {
        int size = Profile.Size;
        double scale = (double)size / Math.Max(decoded.SourceWidth, decoded.SourceHeight);
        int width = Math.Max(1, (int)Math.Round(decoded.SourceWidth * scale));
        int height = Math.Max(1, (int)Math.Round(decoded.SourceHeight * scale));
        RgbImage image = ResizeWhole(decoded, width, height);
        if (width == size && height == size)
        {
            return image;
        }

        return Place(image, size, (size - width) / 2, (size - height) / 2, FrameColor.Median(image));
    }

    // transformers' get_resize_output_image_size and center_crop: int() truncates the long side, // rounds the crop's corner down, below zero too.
    private RgbImage CropResized(in DecodedImage decoded)
    {
        int size = Profile.Size;
        long edge = Profile.ResizeEdge;
        bool upright = decoded.SourceWidth <= decoded.SourceHeight;
        (int shortSide, int longSide) = upright ? (decoded.SourceWidth, decoded.SourceHeight) : (decoded.SourceHeight, decoded.SourceWidth);
        int longEdge = checked((int)(edge * longSide / shortSide));
        (int width, int height) = upright ? ((int)edge, longEdge) : (longEdge, (int)edge);
        int left = (width - size) >> 1;
        int top = (height - size) >> 1;
        RgbImage image = PillowResampler.ResizeWindow(
            decoded.Image, width, height, Profile.Filter, Math.Max(0, left), Math.Max(0, top), Math.Min(size, width), Math.Min(size, height));
        return image.Width == size && image.Height == size ? image : Place(image, size, Math.Max(0, -left), Math.Max(0, -top), (0, 0, 0));
    }

    private static RgbImage Place(RgbImage image, int size, int left, int top, (byte Red, byte Green, byte Blue) ground)
    {
        var pixels = GC.AllocateUninitializedArray<byte>(size * size * 3);
        for (int i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = ground;
        }

        int row = image.Width * 3;
        for (int y = 0; y < image.Height; y++)
        {
            image.Pixels.AsSpan(y * row, row).CopyTo(pixels.AsSpan((((top + y) * size) + left) * 3));
        }

        return new RgbImage(size, size, pixels);
    }

    private RgbImage ResizeToBudget(in DecodedImage decoded)
    {
        (int width, int height) = SmartResize.Compute(
            decoded.SourceWidth, decoded.SourceHeight, Profile.Multiple, Profile.MinPixels, Profile.MaxPixels, SmartResizeRule.QwenVlUtils);
        return ResizeWhole(decoded, width, height);
    }

    private RgbImage ResizeWhole(in DecodedImage decoded, int width, int height) =>
        PillowResampler.Resize(decoded.Image, width, height, Profile.Filter);
}
