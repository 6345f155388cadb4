namespace Relsim.Imaging;

/// <summary>
/// Resizing that equals Pillow's <c>Image.resize</c> (9.x and later) byte for byte: two passes, columns first, 22-bit
/// fixed-point weights, and rounding to bytes between the passes. Stateless and thread-safe.
/// </summary>
/// <remarks>Source: Pillow, src/libImaging/Resample.c. Only the filters are offered, not NEAREST and reducing_gap.</remarks>
public static class PillowResampler
{
    /// <summary>Resizes an RGB image; the image itself comes back where nothing has to change.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive, or the box is empty or leaves the image.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height, ResampleFilter filter, ResampleBox? box = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ResampleBox whole = ResampleBox.Whole(image.Width, image.Height);
        if (width == image.Width && height == image.Height && (box ?? whole) == whole)
        {
            return image;
        }

        return new RgbImage(width, height, Resize(image.Pixels, image.Width, image.Height, 3, width, height, filter, box));
    }

    /// <summary>
    /// A part of what <see cref="Resize(RgbImage, int, int, ResampleFilter, ResampleBox?)"/> would give, without the work and the memory for the rest; the image itself
    /// comes back where nothing has to change.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="width">Columns of the whole result.</param>
    /// <param name="height">Rows of the whole result.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="left">First column of the part.</param>
    /// <param name="top">First row of the part.</param>
    /// <param name="columns">Columns of the part.</param>
    /// <param name="rows">Rows of the part.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive, or the part leaves the result.</exception>
    public static RgbImage ResizeWindow(RgbImage image, int width, int height, ResampleFilter filter, int left, int top, int columns, int rows)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, width - left);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, height - top);
        if (width == image.Width && height == image.Height && columns == width && rows == height)
        {
            return image;
        }

        // An axis that keeps its size gets taps of 1 and 0, which change no byte.
        byte[] pixels = Run(
            image.Pixels, image.Width * 3, image.Width, image.Height, 3, columns, rows,
            ResampleCoefficients.Create(image.Width, 0, image.Width, width, filter, left, columns),
            ResampleCoefficients.Create(image.Height, 0, image.Height, height, filter, top, rows));
        return new RgbImage(columns, rows, pixels);
    }

    /// <summary>
    /// Resizes height x width x channels bytes; 1 = grey, 3 = RGB, 4 = RGBA with straight alpha, which is premultiplied on
    /// the way as Pillow does. Returns newHeight x newWidth x channels bytes.
    /// </summary>
    /// <exception cref="ArgumentException">The number of bytes is not height * width * channels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Channels other than 1, 3, 4; a side is not positive; a bad box.</exception>
    public static byte[] Resize(
        ReadOnlySpan<byte> pixels, int width, int height, int channels, int newWidth, int newHeight, ResampleFilter filter, ResampleBox? box = null)
    {
        if (channels is not (1 or 3 or 4))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "Only 1, 3 or 4 channels can be resized.");
        }

        ResampleBox area = Check(pixels.Length, width, height, channels, newWidth, newHeight, box);
        bool unchanged = newWidth == width && newHeight == height && area == ResampleBox.Whole(width, height);
        if (channels != 4 || unchanged)
        {
            return ResizeView(pixels, width * channels, width, height, channels, newWidth, newHeight, filter, area);
        }

        byte[] premultiplied = PremultipliedAlpha.Premultiply(pixels);
        byte[] resized = ResizeView(premultiplied, width * 4, width, height, 4, newWidth, newHeight, filter, area);
        PremultipliedAlpha.Unpremultiply(resized);
        return resized;
    }

    /// <summary>
    /// Resizes height x width floats (mode F): no rounding and no clipping, sums in double. Returns newHeight x newWidth.
    /// </summary>
    /// <exception cref="ArgumentException">The number of values is not height * width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive, or a bad box.</exception>
    public static float[] Resize(
        ReadOnlySpan<float> values, int width, int height, int newWidth, int newHeight, ResampleFilter filter, ResampleBox? box = null)
    {
        ResampleBox area = Check(values.Length, width, height, 1, newWidth, newHeight, box);
        return FloatResampler.Resize(
            values, width, Columns(width, newWidth, filter, area), Rows(height, newHeight, filter, area));
    }

    /// <summary>
    /// The byte path on a window into a larger image: rows lie <paramref name="stride"/> bytes apart and nothing outside the
    /// window is weighed. Sides and box are taken as checked, four channels as premultiplied.
    /// </summary>
    internal static byte[] ResizeView(
        ReadOnlySpan<byte> pixels,
        int stride,
        int width,
        int height,
        int channels,
        int newWidth,
        int newHeight,
        ResampleFilter filter,
        ResampleBox area,
        bool vectorized = true) =>
        Run(pixels, stride, width, height, channels, newWidth, newHeight, Columns(width, newWidth, filter, area), Rows(height, newHeight, filter, area), vectorized);

    private static byte[] Run(
        ReadOnlySpan<byte> pixels,
        int stride,
        int width,
        int height,
        int channels,
        int newWidth,
        int newHeight,
        ResampleCoefficients? columns,
        ResampleCoefficients? rows,
        bool vectorized = true)
    {
        int firstRow = 0;
        if (columns is not null)
        {
            // Only the rows that the vertical pass will read are worth resampling.
            firstRow = rows?.First ?? 0;
            int count = (rows?.End ?? height) - firstRow;
            var narrowed = GC.AllocateUninitializedArray<byte>(checked(count * newWidth * channels));
            HorizontalPass.Run(pixels[(firstRow * stride)..], stride, width, count, channels, columns, narrowed, vectorized);
            pixels = narrowed;
            stride = newWidth * channels;
        }

        var result = GC.AllocateUninitializedArray<byte>(checked(newHeight * newWidth * channels));
        if (rows is not null)
        {
            VerticalPass.Run(pixels, stride, newWidth * channels, firstRow, rows, result, vectorized);
            return result;
        }

        for (int y = 0; y < newHeight; y++)
        {
            pixels.Slice(y * stride, newWidth * channels).CopyTo(result.AsSpan(y * newWidth * channels));
        }

        return result;
    }

    // As in Pillow, an axis whose size stays the same and that the box covers wholly is left alone.
    private static ResampleCoefficients? Columns(int width, int newWidth, ResampleFilter filter, ResampleBox area) =>
        newWidth == width && area.Left == 0 && area.Right == newWidth
            ? null
            : ResampleCoefficients.Create(width, area.Left, area.Right, newWidth, filter);

    private static ResampleCoefficients? Rows(int height, int newHeight, ResampleFilter filter, ResampleBox area) =>
        newHeight == height && area.Top == 0 && area.Bottom == newHeight
            ? null
            : ResampleCoefficients.Create(height, area.Top, area.Bottom, newHeight, filter);

    private static ResampleBox Check(int length, int width, int height, int channels, int newWidth, int newHeight, ResampleBox? box)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newHeight);
        if (length != (long)width * height * channels)
        {
            throw new ArgumentException($"{width}x{height} with {channels} channels needs {(long)width * height * channels} values, got {length}.");
        }

        ResampleBox area = box ?? ResampleBox.Whole(width, height);
        if (!area.HasAreaInside(width, height))
        {
            throw new ArgumentOutOfRangeException(nameof(box), box, $"A box must have an area and lie inside the {width}x{height} source.");
        }

        return area;
    }
}
