using System.Numerics;
using Relsim.Imaging;
using Relsim.Scenes.Styles;

namespace Relsim.Scenes.Tests.Styles;

/// <summary>Shapes and measures that the painter's tests share.</summary>
internal static class Pictures
{
    public const int Side = 96;

    public static Shape Disc { get; } = Shape.Polygon([.. Enumerable.Range(0, 40).Select(i => Around(i / 40f, 1))]);

    public static Shape Square { get; } = Shape.Polygon(new(-1, -1), new(1, -1), new(1, 1), new(-1, 1));

    public static TheoryData<string> KindNames { get; } = [.. StyleCatalog.All.Select(kind => kind.Name)];

    public static Style Draw(string kind, ulong seed = 1) =>
        Style.Create(StyleCatalog.All.Single(k => k.Name == kind), new SceneRandom(seed));

    public static RgbImage Paint(Style style, params Element[] elements) => ScenePainter.Paint(style, elements, seed: 5, Side);

    /// <summary>Mean distance of two pictures' channels, 0-255, over the pixels of a square window given in the unit square.</summary>
    public static double Difference(RgbImage a, RgbImage b, Vector2 center, float half)
    {
        double sum = 0;
        int count = 0;
        for (int y = (int)((center.Y - half) * a.Height); y < (center.Y + half) * a.Height; y++)
        {
            for (int x = (int)((center.X - half) * a.Width); x < (center.X + half) * a.Width; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    int i = (((y * a.Width) + x) * 3) + channel;
                    sum += Math.Abs(a.Pixels[i] - b.Pixels[i]);
                    count++;
                }
            }
        }

        return sum / count;
    }

    /// <summary>The greatest distance of two pictures' pixels, as the mean of the channels, 0-255.</summary>
    public static double GreatestDifference(RgbImage a, RgbImage b) =>
        a.Pixels.Zip(b.Pixels, (x, y) => Math.Abs(x - y)).Chunk(3).Max(pixel => pixel.Average());

    private static Vector2 Around(float turn, float radius) => radius * new Vector2(MathF.Sin(turn * MathF.Tau), -MathF.Cos(turn * MathF.Tau));
}
