namespace Relsim.Imaging;

/// <summary>
/// A picture to the patches that Qwen2-VL's and Qwen2.5-VL's vision tower takes: smart-resize (nothing to do where a profile made the picture), bicubic; rescale and
/// normalise; patches in merge order. Thread-safe.
/// </summary>
/// <remarks>Source: transformers, image_processing_qwen2_vl.py (4.50 and 4.57), of which the smart-resize is that of 4.57.</remarks>
public sealed class Qwen2VLImageProcessor
{
    private const int Channels = 3;

    private readonly PixelNormalization _normalization;

    /// <summary>A processor for a checkpoint's options, or the published ones.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public Qwen2VLImageProcessor(Qwen2VLImageOptions? options = null)
    {
        Options = options ?? new Qwen2VLImageOptions();
        Options.Validate();
        _normalization = new PixelNormalization(Options.RescaleFactor, Options.ImageMean, Options.ImageStd);
    }

    /// <summary>What was chosen.</summary>
    public Qwen2VLImageOptions Options { get; }

    /// <summary>The sides that a picture of these sides is resized to.</summary>
    /// <exception cref="ArgumentException">One side is more than 200 times the other.</exception>
    public (int Width, int Height) Resized(int width, int height) =>
        SmartResize.Compute(width, height, Options.Multiple, Options.MinPixels, Options.MaxPixels, SmartResizeRule.Transformers);

    /// <summary>The patches of a picture.</summary>
    /// <exception cref="ArgumentException">One side is more than 200 times the other.</exception>
    public ImagePatches Process(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        (int width, int height) = Resized(image.Width, image.Height);
        RgbImage resized = PillowResampler.Resize(image, width, height, ResampleFilter.Bicubic);
        var grid = new GridThw(1, height / Options.PatchSize, width / Options.PatchSize);
        var values = GC.AllocateUninitializedArray<float>(checked(grid.Patches * Channels * Options.TemporalPatchSize * Options.PatchSize * Options.PatchSize));
        Fill(resized, grid, values);
        return new ImagePatches(values, grid);
    }

    private void Fill(RgbImage image, GridThw grid, float[] values)
    {
        int merge = Options.MergeSize;
        int length = values.Length / grid.Patches;
        int at = 0;
        for (int blockRow = 0; blockRow < grid.H; blockRow += merge)
        {
            for (int blockColumn = 0; blockColumn < grid.W; blockColumn += merge)
            {
                for (int within = 0; within < merge * merge; within++, at += length)
                {
                    FillPatch(image, blockRow + (within / merge), blockColumn + (within % merge), values.AsSpan(at, length));
                }
            }
        }
    }

    private void FillPatch(RgbImage image, int patchRow, int patchColumn, Span<float> values)
    {
        int side = Options.PatchSize;
        int frame = side * side;
        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<float> table = _normalization.Table(channel);
            Span<float> first = values.Slice(channel * Options.TemporalPatchSize * frame, frame);
            for (int y = 0; y < side; y++)
            {
                int start = ((((patchRow * side) + y) * image.Width) + (patchColumn * side)) * Channels;
                ReadOnlySpan<byte> row = image.Pixels.AsSpan(start, side * Channels);
                Span<float> target = first.Slice(y * side, side);
                for (int x = 0; x < target.Length; x++)
                {
                    target[x] = table[row[(x * Channels) + channel]];
                }
            }

            for (int copy = 1; copy < Options.TemporalPatchSize; copy++)
            {
                first.CopyTo(values[(((channel * Options.TemporalPatchSize) + copy) * frame)..]);
            }
        }
    }
}
