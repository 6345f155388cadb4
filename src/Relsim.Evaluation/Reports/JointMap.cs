using System.Numerics;
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

    private static byte[] Paint(JointMapContent content, JointMapOptions? options, SKEncodedImageFormat format, int quality)
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

        using var surface = SKSurface.Create(new SKImageInfo(options.Width, options.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        float scale = options.Width / JointMapCanvas.DesignWidth;
        surface.Canvas.Scale(scale);
        new JointMapCanvas(surface.Canvas, options.Height / scale, content, options).Draw();
        using SKImage image = surface.Snapshot();
        return SkiaImages.Encode(image, format, quality);
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
