using System.Numerics;
using Relsim.Evaluation.Reports.Plots;
using SkiaSharp;

namespace Relsim.Evaluation.Reports;

/// <summary>
/// The joint map of the paper's figure 7: pictures placed by attribute similarity (x) and relational similarity (y) to one query. Where
/// pictures crowd, the outermost are drawn and the others are dots.
/// </summary>
public static class JointMap
{
    /// <summary>Paints the map as a PNG.</summary>
    /// <exception cref="ArgumentException">A similarity is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static byte[] PaintPng(JointMapContent content, JointMapOptions? options = null) =>
        Paint(content, options, SKEncodedImageFormat.Png, 100);

    /// <summary>Paints the map as a JPEG, for reports: about a third of the PNG's size.</summary>
    /// <exception cref="ArgumentException">A similarity is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static byte[] PaintJpeg(JointMapContent content, JointMapOptions? options = null) =>
        Paint(content, options, SKEncodedImageFormat.Jpeg, 88);

    /// <summary>
    /// Paints the map as an SVG with its font and its pictures inside; it refers to nothing outside. Shadows and tints are left out, since not
    /// every viewer draws them alike.
    /// </summary>
    /// <exception cref="ArgumentException">A similarity is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static byte[] PaintSvg(JointMapContent content, JointMapOptions? options = null)
    {
        options = Check(content, options);
        return PlotSvg.File(
            new SKSizeI(options.Width, options.Height), options.Title, content.Caption, canvas => Draw(canvas, content, options, isVector: true));
    }

    private static byte[] Paint(JointMapContent content, JointMapOptions? options, SKEncodedImageFormat format, int quality)
    {
        options = Check(content, options);
        using var surface = SKSurface.Create(new SKImageInfo(options.Width, options.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Draw(surface.Canvas, content, options, isVector: false);
        using SKImage image = surface.Snapshot();
        return SkiaImages.Encode(image, format, quality);
    }

    private static JointMapOptions Check(JointMapContent content, JointMapOptions? options)
    {
        ArgumentNullException.ThrowIfNull(content);
        options ??= new JointMapOptions();
        options.Validate();
        foreach (JointMapItem item in content.Items)
        {
            if (!double.IsFinite(item.Attribute) || !double.IsFinite(item.Relational))
            {
                throw new ArgumentException($"Similarities are finite; got ({item.Attribute}, {item.Relational}).", nameof(content));
            }
        }

        return options;
    }

    private static void Draw(SKCanvas canvas, JointMapContent content, JointMapOptions options, bool isVector)
    {
        float scale = options.Width / JointMapCanvas.DesignWidth;
        canvas.Scale(scale);
        new JointMapCanvas(canvas, options.Height / scale, content, options, isVector).Draw();
    }

    /// <summary>
    /// How much a picture deserves to be drawn: marked ones first, then those far from the middle of the cloud, for the corners are what a
    /// map is read for.
    /// </summary>
    internal static double[] Weights(IReadOnlyList<JointMapItem> items, IReadOnlyList<Vector2> centres)
    {
        Vector2 middle = centres.Aggregate(Vector2.Zero, (sum, centre) => sum + centre) / Math.Max(1, centres.Count);
        return [.. items.Select((item, i) => (item.Mark == MapMark.None ? 0 : 1e6) + Vector2.Distance(centres[i], middle))];
    }
}
