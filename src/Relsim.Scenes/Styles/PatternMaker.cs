using System.Numerics;
using SkiaSharp;

namespace Relsim.Scenes.Styles;

/// <summary>Stripes, dots and checks that cover a disc.</summary>
internal static class PatternMaker
{
    /// <summary>Adds filled areas to a path.</summary>
    /// <param name="path">Receives them.</param>
    /// <param name="fill">Striped, Dotted or Checked.</param>
    /// <param name="center">Of the disc, pixels.</param>
    /// <param name="reach">The disc's radius, pixels.</param>
    /// <param name="step">Width of a stripe and of the gap beside it, pixels.</param>
    /// <param name="angle">Turn of the pattern, radians.</param>
    public static void Add(SKPath path, Fill fill, Vector2 center, float reach, float step, float angle)
    {
        (float sin, float cos) = MathF.SinCos(angle);
        Vector2 along = new(cos, sin);
        Vector2 across = new(-sin, cos);
        int count = (int)MathF.Ceiling(reach / step);
        for (int row = -count; row <= count; row++)
        {
            if (fill == Fill.Striped)
            {
                if (row % 2 == 0)
                {
                    AddBox(path, center + (across * step * row), along * reach, across * (0.5f * step));
                }

                continue;
            }

            for (int column = -count; column <= count; column++)
            {
                Vector2 place = center + (step * ((across * row) + (along * column)));
                if ((row + column) % 2 != 0)
                {
                    continue;
                }

                if (fill == Fill.Checked)
                {
                    AddBox(path, place, along * (0.5f * step), across * (0.5f * step));
                }
                else
                {
                    path.AddCircle(place.X, place.Y, 0.4f * step);
                }
            }
        }
    }

    private static void AddBox(SKPath path, Vector2 center, Vector2 halfWidth, Vector2 halfHeight)
    {
        path.MoveTo(Point(center - halfWidth - halfHeight));
        path.LineTo(Point(center + halfWidth - halfHeight));
        path.LineTo(Point(center + halfWidth + halfHeight));
        path.LineTo(Point(center - halfWidth + halfHeight));
        path.Close();
    }

    private static SKPoint Point(Vector2 v) => new(v.X, v.Y);
}
