using System.Numerics;

namespace Relsim.Scenes.Subjects;

/// <summary>The drawing vocabulary of subjects: outlines as point lists, y down, angles in degrees clockwise from the right (270 is up).</summary>
internal static class Outline
{
    private const int SamplesPerSpan = 3;

    /// <summary>A real number in [low, high).</summary>
    public static double Between(this SceneRandom random, double low, double high) => random.Uniform((float)low, (float)high);

    /// <summary>One point.</summary>
    public static Vector2 At(double x, double y) => new((float)x, (float)y);

    /// <summary>The point at an angle in degrees and a distance from a centre.</summary>
    public static Vector2 Polar(double x, double y, double radius, double degrees)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        return At(x + (radius * cos), y + (radius * sin));
    }

    /// <summary>Straight lines through x, y pairs.</summary>
    public static Vector2[] Path(params ReadOnlySpan<double> xy)
    {
        var points = new Vector2[xy.Length / 2];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = At(xy[2 * i], xy[(2 * i) + 1]);
        }

        return points;
    }

    /// <summary>A smooth closed curve through x, y pairs.</summary>
    public static Vector2[] Smooth(params ReadOnlySpan<double> xy) => Rounded(Path(xy));

    /// <summary>A smooth open curve through x, y pairs.</summary>
    public static Vector2[] Curve(params ReadOnlySpan<double> xy) => Flowing(Path(xy));

    /// <summary>A bilateral polygon from its right half, x, y pairs from top to bottom.</summary>
    public static Vector2[] Mirror(params ReadOnlySpan<double> rightHalf) => WithLeftHalf(Path(rightHalf));

    /// <summary>A smooth bilateral outline through the points of its right half, top to bottom.</summary>
    public static Vector2[] MirrorSmooth(params ReadOnlySpan<double> rightHalf) => Rounded(WithLeftHalf(Path(rightHalf)));

    /// <summary>Closes a curve through the points by Catmull-Rom spans.</summary>
    public static Vector2[] Rounded(Vector2[] points)
    {
        var curve = new Vector2[points.Length * SamplesPerSpan];
        for (int i = 0; i < curve.Length; i++)
        {
            int span = i / SamplesPerSpan;
            Vector2 Around(int offset) => points[(span + offset + points.Length) % points.Length];
            curve[i] = CatmullRom(Around(-1), Around(0), Around(1), Around(2), (i % SamplesPerSpan) / (float)SamplesPerSpan);
        }

        return curve;
    }

    /// <summary>An open curve through the points by Catmull-Rom spans.</summary>
    public static Vector2[] Flowing(Vector2[] points)
    {
        var curve = new Vector2[((points.Length - 1) * SamplesPerSpan) + 1];
        for (int i = 0; i < curve.Length; i++)
        {
            int span = Math.Min(i / SamplesPerSpan, points.Length - 2);
            Vector2 Along(int offset) => points[Math.Clamp(span + offset, 0, points.Length - 1)];
            curve[i] = CatmullRom(Along(-1), Along(0), Along(1), Along(2), (i - (span * SamplesPerSpan)) / (float)SamplesPerSpan);
        }

        return curve;
    }

    /// <summary>An ellipse.</summary>
    public static Vector2[] Ring(double x, double y, double radiusX, double radiusY)
    {
        int count = Math.Clamp(8 + (int)(30 * Math.Max(radiusX, radiusY)), 8, 36);
        var points = new Vector2[count];
        for (int i = 0; i < count; i++)
        {
            (double sin, double cos) = Math.SinCos(i * Math.Tau / count);
            points[i] = At(x + (radiusX * cos), y + (radiusY * sin));
        }

        return points;
    }

    /// <summary>A circle.</summary>
    public static Vector2[] Disc(double x, double y, double radius) => Ring(x, y, radius, radius);

    /// <summary>A piece of an ellipse from one angle to another, both included.</summary>
    public static Vector2[] Arc(double x, double y, double radiusX, double radiusY, double from, double to)
    {
        int count = Math.Clamp((int)(Math.Abs(to - from) / 12), 5, 30);
        var points = new Vector2[count];
        for (int i = 0; i < count; i++)
        {
            (double sin, double cos) = Math.SinCos((from + ((to - from) * i / (count - 1))) * Math.PI / 180);
            points[i] = At(x + (radiusX * cos), y + (radiusY * sin));
        }

        return points;
    }

    /// <summary>An arc of a circle.</summary>
    public static Vector2[] Arc(double x, double y, double radius, double from, double to) => Arc(x, y, radius, radius, from, to);

    /// <summary>A regular polygon, one corner at the angle <paramref name="turn"/>.</summary>
    public static Vector2[] Regular(int sides, double x, double y, double radius, double turn = 270) =>
        [.. Enumerable.Range(0, sides).Select(i => Polar(x, y, radius, turn + (360.0 * i / sides)))];

    /// <summary>A star, one point at the angle <paramref name="turn"/>.</summary>
    public static Vector2[] Star(int points, double x, double y, double outer, double inner, double turn = 270) =>
        [.. Enumerable.Range(0, 2 * points).Select(i => Polar(x, y, i % 2 == 0 ? outer : inner, turn + (180.0 * i / points)))];

    /// <summary>A closed curve whose radius swings between two values so often: petals, scallops, waves.</summary>
    public static Vector2[] Scalloped(int lobes, double x, double y, double outer, double inner, int samples = 6) =>
        [.. Enumerable.Range(0, lobes * samples).Select(i => Polar(
            x, y, inner + ((outer - inner) * Math.Abs(Math.Sin(Math.PI * i / samples))), 270 + (360.0 * i / (lobes * samples))))];

    /// <summary>A closed random outline: a circle whose radius carries a few Fourier waves.</summary>
    public static Vector2[] Blob(SceneRandom random, int waves, double roughness, int count = 40)
    {
        var amplitude = new double[waves + 2];
        var phase = new double[waves + 2];
        for (int k = 2; k < waves + 2; k++)
        {
            amplitude[k] = roughness * random.Between(.4, 1) / Math.Sqrt(k);
            phase[k] = random.Angle();
        }

        return [.. Enumerable.Range(0, count).Select(i => Polar(0, 0, Radius(i * Math.Tau / count), 360.0 * i / count))];

        double Radius(double angle) => Math.Max(.15, 1 + Enumerable.Range(2, waves).Sum(k => amplitude[k] * Math.Sin((k * angle) + phase[k])));
    }

    /// <summary>An upright rectangle between two corners.</summary>
    public static Vector2[] Box(double left, double top, double right, double bottom) => Path(left, top, right, top, right, bottom, left, bottom);

    /// <summary>An upright rectangle with rounded corners.</summary>
    public static Vector2[] RoundedBox(double left, double top, double right, double bottom, double radius) =>
    [
        .. Arc(right - radius, top + radius, radius, 270, 360),
        .. Arc(right - radius, bottom - radius, radius, 0, 90),
        .. Arc(left + radius, bottom - radius, radius, 90, 180),
        .. Arc(left + radius, top + radius, radius, 180, 270),
    ];

    /// <summary>A line from one point to another as thick as the given radii at its two round ends.</summary>
    public static Vector2[] Capsule(double x0, double y0, double x1, double y1, double radius, double? endRadius = null)
    {
        double along = Math.Atan2(y1 - y0, x1 - x0) * 180 / Math.PI;
        return [.. Arc(x0, y0, radius, along + 90, along + 270), .. Arc(x1, y1, endRadius ?? radius, along - 90, along + 90)];
    }

    /// <summary>A band along a curve: half as wide as given at its start and at its end.</summary>
    public static Vector2[] Band(Vector2[] spine, double startRadius, double endRadius)
    {
        var sides = new Vector2[2 * spine.Length];
        for (int i = 0; i < spine.Length; i++)
        {
            Vector2 along = Vector2.Normalize(spine[Math.Min(i + 1, spine.Length - 1)] - spine[Math.Max(i - 1, 0)]);
            float radius = (float)(startRadius + ((endRadius - startRadius) * i / (spine.Length - 1)));
            Vector2 across = radius * new Vector2(-along.Y, along.X);
            sides[i] = spine[i] + across;
            sides[^(i + 1)] = spine[i] - across;
        }

        return sides;
    }

    /// <summary>The points scaled, turned by degrees clockwise, then moved.</summary>
    public static Vector2[] Placed(Vector2[] points, double x, double y, double scale, double degrees = 0)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        return [.. points.Select(p => At(x + (scale * ((p.X * cos) - (p.Y * sin))), y + (scale * ((p.X * sin) + (p.Y * cos)))))];
    }

    /// <summary>The points mirrored left to right.</summary>
    public static Vector2[] Flipped(Vector2[] points) => [.. points.Select(p => new Vector2(-p.X, p.Y))];

    private static Vector2[] WithLeftHalf(Vector2[] right) =>
        [.. right, .. right.Reverse().Where(p => MathF.Abs(p.X) > 1e-4f).Select(p => new Vector2(-p.X, p.Y))];

    private static Vector2 CatmullRom(Vector2 before, Vector2 from, Vector2 to, Vector2 after, float t)
    {
        Vector2 cubic = (3 * (from - to)) + after - before;
        Vector2 square = (2 * before) - (5 * from) + (4 * to) - after;
        return from + (.5f * t * ((to - before) + (t * (square + (t * cubic)))));
    }
}
