namespace Relsim.Imaging;

/// <summary>Whose smart-resize: they differ on slivers alone.</summary>
public enum SmartResizeRule
{
    /// <summary>qwen_vl_utils (snapshot of 2025-02-10), which the relsim scorer uses: a side is at least one multiple before the budget is looked at.</summary>
    QwenVlUtils,

    /// <summary>transformers 4.57, Qwen2-VL's image processor: a side may round to nothing, and then counts as below the budget.</summary>
    Transformers,

    /// <summary>transformers 4.50: as <see cref="Transformers"/>, but refuses a side that is shorter than the multiple.</summary>
    TransformersStrict,
}

/// <summary>
/// The sides that Qwen2-VL wants of a picture: multiples of a number, about the picture's shape, and a number of pixels within a budget. Rounding is half to even, as Python's.
/// </summary>
/// <remarks>Source: `smart_resize` of qwen_vl_utils (vision_process.py) and of transformers (image_processing_qwen2_vl.py).</remarks>
public static class SmartResize
{
    /// <summary>The most that the long side may be of the short one.</summary>
    public const int MaxRatio = 200;

    /// <summary>Sides in pixels for a picture of <paramref name="width"/> x <paramref name="height"/> pixels.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="multiple">What both sides are multiples of: the patch size times the merge size.</param>
    /// <param name="minPixels">Least number of pixels.</param>
    /// <param name="maxPixels">Most pixels, at least <paramref name="minPixels"/>.</param>
    /// <param name="rule">Whose rule.</param>
    /// <exception cref="ArgumentException">One side is more than 200 times the other, or the rule leaves no pixel of the short side; the message says which.</exception>
    public static (int Width, int Height) Compute(int width, int height, int multiple, long minPixels, long maxPixels, SmartResizeRule rule)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(multiple);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minPixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, minPixels);
        if (rule == SmartResizeRule.TransformersStrict && Math.Min(width, height) < multiple)
        {
            throw new ArgumentException($"{width}x{height} pixels: both sides must have at least {multiple}.");
        }

        if (Math.Max(width, height) / (double)Math.Min(width, height) > MaxRatio)
        {
            throw new ArgumentException($"{width}x{height} pixels: the long side is more than {MaxRatio} times the short one.");
        }

        int least = rule == SmartResizeRule.QwenVlUtils ? multiple : 0;
        (long w, long h) = (Math.Max(least, Round(width, multiple)), Math.Max(least, Round(height, multiple)));
        if (w * h > maxPixels)
        {
            // Only the newest of the three keeps a multiple of the short side here.
            least = rule == SmartResizeRule.Transformers ? multiple : 0;
            double shrink = Math.Sqrt((double)((long)width * height) / maxPixels);
            (w, h) = (Math.Max(least, Floor(width / shrink, multiple)), Math.Max(least, Floor(height / shrink, multiple)));
        }
        else if (w * h < minPixels)
        {
            double grow = Math.Sqrt(minPixels / (double)((long)width * height));
            (w, h) = (Ceiling(width * grow, multiple), Ceiling(height * grow, multiple));
        }

        return w > 0 && h > 0
            ? ((int)w, (int)h)
            : throw new ArgumentException($"{width}x{height} pixels: within {maxPixels} pixels nothing of the short side would be left.");
    }

    private static long Round(double side, int multiple) => (long)Math.Round(side / multiple, MidpointRounding.ToEven) * multiple;

    private static long Floor(double side, int multiple) => (long)Math.Floor(side / multiple) * multiple;

    private static long Ceiling(double side, int multiple) => (long)Math.Ceiling(side / multiple) * multiple;
}
